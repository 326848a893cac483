"""The log: what is stored is sealed in it, followed, proved and verified by it."""
