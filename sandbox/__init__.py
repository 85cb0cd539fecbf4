"""A Telegram on loopback: MTProto server, Bot API server and the world they share."""
