"""What anybody may send to the bot or do to what it keeps, and what must not come of it."""
