"""What answers to readers are made of: Memento, ranges, entity tags, grants. Pure."""
