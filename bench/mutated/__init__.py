"""Damages files in every way that comes to mind, and has them read."""
