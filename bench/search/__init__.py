"""A catalogue that is made up, and who searches in it."""
