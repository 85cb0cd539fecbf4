"""What `--fault NAME=VALUE` can do: a table of names, each turned into rules."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.faults import Drop, Rule

_PART = "upload.getFile"
_LATER = 3  # calls that pass before the first fault, so that something has begun


@dataclass(slots=True)
class Every:
    """Holds for each n-th call it is asked about."""

    number: int
    asked: int = 0

    def __call__(self, _: Any) -> bool:
        self.asked += 1
        return self.asked % self.number == 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """`value` names the number that is given, `about` says what it does."""

    value: str
    about: str
    rules: Callable[[int], list[Rule]]


def _waits(name: str) -> Callable[[int], list[Rule]]:
    return lambda wait: [Rule(_PART, error=(420, f"{name}_{wait}"), skip=_LATER, times=2)]


def _spread(number: int, **fault: Any) -> Callable[[int], list[Rule]]:
    return lambda times: [Rule(_PART, when=Every(number), times=times, **fault)]


def _shortened(part: Any) -> Any:
    return part.cut(len(part.data) // 2)


def _bot_answers(code: int, words: str, times: int) -> list[Rule]:
    methods = ("bot.sendMessage", "bot.editMessageText")
    return [Rule(method, error=(code, words), times=times) for method in methods]


TROUBLES = {
    "flood": Trouble("SECONDS", "Telegram asks twice to wait so long", _waits("FLOOD_WAIT")),
    "premium-flood": Trouble(
        "SECONDS",
        "the speed limit of accounts without Premium, twice",
        _waits("FLOOD_PREMIUM_WAIT"),
    ),
    "search-flood": Trouble(
        "SECONDS",
        "the search for audio is to wait so long, once",
        lambda wait: [Rule("messages.search", error=(420, f"FLOOD_WAIT_{wait}"))],
    ),
    "drop": Trouble("TIMES", "the connection breaks within a reply", _spread(5, drop=Drop.MIDDLE)),
    "mute": Trouble("TIMES", "a reply never comes", _spread(5, mute=True)),
    "slow": Trouble(
        "MS", "every part is late by so much", lambda ms: [Rule(_PART, delay=ms / 1000, times=None)]
    ),
    "short": Trouble("TIMES", "a part comes only half", _spread(4, reply=_shortened)),
    "reference": Trouble(
        "TIMES", "a file reference has expired", _spread(4, error=(400, "FILE_REFERENCE_EXPIRED"))
    ),
    "500": Trouble("TIMES", "Telegram has an internal error", _spread(4, error=(500, "INTERNAL"))),
    "refused": Trouble(
        "TIMES", "a file is refused for good", _spread(1, error=(400, "FILE_ID_INVALID"))
    ),
    "logout": Trouble(
        "PARTS",
        "after so many parts the account is logged out",
        lambda parts: [Rule(_PART, error=(401, "SESSION_REVOKED"), skip=parts, times=None)],
    ),
    "429": Trouble(
        "SECONDS",
        "the bot is to send nothing for so long, twice",
        lambda wait: _bot_answers(429, f"Too Many Requests: retry after {wait}", 2),
    ),
    "502": Trouble(
        "TIMES",
        "the bot's messages meet a bad gateway",
        lambda n: _bot_answers(502, "Bad Gateway", n),
    ),
}


def rules_of(text: str) -> list[Rule]:
    """Read `NAME=VALUE` as argparse wants it; the value is a number from 1."""
    name, _, value = text.partition("=")
    if name not in TROUBLES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(TROUBLES)}")
    if not value.isascii() or not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{name} needs a number, like {name}=3")
    return TROUBLES[name].rules(int(value))


def described() -> str:
    """Return the table for `--help`."""
    rows = [(f"{name}={trouble.value}", trouble.about) for name, trouble in TROUBLES.items()]
    return "\n".join(f"  {left:<24}{right}" for left, right in rows)
