"""Many files end to end, in a process that knows where its time goes."""
