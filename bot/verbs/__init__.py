"""The verbs of the `tad` command, one module each, imported only when asked for."""
