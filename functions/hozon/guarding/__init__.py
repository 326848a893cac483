"""Access: who may see what is decided, enforced, and kept in the log."""
