"""The race of `python -m bench transfer`: one server, and each client in a process of its own."""
