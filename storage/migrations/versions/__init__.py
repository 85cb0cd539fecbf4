"""The steps, one file each, numbered. Append; never edit a released step."""
