"""Jobs: what is due is put on the queues, attempted, and sent again where it failed."""
