"""Asks public databases of music what tracks are, if that is wanted."""
