"""What is held of a URI, as of when, in which form; the river and its pages."""
