"""Articles looked at again: what is found is noted, and makes versions."""
