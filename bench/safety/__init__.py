"""What somebody may do to us, and what must not come of it."""
