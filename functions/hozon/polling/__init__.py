"""Feeds: found, followed, polled, filled back, told of by hubs."""
