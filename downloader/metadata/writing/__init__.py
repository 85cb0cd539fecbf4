"""Puts into a file what is known of it, in the way of its family of tags."""
