"""The Bot API over HTTP on loopback, people who talk to its bots, and a chat page."""
