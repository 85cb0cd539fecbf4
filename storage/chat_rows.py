"""What rows say of a chat."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from storage.models import Chat
from storage.tables import chats

# Besides the id, which other tables have as well.
CHAT_COLUMNS = (chats.c.title, chats.c.username, chats.c.kind, chats.c.is_protected)


def chat_from(row: Row[Any], chat_id: int) -> Chat:
    return Chat(chat_id, row.title, row.username, row.kind, row.is_protected)
