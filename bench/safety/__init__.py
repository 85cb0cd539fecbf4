"""What anybody may send to the bot, and what must not come of it."""
