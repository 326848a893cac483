"""What is told of the work: lines of log, prices, costs. Pure."""
