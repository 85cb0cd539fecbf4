"""What `--fault NAME=VALUE` can do: a table of names, each turned into rules."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class First:
    """Holds for every part of the first `number` documents it meets."""

    number: int
    met: set[int] = field(default_factory=set)

    def __call__(self, request: Any) -> bool:
        document = request.location.id
        if len(self.met) < self.number:
            self.met.add(document)
        return document in self.met


@dataclass(frozen=True, slots=True)
class Fault:
    """A trouble as it was asked for; its rules count how often they struck."""

    name: str
    rules: list[Rule]


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


def _refused(number: int) -> list[Rule]:
    return [Rule(_PART, when=First(number), error=(400, "FILE_ID_INVALID"), times=None)]


def _shortened(part: Any) -> Any:
    return part.cut(len(part.data) // 2)


def _flipped(part: Any) -> Any:
    return part.flipped(len(part.data) // 2)


def wrong_hashes(answer: Any) -> Any:
    """Return hashes that no bytes have, of a vector of them or of a redirect to the CDN."""
    for one in getattr(answer, "file_hashes", answer):
        one.hash = bytes(reversed(one.hash))
    return answer


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
    "takeout": Trouble(
        "SECONDS",
        "an export has to be waited for, once",
        lambda wait: [
            Rule("account.initTakeoutSession", error=(420, f"TAKEOUT_INIT_DELAY_{wait}"))
        ],
    ),
    "drop": Trouble("TIMES", "the connection breaks within a reply", _spread(5, drop=Drop.MIDDLE)),
    "mute": Trouble("TIMES", "a reply never comes", _spread(5, mute=True)),
    "slow": Trouble(
        "MS", "every part is late by so much", lambda ms: [Rule(_PART, delay=ms / 1000, times=None)]
    ),
    "short": Trouble("TIMES", "a part comes only half", _spread(4, reply=_shortened)),
    "flip": Trouble("TIMES", "a byte of a part comes flipped", _spread(4, reply=_flipped)),
    "hashes": Trouble(
        "TIMES",
        "the hashes that are asked for are wrong",
        lambda n: [Rule("upload.getFileHashes", times=n, reply=wrong_hashes)],
    ),
    "reference": Trouble(
        "TIMES", "a file reference has expired", _spread(4, error=(400, "FILE_REFERENCE_EXPIRED"))
    ),
    "500": Trouble("TIMES", "Telegram has an internal error", _spread(4, error=(500, "INTERNAL"))),
    "refused": Trouble("FILES", "so many files are refused for good", _refused),
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


def fault_of(text: str) -> Fault:
    """Read `NAME=VALUE` as argparse wants it; the value is a number from 1."""
    name, _, value = text.partition("=")
    if name not in TROUBLES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(TROUBLES)}")
    if not value.isascii() or not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{name} needs a number, like {name}=3")
    return Fault(name, TROUBLES[name].rules(int(value)))


def played(faults: Sequence[Fault]) -> str:
    """Return how often each struck, like `flood 2×, drop 3×`."""
    hits: Counter[str] = Counter()
    for fault in faults:
        hits[fault.name] += sum(rule.hits for rule in fault.rules)
    return ", ".join(f"{name} {count}×" for name, count in hits.items())


def described() -> str:
    """Return the table for `--help`."""
    rows = [(f"{name}={trouble.value}", trouble.about) for name, trouble in TROUBLES.items()]
    return "\n".join(f"  {left:<24}{right}" for left, right in rows)
