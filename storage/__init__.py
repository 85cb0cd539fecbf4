"""Remembers: the SQLite catalogue, secrets, and the audio files on disk."""
