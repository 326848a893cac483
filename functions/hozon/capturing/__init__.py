"""Articles: fetched whole by leave of their publisher, composed, stored, indexed."""
