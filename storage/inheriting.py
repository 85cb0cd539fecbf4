"""Tells for which tracks of a recording it stands what was said of one of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

# What a recording is on more than one of: these go over only to tracks of the same album.
_OF_ALBUM = frozenset(
    {
        "album", "album_artist", "date", "is_compilation",
        "track_number", "track_total", "disc_number", "disc_total",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a person has said of a field, as text; `inherited_from` is the track it was said of."""

    field: str
    value: str
    person_id: int
    made_at: datetime
    inherited_from: int | None = None


def handed_on(said: Iterable[Said], own_album: str, albums: Collection[str]) -> list[Said]:
    """Return what stands for another track of the recording too, the newest of each field.

    `own_album` is the one that it says it is on, `albums` those that the track was called on of
    which it was said, before and since.
    """
    newest = {one.field: one for one in sorted(said, key=lambda one: one.made_at)}
    known = {album.casefold() for album in albums}
    if (told := newest.get("album")) and not own_album:
        own_album = told.value  # of a track that is on none, it becomes the album
        known.add(own_album.casefold())
    is_on_it = own_album.casefold() in known
    return [one for one in newest.values() if is_on_it or one.field not in _OF_ALBUM]
