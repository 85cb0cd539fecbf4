"""What stands behind a button: an action and a number, signed for one chat."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import OutOfDateError

# Raise it when the meaning of the data changes: older buttons are then out of date.
_VERSION = "1"
_DATA = re.compile(rf"{_VERSION}:([a-z]):(\d{{1,18}}):([\w-]{{22}})", re.ASCII)
_SEAL_BYTES = 16


class Action(StrEnum):
    """What a button does: to a job, or (the last two) with the command it answers."""

    PAUSE = "p"
    RESUME = "r"
    CANCEL = "c"
    RETRY = "t"
    START = "s"
    NEVER_MIND = "n"


@dataclass(frozen=True, slots=True)
class Press:
    """`number` is a job's id, or the id of the message with the command."""

    action: Action
    number: int


class Seal:
    """Signs button data, so that no other chat, action or number passes for it."""

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        self._sign = sign

    def pack(self, chat_id: int, press: Press) -> str:
        """Return at most 64 bytes, which is all that Telegram takes."""
        return f"{_VERSION}:{press.action}:{press.number}:{self._mark(chat_id, press)}"

    def unpack(self, chat_id: int, data: str | None) -> Press:
        """Raise OutOfDateError unless this very data was made for this chat."""
        match = _DATA.fullmatch(data or "")
        if match is None or match[1] not in set(Action):
            raise OutOfDateError
        press = Press(Action(match[1]), int(match[2]))
        if not hmac.compare_digest(match[3], self._mark(chat_id, press)):
            raise OutOfDateError
        return press

    def _mark(self, chat_id: int, press: Press) -> str:
        meant = f"button {_VERSION} {chat_id} {press.action} {press.number}"
        digest = self._sign(meant.encode())[:_SEAL_BYTES]
        return urlsafe_b64encode(digest).decode().rstrip("=")
