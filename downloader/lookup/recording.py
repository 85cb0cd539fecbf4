"""What the databases know of a recording, in the words of both. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Release:
    """An album, a single or the like. `kind` is what it mostly is, `traits` what it is besides.

    `first_date` is that of its first edition.
    """

    id: str
    title: str
    status: str = ""
    kind: str = ""
    traits: frozenset[str] = frozenset()
    first_date: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """`sources` is how many people say that it sounds so, `score` how well it fits (0 to 1)."""

    id: str
    title: str
    artist: str
    length: timedelta | None = None
    releases: tuple[Release, ...] = ()
    sources: int = 0
    score: float = 0.0
