"""The proof of wrong parts: what Telegram sends is not what was asked for, in nine ways."""
