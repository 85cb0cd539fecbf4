"""The proof of endurance: one process that brings file after file, and what it comes to hold."""
