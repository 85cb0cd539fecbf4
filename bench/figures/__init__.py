"""One module for each figure that can be measured; `bench.registry` says what they must have."""
