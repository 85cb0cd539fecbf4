"""The demo world: who lives in it and what the chats hold."""
