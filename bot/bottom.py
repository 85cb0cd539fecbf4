"""Remembers the newest message of each chat, so that a board knows whether it is the last one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject


class Bottom(BaseMiddleware):
    def __init__(self) -> None:
        self._newest: dict[int, int] = {}

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if isinstance(event, Message):
            self.note(event.chat.id, event.message_id)
        return await handler(event, data)

    def note(self, chat_id: int, message_id: int) -> None:
        self._newest[chat_id] = max(message_id, self.newest(chat_id))

    def newest(self, chat_id: int) -> int:
        """Return the id of the newest message that people wrote, 0 if none was seen."""
        return self._newest.get(chat_id, 0)
