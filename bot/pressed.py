"""Lets a press on a button through to the handler that it is for, unpacked."""

from __future__ import annotations

from typing import Any, Literal

from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from bot.callbacks import Action, Seal
from bot.errors import OutOfDateError


class Pressed(Filter):
    """Gives the handler the `pressed` one, where it is this action."""

    def __init__(self, action: Action) -> None:
        self._action = action

    async def __call__(self, query: CallbackQuery, seal: Seal) -> dict[str, Any] | Literal[False]:
        if query.message is None:  # a message that was sent inline has no such buttons of ours
            raise OutOfDateError
        pressed = seal.unpack(query.message.chat.id, query.data)
        return {"pressed": pressed} if pressed.action is self._action else False
