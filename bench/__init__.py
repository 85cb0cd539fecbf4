"""Measures the product and its peers; prints one JSON object for each figure."""
