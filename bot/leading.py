"""Lets a link that opened the bot through to the handler that it leads to, read."""

from __future__ import annotations

from typing import Any, Literal

from aiogram.filters import CommandObject, Filter
from aiogram.types import Message

from bot.deeplinks import DeepLinks, Goal


class Leads(Filter):
    """Gives the handler the `goal`, where it is of this kind."""

    def __init__(self, kind: type[Goal]) -> None:
        self._kind = kind

    async def __call__(
        self, _: Message, command: CommandObject, deeplinks: DeepLinks
    ) -> dict[str, Any] | Literal[False]:
        goal = deeplinks.read((command.args or "").strip())
        return {"goal": goal} if isinstance(goal, self._kind) else False
