"""A world in which time is owned: no thread, no socket and no second that really passes."""
