"""What audio files say about themselves, read where it can do no harm."""
