"""Decides what a piece of music is called, from everything that is known of it. Pure."""
