"""The lives of articles: what looks at them found, and what it comes to. Pure."""
