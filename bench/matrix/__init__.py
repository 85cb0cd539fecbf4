"""The fault matrix: what goes wrong is a function of the seed, the method and the n-th call."""
