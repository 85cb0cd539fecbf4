"""What can be chosen of a watch with buttons, each in the words of its sentence. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from bot.callbacks import Action, Press
from bot.errors import OutOfDateError


class Choice(IntEnum):
    """What is chosen."""

    RHYTHM = 0
    PAST = 1
    NOTICE = 2
    BUDGET = 3


class Wish(IntEnum):
    """What is to be done with a watch."""

    SHOW = 0
    LOOK = 1
    PAUSE = 2
    HISTORY = 3
    ASK_REMOVAL = 4
    REMOVE = 5
    EDIT = 6  # with what is chosen, and which of its words, if any
    TRY_ALL = 7
    RENEW = 8  # the secret of what it tells to others
    ASK_RENEWAL = 9


WORDS = {
    Choice.RHYTHM: ("live", "every 1h", "every 6h", "every 1d"),
    Choice.PAST: ("backfill none", "backfill 50", "backfill 200", "backfill all"),
    Choice.NOTICE: ("openly", "quiet", "digest 20:00"),
    Choice.BUDGET: ("max none", "max 1GB/day", "max 5GB/day", "max 20GB/day"),
}
OF_DRAFTS = (Choice.RHYTHM, Choice.PAST, Choice.NOTICE)
_SHOW = len(OF_DRAFTS) + 1
_BASE = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """A watch that somebody is making with buttons, all of which stands in each of them.

    `message_id` is of the message that began it, which names the chat unless `chat_id` does.
    `chosen` says for each of `OF_DRAFTS` which of its words, from 1 on, or 0 where none was. It
    `asks` for one of them, or is to be shown again; else it is to be made.
    """

    message_id: int
    chosen: tuple[int, ...] = (0,) * len(OF_DRAFTS)
    chat_id: int | None = None
    asks: Choice | None = None
    is_shown: bool = False

    @property
    def words(self) -> str:
        pairs = zip(OF_DRAFTS, self.chosen, strict=True)
        return " ".join(WORDS[kind][number - 1] for kind, number in pairs if number)

    @property
    def press(self) -> Press:
        step = _SHOW if self.is_shown else (0 if self.asks is None else self.asks + 1)
        code = step
        for number in self.chosen:
            code = code * _BASE + number
        if self.chat_id is None:
            return Press(Action.FOLLOW, self.message_id, (code,))
        number = 2 * abs(self.chat_id) + (self.chat_id < 0)
        return Press(Action.FOLLOW, self.message_id, (code, number))

    def asking(self, kind: Choice) -> Draft:
        return replace(self, asks=kind, is_shown=False)

    def choosing(self, kind: Choice, number: int) -> Draft:
        """Choose the words of that number, from 1 on."""
        chosen = list(self.chosen)
        chosen[kind] = number
        return replace(self, chosen=tuple(chosen), asks=None, is_shown=True)

    def shown(self) -> Draft:
        return replace(self, asks=None, is_shown=True)

    def made(self) -> Draft:
        return replace(self, asks=None, is_shown=False)


def pressed(press: Press) -> Draft:
    """Read what a button says. Raises `OutOfDateError` where it says nothing that there is."""
    code, *rest = press.more or (0,)
    digits: list[int] = []
    for _ in OF_DRAFTS:
        code, digit = divmod(code, _BASE)
        digits.insert(0, digit)
    known = zip(OF_DRAFTS, digits, strict=True)
    if code > _SHOW or any(number > len(WORDS[kind]) for kind, number in known):
        raise OutOfDateError
    chat_id = None
    if rest:
        half, is_negative = divmod(rest[0], 2)
        chat_id = -half if is_negative else half
    asks = OF_DRAFTS[code - 1] if 0 < code < _SHOW else None
    return Draft(press.number, tuple(digits), chat_id, asks, code == _SHOW)
