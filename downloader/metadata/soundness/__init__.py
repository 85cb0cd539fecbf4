"""Tells by the bytes of a file whether all of its sound is there, and in one piece."""
