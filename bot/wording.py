"""Makes queries of what people say and press. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot import filters
from bot.errors import Usage, UsageError
from storage.models import Track
from storage.query.parser import parse, plain
from storage.query.tree import (
    All,
    Between,
    Claim,
    Either,
    InChat,
    Is,
    Measure,
    Node,
    Query,
    Text,
    Within,
)
from storage.search.folding import fold

EVERYTHING = Query(None)

_MOST = 30  # tracks in one message
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?", re.ASCII)


def counted(said: str) -> tuple[int | None, str]:
    """Read `20 jazz`: how many tracks, None where that is not said, and the query for them.

    Raises `UsageError` where there is only a number, and not so many can be shown.
    """
    first, *rest = said.split(maxsplit=1)[:2] or [""]
    if first.isascii() and first.isdigit() and 1 <= int(first[:9]) <= _MOST:
        return int(first), "".join(rest)
    if _NUMBER.fullmatch(said.strip()):
        raise UsageError(Usage.NOT_SO_MANY, said.strip())
    return None, said


def liked(query: Query) -> Query:
    """Ask for those of the tracks that whoever asks likes."""
    favorite = Is(Claim.IS_FAVORITE)
    return replace(query, node=All((query.node, favorite)) if query.node else favorite)


def words_alone(said: str) -> str | None:
    """Return the words of a query that must be there; None where it asks for nothing else.

    Raises `QueryError` where it cannot be read.
    """
    node = parse(said.strip()).node
    words = " ".join(_texts(node))
    return words if words and plain(words).node != node else None


def chats(node: Node | None) -> list[str]:
    """Return the chats that a track must have been posted in, all of them: by @name, or by id."""
    named = [one for one in _all(node) if isinstance(one, InChat) and one.title is None]
    return [f"@{one.username}" if one.username else str(one.id) for one in named]


def ruled_out(node: Node | None) -> Measure | None:
    """Return what is asked to be more than it is asked to be less than."""
    bounds: dict[Measure, tuple[int, int | None]] = {}
    for one in _all(node):
        if isinstance(one, Between):
            low, high = bounds.get(one.measure, (0, None))
            ends = [end for end in (high, one.high) if end is not None]
            bounds[one.measure] = max(low, one.low or 0), min(ends, default=None)
    empty = (measure for measure, (low, high) in bounds.items() if high is not None and low >= high)
    return next(empty, None)


def can_be_fetched(said: str) -> bool:
    """Tell whether a download can be filtered by a query, too."""
    try:
        return bool(filters.checked(said))
    except UsageError:
        return False


def of_artist(track: Track) -> list[Query]:
    """Ask for the tracks of the same artist; not at all where there is none to ask for."""
    return [Query(_by(track))] if fold(track.performer) else []


def of_album(track: Track) -> list[Query]:
    """Ask for the same album: first that of the same artist, then one of anybody.

    Many albums share a name, and many have a different artist for each track.
    """
    if not fold(track.album):
        return []
    album = Text(track.album, Within.ALBUM, is_phrase=True)
    both = [Query(All((album, _by(track))))] if fold(track.performer) else []
    return [*both, Query(album)]


def _by(track: Track) -> Text:
    return Text(track.performer, Within.ARTIST, is_phrase=True)


def _all(node: Node | None) -> tuple[Node, ...]:
    """Return what must hold, each of it."""
    match node:
        case None:
            return ()
        case All(nodes):
            return tuple(part for one in nodes for part in _all(one))
        case _:
            return (node,)


def _texts(node: Node | None) -> Iterator[str]:
    match node:
        case Text():
            yield node.text
        case All(nodes) | Either(nodes):
            for one in nodes:
                yield from _texts(one)
        case _:
            return
