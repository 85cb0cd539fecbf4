"""Sees what pieces that were posted together have in common: artist, album, order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from downloader.metadata.naming import guests
from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.pairing import Pair, joined, paired
from downloader.metadata.naming.plain import likeness
from downloader.metadata.naming.rules import Rules
from downloader.metadata.naming.sources import Sources, sources_of

_MOST = 50  # neighbours that are looked at
_ENOUGH = 3  # pieces, from which on different artists make a compilation


@dataclass(frozen=True, slots=True)
class Member:
    """A piece as far as it matters for those beside it."""

    position: int
    pair: Pair
    album: str
    number: int | None
    middles: frozenset[str]
    typed_title: str


def members_of(evidence: Evidence, rules: Rules) -> tuple[Member, ...]:
    """Return the neighbours, in the order in which they were posted."""
    found = []
    for position, other in evidence.neighbours[:_MOST]:
        seen = replace(
            other,
            neighbours=(),
            chat_title=other.chat_title or evidence.chat_title,
            chat_username=other.chat_username or evidence.chat_username,
        )
        found.append(member_of(position, sources_of(seen, rules)))
    return tuple(sorted(found, key=lambda one: one.position))


def member_of(position: int, sources: Sources) -> Member:
    readings = sources.readings
    return Member(
        position=position,
        pair=paired(joined(readings, frozenset()), may_swap=False),
        album=next((one.said.album for one in readings if one.said.album), ""),
        number=next((one.said.track_number for one in readings if one.said.track_number), None),
        middles=frozenset(likeness(one.middle) for one in readings if one.middle),
        typed_title=likeness(sources.name.title),
    )


def shared_title(members: Sequence[Member]) -> str:
    """Return the likeness of what all neighbours are called by those who typed their names."""
    titles = {member.typed_title for member in members if member.typed_title}
    return titles.pop() if len(titles) == 1 and len(members) > 1 else ""


def albums_of(members: Sequence[Member]) -> frozenset[str]:
    """Return the likenesses of what neighbours have for an album, or for what may be one."""
    albums = {likeness(member.album) for member in members if member.album}
    return frozenset(albums).union(*(member.middles for member in members))


def common_artist(members: Sequence[Member]) -> str:
    """Return the artist that all neighbours share, guests aside; empty where there is none."""
    artists = [guests.without(member.pair.artist) for member in members if member.pair.artist]
    if len(artists) * 2 <= len(members) or len({likeness(artist) for artist in artists}) != 1:
        return ""
    return artists[0]


def common_album(members: Sequence[Member], artist: str) -> str:
    """Return the album of all neighbours that have one, if they are most, and of this artist."""
    albums = [member.album for member in members if member.album]
    if not albums or len({likeness(album) for album in albums}) != 1:
        return ""
    common = likeness(common_artist(members))
    is_ours = common == likeness(guests.without(artist)) if artist else bool(common)
    return albums[0] if is_ours and len(albums) * 2 > len(members) else ""


def is_of_several(members: Sequence[Member], artist: str, album: str) -> bool:
    """Tell whether pieces of one album have different artists, as those of a compilation do."""
    if any(likeness(member.album) != likeness(album) for member in members if member.album):
        return False
    artists = [artist, *(member.pair.artist for member in members)]
    named = [likeness(guests.without(one)) for one in artists if one]
    return len(named) >= _ENOUGH and len(set(named)) * 2 > len(named)


def has_guests(members: Sequence[Member], artist: str) -> bool:
    artists = [artist, *(member.pair.artist for member in members)]
    return any(guests.without(one) != one for one in artists)


def is_album(members: Sequence[Member], album: str, *, is_captioned: bool) -> bool:
    """Tell whether the group is the tracks of an album, in their order."""
    if is_captioned:
        return bool(members)
    others = [member.album for member in members]
    return (
        bool(album) and len(others) > 1 and all(likeness(one) == likeness(album) for one in others)
    )


def number_by_order(position: int, members: Iterable[Member]) -> int | None:
    """Return the number of a track by its place, unless numbers of others speak against it."""
    others = list(members)
    if position in {member.position for member in others}:
        return None
    offsets = {member.number - member.position for member in others if member.number is not None}
    if len(offsets) > 1:
        return None
    number = position + next(iter(offsets), 0)
    return number if number >= 1 else None
