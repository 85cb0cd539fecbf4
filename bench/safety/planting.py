"""The kinds of secrets that are planted, and what the journeys have left. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

FORGED = "[ERROR] forged line"  # stands in titles and errors, behind a line break


class Kind(StrEnum):
    """What a canary stands for. A file's address is one of the bot's, with the token in it."""

    BOT = "bot token"
    API_HASH = "api hash"
    PHONE = "phone"
    CODE = "login code"
    PASSWORD = "password"  # noqa: S105  # that of the second factor
    SESSION = "session key"
    KEY = "key file"
    BOT_PROXY = "password of the bot's proxy"
    TELEGRAM_PROXY = "password of the account's proxy"
    ACOUSTID = "acoustid key"
    WEBHOOK = "webhook secret"
    COOKIE = "cookie"
    AUTHORIZATION = "authorization"
    INVITE = "invite"


@dataclass(slots=True)
class Walk:
    """What was planted, and all that came of the journeys: by where it was, what stood there."""

    planted: dict[Kind, list[str]] = field(default_factory=dict)
    surfaces: dict[str, bytes] = field(default_factory=dict)

    def plant(self, kind: Kind, *values: str) -> None:
        self.planted.setdefault(kind, []).extend(values)


def files(folder: Path, without: Sequence[str]) -> Mapping[str, bytes]:
    """Return what every file holds, but for those of these names."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in without
    }
