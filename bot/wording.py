"""Makes queries of what people say and press. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot import filters
from bot.errors import UsageError
from storage.models import Track
from storage.query.parser import parse, plain
from storage.query.tree import All, Either, Node, Query, Text, Within
from storage.search.folding import fold

EVERYTHING = Query(None)


def words_alone(said: str) -> str | None:
    """Return the words of a query that must be there; None where it asks for nothing else.

    Raises `QueryError` where it cannot be read.
    """
    node = parse(said.strip()).node
    words = " ".join(_texts(node))
    return words if words and plain(words).node != node else None


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


def _texts(node: Node | None) -> Iterator[str]:
    match node:
        case Text():
            yield node.text
        case All(nodes) | Either(nodes):
            for one in nodes:
                yield from _texts(one)
        case _:
            return
