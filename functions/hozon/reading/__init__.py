"""What documents and answers say, read without a clock, a network or a file. Pure."""
