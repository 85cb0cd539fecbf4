"""Benchmarks and long proofs; each run prints one JSON object per figure."""
