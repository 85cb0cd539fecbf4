"""What can go wrong, one module for each side it comes from."""
