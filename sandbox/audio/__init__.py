"""Writes small, real, playable audio files without any codec library."""
