"""A light program with the real engine, killed and failed at chosen calls to the system."""
