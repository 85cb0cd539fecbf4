"""Reads what stands behind /audit: a chat, and `deep` where bytes are to be compared. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot import commands
from bot.characters import cleaned
from bot.errors import Usage, UsageError

_DEEP = "deep"


@dataclass(frozen=True, slots=True)
class AuditOrder:
    chat: str
    is_deep: bool = False


def audit(args: str) -> AuditOrder:
    first, *rest = cleaned(args).split() or [""]
    if not first:
        raise UsageError(Usage.NO_CHAT_TO_AUDIT)
    chat = commands.one_chat(first).chat
    for word in rest:
        if word.lower() != _DEEP:
            raise UsageError(Usage.BAD_AUDIT, word)
    return AuditOrder(chat, bool(rest))
