"""Whether other programs find in a file what was written into it, and what that costs."""
