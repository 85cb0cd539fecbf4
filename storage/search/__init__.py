"""Finds tracks in the catalogue while somebody types."""
