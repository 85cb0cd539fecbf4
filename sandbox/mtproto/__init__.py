"""The MTProto server: transports, key exchange, sessions; no Telegram method is known here."""
