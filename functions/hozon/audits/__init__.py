"""What audits count and have found, and what they remember of it. Pure."""
