"""Proofs that what a library and its catalogue hold is not lost."""
