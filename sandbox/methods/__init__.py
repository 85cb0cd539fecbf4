"""Telegram methods over the world: what a user client calls."""
