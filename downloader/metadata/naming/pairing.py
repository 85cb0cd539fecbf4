"""Decides who is the artist and what is the title, where sources disagree. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from downloader.metadata.naming import guests
from downloader.metadata.naming.parting import (
    bracketed,
    parted,
    says_version,
    tight,
    wide_bracketed,
)
from downloader.metadata.naming.plain import is_like, likeness
from downloader.metadata.naming.reading import Reading
from storage.description import Provenance
from storage.search.folding import fold

_TYPED = frozenset({Provenance.CAPTION, Provenance.NAME})
_LABELLED = 3  # votes of somebody who says which of the two is the artist


@dataclass(frozen=True, slots=True)
class Pair:
    """Artist and title, and which source each is from; the source of what is unknown is None."""

    artist: str = ""
    title: str = ""
    artist_from: Provenance | None = None
    title_from: Provenance | None = None


def paired(readings: Sequence[Reading], shared: str = "", *, may_swap: bool = True) -> Pair:
    """Return the names that are best spoken for.

    `shared` is the likeness of a title that all neighbours have, by which one sees an artist.
    """
    artists = frozenset(_likenesses(readings))
    settled = [_settled(reading, readings, artists) for reading in readings]
    main = next((reading for reading in settled if reading.title), None)
    if main is None:
        return _without_title(settled)
    if may_swap and main.artist and _is_swapped(main, settled, shared):
        return Pair(main.title, main.artist, main.source, main.source)
    artist, source = _artist_of(main, settled)
    return Pair(artist, main.title, source, main.source)


def joined(readings: Sequence[Reading], albums: frozenset[str]) -> list[Reading]:
    """Join what is in the middle of a name to the title, unless it is known to be an album.

    `albums` are the likenesses of those that neighbours have.
    """
    known = albums | {likeness(reading.said.album) for reading in readings if reading.said.album}
    titles = {likeness(reading.title) for reading in readings if not reading.middle}
    return [_joined(one, known, titles) if one.middle else one for one in readings]


def _joined(reading: Reading, albums: frozenset[str], titles: set[str]) -> Reading:
    said = reading.said
    if likeness(reading.middle) in albums:
        return replace(reading, said=replace(said, album=said.album or reading.middle), middle="")
    if likeness(said.title) in titles:
        return replace(reading, middle="")
    return replace(reading, said=replace(said, title=f"{reading.middle} - {said.title}"), middle="")


def _likenesses(readings: Iterable[Reading]) -> Iterable[str]:
    for artist in (reading.artist for reading in readings if reading.artist):
        yield likeness(artist)
        yield likeness(guests.without(artist))


def _settled(reading: Reading, readings: Sequence[Reading], artists: frozenset[str]) -> Reading:
    """Take the artist out of a title that holds both."""
    artist, title = reading.artist, reading.title
    if artist and reading.source in _TYPED and _is_reversed(reading, readings):
        artist, title = title, artist
    while title:
        others = _others(reading, readings)
        found = _shortened(artist, title) if artist else _split(title, artists, others)
        found = found or _unbracketed(artist, title, artists)
        if found is None or found == (artist, title):
            break
        artist, title = found
    if (artist, title) == (reading.artist, reading.title):
        return reading
    return replace(reading, said=replace(reading.said, artist=artist, title=title))


def _is_reversed(typed: Reading, readings: Sequence[Reading]) -> bool:
    """Tell whether what was typed as a title is an artist, as those know who tell artists apart."""
    told = (one for one in readings if not one.title or one.is_labelled)
    artists = set(_likenesses(one for one in told if one is not typed))
    return likeness(typed.title) in artists and likeness(typed.artist) not in artists


def _others(reading: Reading, readings: Sequence[Reading]) -> frozenset[str]:
    """Return the titles that others have beside an artist: those hold no artist any more."""
    return frozenset(
        likeness(other.title)
        for other in readings
        if other is not reading and other.title and other.artist
    )


def _split(title: str, artists: frozenset[str], titles: frozenset[str]) -> tuple[str, str] | None:
    quotes = None if "【" in title else wide_bracketed(title)
    pair = quotes or parted(title)
    if pair is None:
        pair = tight(title)
        return pair if pair and likeness(pair[0]) in artists else None
    left, right = pair
    if not likeness(left) or not likeness(right):
        return None
    if likeness(guests.without(left)) in artists:
        return left, right
    if likeness(guests.without(right)) in artists and not says_version(right):
        return right, left
    is_one = says_version(right) or likeness(title) in titles
    return None if is_one else (left, right)


def _shortened(artist: str, title: str) -> tuple[str, str] | None:
    """Take an artist that is known out of the title."""
    pair = parted(title) or wide_bracketed(title) or tight(title)
    if pair is None:
        return None
    left, right = pair
    own = {likeness(artist), likeness(guests.without(artist))}
    if likeness(left) in own and likeness(right):
        return artist, right
    # Platforms write a name without its spaces.
    if " " not in artist and fold(left).replace(" ", "") == fold(artist) and likeness(right):
        return left, right
    if likeness(right) in own and likeness(left) and not says_version(right):
        return artist, left
    return None


def _unbracketed(artist: str, title: str, artists: frozenset[str]) -> tuple[str, str] | None:
    pair = bracketed(title)
    if pair is None or likeness(pair[1]) not in artists or not likeness(pair[0]):
        return None
    if artist and not is_like(artist, pair[1]):
        return None
    return artist or pair[1], pair[0]


def _artist_of(main: Reading, settled: Sequence[Reading]) -> tuple[str, Provenance | None]:
    if main.artist:
        return main.artist, main.source
    title = likeness(main.title)
    for reading in settled:
        other = likeness(reading.title)
        is_same = not other or other in title or title in other
        if reading.artist and (is_same or reading.is_labelled):
            return reading.artist, reading.source
    return _weak(settled)


def _weak(settled: Sequence[Reading]) -> tuple[str, Provenance | None]:
    found = next((reading for reading in settled if reading.weak_artist), None)
    return (found.weak_artist, found.source) if found else ("", None)


def _without_title(settled: Sequence[Reading]) -> Pair:
    weak = next((reading for reading in settled if reading.weak_title), None)
    named = next((reading for reading in settled if reading.artist), None)
    artist, source = (named.artist, named.source) if named else _weak(settled)
    title, title_from = (weak.weak_title, weak.source) if weak else ("", None)
    return Pair(artist, title, source, title_from)


def _is_swapped(main: Reading, settled: Sequence[Reading], shared: str) -> bool:
    if main.source in _TYPED and likeness(main.title) == shared != "":
        return likeness(main.artist) != shared
    typed = [reading for reading in settled if reading.source in _TYPED]
    against = sum(_votes(reading, main.title, main.artist) for reading in typed)
    favour = sum(_votes(reading, main.artist, main.title) for reading in typed)
    is_typed = main.source in _TYPED and against < _LABELLED
    return against >= 2 and against > favour and not is_typed


def _votes(reading: Reading, artist: str, title: str) -> int:
    """Return how strongly a source says that these are artist and title."""
    says_artist, says_title = is_like(reading.artist, artist), is_like(reading.title, title)
    if reading.is_labelled and says_artist and (says_title or not reading.title):
        return _LABELLED
    return int(says_artist and says_title)
