"""When: the next poll of a feed, try of a capture, look at a page. Pure."""
