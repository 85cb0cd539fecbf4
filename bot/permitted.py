"""Lets through to a handler only whoever has the permission that its route names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import TelegramObject

from bot.errors import NotAllowedError
from bot.permissions import may
from storage.models import Person

PERMISSION = "permission"  # the flag of a handler


class UnguardedError(Exception):
    """A handler names no permission: the program does not start."""


async def permitted(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    person: Person = data["person"]
    permission = data["handler"].flags[PERMISSION]
    if not may(person.role, permission):
        raise NotAllowedError(person, permission)
    return await handler(event, data)
