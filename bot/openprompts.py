"""Remembers who was asked for a name a moment ago, so that it need not be sent as a reply."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, TelegramObject

from bot import reading
from bot.errors import Usage, UsageError
from bot.prompts import Prompt, Wish
from downloader.clock import Clock
from storage.query.errors import QueryError

_FRESH = timedelta(minutes=5)
_REMEMBERED = 200


class OpenPrompts(BaseMiddleware):
    """Gives the handlers the `open_prompt` that a message answers, or None.

    It is open until the person says or presses anything in that chat, so that it is what the bot
    asked there last. In groups people talk with each other: there only replies count.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[int, tuple[Prompt, float]] = OrderedDict()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        prompt = self._closed(_chat(event))
        if not (prompt and isinstance(event, Message) and _may_answer(prompt, event)):
            prompt = None
        return await handler(event, data | {"open_prompt": prompt})

    def ask(self, chat_id: int, prompt: Prompt) -> None:
        """Note what is asked in a chat; of a person alone with the bot, that is the person."""
        if chat_id < 0:
            return
        self._open.pop(chat_id, None)
        self._open[chat_id] = (prompt, self._clock.monotonic())
        if len(self._open) > _REMEMBERED:
            self._open.popitem(last=False)

    def _closed(self, chat_id: int) -> Prompt | None:
        prompt, asked_at = self._open.pop(chat_id, (None, 0.0))
        is_fresh = self._clock.monotonic() - asked_at <= _FRESH.total_seconds()
        return prompt if is_fresh else None


def _chat(event: TelegramObject) -> int:
    message = event.message if isinstance(event, CallbackQuery) else event
    return message.chat.id if isinstance(message, Message | InaccessibleMessage) else 0


def _may_answer(prompt: Prompt, message: Message) -> bool:
    """Tell whether a message is what was asked for, as far as that can be told."""
    is_about_another = message.reply_to_message or message.forward_origin or message.via_bot
    if not message.text or message.text.startswith("/") or is_about_another:
        return False
    return prompt.wish is Wish.FOLLOW or _may_be_name(message)


def _may_be_name(message: Message) -> bool:
    """Tell whether words are no link to anything."""
    try:
        reading.asked(message)
    except UsageError as error:
        return error.usage is Usage.PLAIN_TEXT
    except QueryError:  # it is a download, if not a right one
        return False
    return False
