"""Chats that are followed: lost updates, kills, long times, long histories, quick looks."""
