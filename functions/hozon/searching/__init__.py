"""Search: what is stored is made findable, and found."""
