"""Fills in what was looked up in a public database of music, as far as that may say it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from downloader.metadata.naming.editing import edited
from downloader.metadata.naming.plain import is_like
from storage.description import Description, Provenance, Reach


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked up of a track that is there already, with its cover where it has none."""

    description: Description
    reach: Reach
    cover: bytes | None = None


_GUESSES = frozenset(
    {Provenance.CAPTION, Provenance.ALBUM_CAPTION, Provenance.NAME, Provenance.NEIGHBOURS}
)
_OF_PIECE = ("title", "artist", "album", "genre", "composer")
# They are of one album, and mean nothing on another.
_OF_ALBUM = ("album_artist", "date", "is_compilation")
_COUNTED = (("track_number", "track_total"), ("disc_number", "disc_total"))


def settled(
    called: Description, found: Description | None, reach: Reach, edits: Mapping[str, str]
) -> Description:
    """Return what a piece is called with what was found of it, and what people say above all."""
    return edited(completed(called, found, reach), edits)


def completed(called: Description, found: Description | None, reach: Reach) -> Description:
    """Return what a piece is called with what was found of it."""
    if found is None or reach is Reach.OFF:
        return called
    values = {name: getattr(found, name) for name in _OF_PIECE if _may(called, name, reach)}
    values = {name: value for name, value in values.items() if value}
    if is_like(values.get("album", called.album), found.album):
        values |= dict(_of_album(called, found, reach))
    new = {name: value for name, value in values.items() if value != getattr(called, name)}
    told = dict.fromkeys(new, Provenance.LOOKUP)
    return replace(called, **new, provenance={**called.provenance, **told})


def is_known(called: Description, name: str) -> bool:
    """Tell whether the value of a field is known, by more than a guess."""
    source = called.provenance.get(name)
    if source is Provenance.PERSON:
        return True  # also where somebody has said that there is none
    return bool(getattr(called, name)) and source not in _GUESSES


def _may(called: Description, name: str, reach: Reach) -> bool:
    if reach is Reach.ALL:
        return called.provenance.get(name) is not Provenance.PERSON
    return not is_known(called, name)


def _of_album(called: Description, found: Description, reach: Reach) -> Iterator[tuple[str, Any]]:
    for name in _OF_ALBUM:
        if (value := getattr(found, name)) and _may(called, name, reach):
            yield name, value
    for number, total in _COUNTED:
        its = getattr(found, number)
        if its and _may(called, number, reach):
            yield number, its
        elif its != getattr(called, number):
            continue  # of another edition, which has another total
        if (value := getattr(found, total)) and _may(called, total, reach):
            yield total, value
