"""What stands behind a button: an action and numbers, signed for one chat."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum, unique

from bot.errors import OutOfDateError

# Raise it when the meaning of the data changes: older buttons are then out of date.
_VERSION = "1"
_DATA = re.compile(
    rf"{_VERSION}:([a-zA-Z]{{1,2}}):(\d{{1,18}}(?:\.\d{{1,18}}){{0,3}}):([\w-]{{22}})", re.ASCII
)
_SEAL_BYTES = 16


@unique
class Action(StrEnum):
    """What a button does, and which number it needs."""

    # To a job.
    PAUSE = "p"
    RESUME = "r"
    CANCEL = "c"
    RETRY = "t"
    # With the command that it answers: the number of that message.
    START = "s"
    NEVER_MIND = "n"
    # Show a shelf: what is found by the command that it answers, ...
    SEARCH = "q"
    WIDER = "w"
    RANDOM = "x"
    AMONG_FAVORITES = "F"
    # ... is new (no number, or that of its command), a person's favourites, like a track, or in a
    # playlist.
    RECENT = "e"
    FAVORITES = "f"
    ARTIST = "a"
    ALBUM = "b"
    PLAYLIST = "l"
    # With a track: send it (or this very file of its recording), like it or not, choose a list for
    # it, put it there or into a new one, show what it is called.
    SEND = "g"
    LIKE = "i"
    CHOOSE = "u"
    PUT = "j"
    PUT_INTO_NEW = "m"
    EDIT = "W"
    # Choose what is to be made of it; with that, do so (see `bot.trackbuttons`).
    CONVERT = "G"
    # With the conversion of which the message tells.
    CANCEL_CONVERSION = "H"
    # With all tracks of the shelf above.
    SEND_ALL = "h"
    # With a person's lists (no number).
    LISTS = "L"
    NEW_LIST = "N"
    # With a playlist.
    EXPORT = "E"
    RENAME = "R"
    REMOVE = "D"
    REMOVE_NOW = "X"
    TAKE_OUT = "T"
    COPY = "C"
    # Show recordings that are there more than once: those after a track.
    DUPLICATES = "d"
    # With a recording, by its best track.
    KEEP_BEST = "k"
    KEEP_APART = "v"
    # With all of them (no number), and then up to the newest track that was told of.
    ASK_TO_MERGE = "y"
    MERGE_ALL = "z"
    # Follow what the command names that it answers; show all that is followed; do something with
    # one watch.
    FOLLOW = "Q"
    WATCHES = "V"
    WATCH = "O"
    # With the audit of which the message tells.
    REFILL = "M"
    # With a ruling: take it back (and show the trash again), or delete what those up to it have put
    # into the trash. Show that, or ask whether it is to be emptied (no number).
    UNDO = "U"
    EMPTY = "o"
    TRASH = "Z"
    ASK_TO_EMPTY = "J"
    # Show everybody (the page); show somebody, or do what `bot.peoplefaces` says.
    PEOPLE = "P"
    PERSON = "S"
    # With a plea: no or yes.
    PLEA = "A"
    # With an invite.
    WITHDRAW = "I"
    # Keep only so much of a chat; show of which chats that holds (no number).
    RETAIN = "K"
    RETENTIONS = "Y"
    # With an account, or with all of them (no number): see `bot.accountfaces`.
    ACCOUNTS = "Ac"
    # With a backup, by the second in which it was made.
    SEND_BACKUP = "B"
    # Show the journal up to a record, or its end (no number).
    JOURNAL = "Jo"


@dataclass(frozen=True, slots=True)
class Press:
    """`number` is what the action is done to; `more` says how, in at most three numbers."""

    action: Action
    number: int = 0
    more: tuple[int, ...] = ()


class Seal:
    """Signs button data, so that no other chat, action or number passes for it."""

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        self._sign = sign

    def pack(self, chat_id: int, press: Press) -> str:
        """Return at most 64 bytes, which is all that Telegram takes."""
        return f"{_VERSION}:{press.action}:{_numbers(press)}:{self._mark(chat_id, press)}"

    def unpack(self, chat_id: int, data: str | None) -> Press:
        """Raise OutOfDateError unless this very data was made for this chat."""
        match = _DATA.fullmatch(data or "")
        if match is None or match[1] not in set(Action):
            raise OutOfDateError
        number, *more = map(int, match[2].split("."))
        press = Press(Action(match[1]), number, tuple(more))
        if not hmac.compare_digest(match[3], self._mark(chat_id, press)):
            raise OutOfDateError
        return press

    def holding(self, chat_id: int, data: Iterable[str | None]) -> Iterator[Press]:
        """Return what was made for this chat, in its order, and leave out the rest."""
        for one in data:
            with suppress(OutOfDateError):
                yield self.unpack(chat_id, one)

    def _mark(self, chat_id: int, press: Press) -> str:
        meant = f"button {_VERSION} {chat_id} {press.action} {_numbers(press)}"
        digest = self._sign(meant.encode())[:_SEAL_BYTES]
        return urlsafe_b64encode(digest).decode().rstrip("=")


def _numbers(press: Press) -> str:
    return ".".join(map(str, (press.number, *press.more)))
