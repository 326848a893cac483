"""What Lambda hands over: batches, ticks and requests, translated for the use cases."""
