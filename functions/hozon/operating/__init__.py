"""How an archive fares, and what its operator does about it."""
