"""What a query means: a tree of frozen values, in which relative times are still relative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Within(StrEnum):
    """Where words are looked for; anywhere is artist, title, album and file name."""

    ANYWHERE = "anywhere"
    ARTIST = "artist"
    TITLE = "title"
    ALBUM = "album"
    GENRE = "genre"


class Measure(StrEnum):
    """What is counted, in whole seconds, bytes, bits a second, years and plays."""

    DURATION = "duration"
    SIZE = "size"
    BITRATE = "bitrate"
    YEAR = "year"
    PLAYS = "plays"


class Stamp(StrEnum):
    """A time that a track bears: of its posting, or of its coming into the library."""

    POSTED = "posted"
    ADDED = "added"


class Claim(StrEnum):
    """What is true of a track or not."""

    LOSSLESS = "lossless"
    HAS_COVER = "has:cover"
    HAS_FILE = "has:file"
    IS_FAVORITE = "is:favorite"
    IS_FLAWED = "is:flawed"


@dataclass(frozen=True, slots=True)
class Ago:
    """So long before now."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class Midnight:
    """The beginning (UTC) of the day so many days before today; -1 is that of tomorrow."""

    days: int


Moment = datetime | Ago | Midnight


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they were typed, which must stand beside each other: a word can fold to several.

    `is_beginning` where a `*` stood behind: the last word may go on. `is_unfinished` where the
    text of the query ends with this word, so that somebody may still be typing it.
    """

    text: str
    within: Within = Within.ANYWHERE
    is_phrase: bool = False
    is_beginning: bool = False
    is_unfinished: bool = False


@dataclass(frozen=True, slots=True)
class InChat:
    """A chat by its marked id, by its name (lower case, without `@`), or by words of its title."""

    id: int | None = None
    username: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class OfFormat:
    """One of these formats, as `storage.formats` names them."""

    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Is:
    claim: Claim


@dataclass(frozen=True, slots=True)
class Between:
    """`low` is inclusive, `high` exclusive; None where there is no bound."""

    measure: Measure
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class During:
    """`since` is inclusive, `until` exclusive; None where there is no bound."""

    stamp: Stamp
    since: Moment | None
    until: Moment | None


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class All:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    nodes: tuple[Node, ...]


Condition = Text | InChat | OfFormat | Is | Between | During
Node = Condition | Not | All | Either


class Assumed(StrEnum):
    """What was taken for meant, though it was not written."""

    QUOTE_ENDS = "quote ends"  # where the text does
    BRACKET_ENDS = "bracket ends"
    MEGABYTES = "megabytes"
    SECONDS = "seconds"  # so few that minutes may have been meant


@dataclass(frozen=True, slots=True)
class Query:
    """`node` is None where nothing is asked for: everything matches.

    `is_unfinished` where one of its words is: then that is the last one of the text.
    `is_meaningless` where something was written, and nothing of it can be asked for.
    """

    node: Node | None
    is_unfinished: bool = False
    is_meaningless: bool = False
    assumed: frozenset[Assumed] = frozenset()


def conditions(node: Node | None) -> Iterator[Condition]:
    """Yield the leaves of a tree, as they were written."""
    match node:
        case None:
            return
        case Not(inner):
            yield from conditions(inner)
        case All(nodes) | Either(nodes):
            for one in nodes:
                yield from conditions(one)
        case _:
            yield node


def exactly(text: Text) -> Text:
    """Return the words as they are written: of no other spelling, and not to be corrected."""
    return replace(text, is_phrase=True)


def moment_at(moment: Moment, now: datetime) -> datetime:
    """Return when a moment is, seen from `now`."""
    match moment:
        case datetime():
            return moment
        case Ago(span):
            return now - span
        case Midnight(days):
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            return today - timedelta(days=days)
