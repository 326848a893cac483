"""What is stored is told of and indexed, and it is settled when to look again."""
