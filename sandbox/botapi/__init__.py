"""The Bot API over HTTP, and the people who talk to bots."""
