"""The methods that faults strike, by Telegram's names."""

from __future__ import annotations

RESOLVE = "contacts.resolveUsername"
SEARCH = "messages.search"
MESSAGES = "channels.getMessages"
PART = "upload.getFile"
