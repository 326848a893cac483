"""What a publisher lets a crawler fetch, and for how long that counts. Pure."""
