"""What Hozon speaks of: plain frozen values, the ports, and the errors. Know nobody."""
