"""How much of a chat is kept, in words: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

Limit = TypeVar("Limit", int, timedelta)


@dataclass(frozen=True, slots=True)
class Retention:
    """So many of the newest tracks of a chat are kept, so many bytes of them, for so long.

    None sets no limit; a track is kept that is within all of them.
    """

    count: int | None = None
    size: int | None = None
    age: timedelta | None = None

    def is_looser_than(self, other: Retention) -> bool:
        """Tell whether it keeps anything that the other does not."""
        return (
            _is_looser(self.count, other.count)
            or _is_looser(self.size, other.size)
            or _is_looser(self.age, other.age)
        )


def _is_looser(ours: Limit | None, theirs: Limit | None) -> bool:
    return theirs is not None and (ours is None or ours > theirs)


class Guard(StrEnum):
    """Why a track stays that is more than is kept."""

    FAVORITE = "favorite"
    LISTED = "in a playlist"
    ASKED = "asked for by itself"
    PLAYED = "played of late"
    WANTED = "wanted by a download"
    ELSEWHERE = "kept by another chat"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the library, as far as it matters whether it is kept.

    `size` in bytes; `came_at` is when it came; `posted` holds by chat when it was last posted
    there; `guards` are what speaks for it by itself.
    """

    track_id: int
    size: int
    came_at: datetime
    posted: Mapping[int, datetime]
    guards: frozenset[Guard] = frozenset()
