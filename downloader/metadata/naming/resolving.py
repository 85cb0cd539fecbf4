"""Decides what a piece of music is called, out of everything that speaks for a name. Pure.

What people say stands for ever; then the tags of the file are believed, then Telegram's attributes,
the caption, the caption of the album, the name of the file, and last the neighbours. What is no
name loses against any name, wherever it stands. What was looked up stands before guesses, or before
all but people, as `completing` says. Decision 0048 says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from downloader.metadata.naming import grouping
from downloader.metadata.naming.completing import settled
from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.grouping import Member
from downloader.metadata.naming.pairing import joined, paired
from downloader.metadata.naming.plain import is_like
from downloader.metadata.naming.reading import VARIOUS, Reading
from downloader.metadata.naming.rules import Rules
from downloader.metadata.naming.sources import Sources, sources_of
from storage.description import Description, Provenance

_NUMBERS = ("track_number", "track_total", "disc_number", "disc_total")
_MOST_ROUNDS = 8
_TAKEN = ("album", "album_artist", "composer", "genre", *_NUMBERS)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A description on its way; what is known first stays."""

    values: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Provenance] = field(default_factory=dict)

    def offer(self, name: str, value: object, source: Provenance | None) -> None:
        if value and source is not None and name not in self.values:
            self.values[name] = value
            self.provenance[name] = source

    def drop(self, name: str) -> None:
        self.values.pop(name, None)
        self.provenance.pop(name, None)

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))


def resolve(evidence: Evidence, rules: Rules | None = None) -> Description:
    """Return what the piece is called, and for each field that is known where that is from."""
    rules = rules or Rules()
    found = _decided(evidence, rules)
    # What is written into the file is read from it again one day, and must then mean the same.
    for _ in range(_MOST_ROUNDS):
        again = _decided(Evidence(tags=found), rules)
        if replace(again, provenance=found.provenance) == found:
            break
        kept = {name: found.provenance.get(name, one) for name, one in again.provenance.items()}
        found = replace(again, provenance=kept)
    return settled(found, evidence.found, evidence.reach, evidence.edits)


def _decided(evidence: Evidence, rules: Rules) -> Description:
    sources = sources_of(evidence, rules)
    members = grouping.members_of(evidence, rules)
    readings = joined(_ordered(sources, members), grouping.albums_of(members))
    shared = grouping.shared_title(members)
    pair = paired(readings, shared, may_swap=rules.has("swapped"))
    draft = _Draft()
    draft.offer("artist", pair.artist, pair.artist_from)
    draft.offer("title", pair.title, pair.title_from)
    for reading in readings:
        for name in _TAKEN:
            draft.offer(name, getattr(reading.said, name), reading.source)
        draft.offer("date", _possible(reading.said.date, evidence.posted_at), reading.source)
    _name_the_album(draft, readings, members)
    _number(draft, evidence.position, members, sources.album)
    return Description(**draft.values, provenance=draft.provenance)


def _ordered(sources: Sources, members: Sequence[Member]) -> list[Reading]:
    """Return what is said, the most trusted first."""
    common = Description(artist=grouping.common_artist(members))
    return [*sources.readings, Reading(Provenance.NEIGHBOURS, common)]


def _possible(date: str, posted_at: datetime | None) -> str:
    """Return a date if music of that time can have been posted."""
    if not date or posted_at is None or int(date[:4]) <= posted_at.year + 1:
        return date
    return ""


def _name_the_album(draft: _Draft, readings: Sequence[Reading], members: Sequence[Member]) -> None:
    """Find album and album artist, of which nothing is said without an album."""
    artist = draft.text("artist")
    draft.offer("album", grouping.common_album(members, artist), Provenance.NEIGHBOURS)
    if not draft.text("album"):
        draft.drop("album_artist")
        return
    captioned = next(one for one in readings if one.source is Provenance.ALBUM_CAPTION)
    if is_like(captioned.said.album, draft.text("album")):
        draft.offer("album_artist", captioned.artist, Provenance.ALBUM_CAPTION)
    if grouping.is_of_several(members, artist, draft.text("album")):
        draft.offer("album_artist", VARIOUS, Provenance.NEIGHBOURS)
    common = grouping.common_artist(members)
    if grouping.has_guests(members, artist):
        draft.offer("album_artist", common, Provenance.NEIGHBOURS)
    said = next((one.source for one in readings if one.said.is_compilation), None)
    draft.offer("is_compilation", said is not None, said)
    if draft.text("album_artist") == VARIOUS:
        draft.offer("is_compilation", True, draft.provenance["album_artist"])  # noqa: FBT003 - a value


def _number(draft: _Draft, position: int, members: Sequence[Member], album: Reading) -> None:
    is_captioned = is_like(album.said.album, draft.text("album"))
    if grouping.is_album(members, draft.text("album"), is_captioned=is_captioned):
        number = grouping.number_by_order(position, members)
        draft.offer("track_number", number, Provenance.NEIGHBOURS)
