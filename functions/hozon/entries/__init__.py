"""Feeds over time: which entries they state, what ails them, what hubs say. Pure."""
