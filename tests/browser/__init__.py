"""What Chromium needs of a page, and how a snapshot looks in it."""
