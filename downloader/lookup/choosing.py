"""Chooses what a track is out of what databases know; rather nothing than the wrong one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby

from downloader.lookup.recording import Recording, Release
from downloader.metadata.naming.completing import is_known
from downloader.metadata.naming.plain import is_like, likeness
from storage.description import Reach
from storage.models import Track

_FITS = 0.9  # how well it must, for a name or a sound
_BY_NAME = timedelta(seconds=3)  # by which lengths may differ
_BY_SOUND = timedelta(seconds=7)
_SURE = 2  # times as many must say one thing as say the next
_KINDS = ("Album", "EP", "Single")
_OFFICIAL = "Official"
_NEVER = "9999"


def by_sound(track: Track, found: Iterable[Recording], reach: Reach) -> Recording | None:
    """Choose by the sound; it must be called like the track as far as that is known.

    Where the look-up may say all, only the sound counts.
    """
    fitting = [
        one
        for one in found
        if one.score >= _FITS and one.title and one.artist
        if one.length is None or _is_as_long(track, one.length, _BY_SOUND)
        if reach is Reach.ALL or _is_called_so(track, one)
    ]
    camps = [list(camp) for _, camp in groupby(sorted(fitting, key=_names), key=_names)]
    camps.sort(key=_voices, reverse=True)
    if not camps or (len(camps) > 1 and _voices(camps[0]) < _SURE * max(1, _voices(camps[1]))):
        return None
    return min(camps[0], key=lambda one: (-one.sources, one.id))


def by_name(track: Track, found: Iterable[Recording]) -> Recording | None:
    """Choose by names and length, of which all must be known and the same."""
    fitting = [
        one
        for one in found
        if one.score >= _FITS and one.length is not None
        if _is_as_long(track, one.length, _BY_NAME)
        if is_like(one.title, track.title) and is_like(one.artist, track.performer)
    ]
    return min(fitting, key=lambda one: (_place_of(one, track), one.id), default=None)


def release_of(its: Recording, album: str) -> Release | None:
    """Choose that of the album, if it has a name; else the first that was made for the recording.

    Collections of all sorts are on many tracks, and are what nobody means.
    """
    fitting = [one for one in its.releases if _may_be(one, album)]
    return min(fitting, key=_rank, default=None)


def _may_be(release: Release, album: str) -> bool:
    if album:
        return is_like(release.title, album)
    return release.status == _OFFICIAL and release.kind in _KINDS and not release.traits


def _rank(release: Release) -> tuple[bool, int, str, str, str]:
    kind = _KINDS.index(release.kind) if release.kind in _KINDS else len(_KINDS)
    first = release.first_date or release.date or _NEVER
    return release.status != _OFFICIAL, kind, first, release.date or _NEVER, release.id


def _place_of(one: Recording, track: Track) -> tuple[bool, tuple[bool, int, str, str, str]]:
    release = release_of(one, track.album)
    return (True, (True, 0, "", "", "")) if release is None else (False, _rank(release))


def _is_as_long(track: Track, length: timedelta, leeway: timedelta) -> bool:
    return abs(length - track.duration) <= leeway


def _is_called_so(track: Track, one: Recording) -> bool:
    called = track.description
    return all(
        is_like(theirs, getattr(called, name)) or not is_known(called, name)
        for name, theirs in (("title", one.title), ("artist", one.artist))
    )


def _names(one: Recording) -> tuple[str, str]:
    return likeness(one.title), likeness(one.artist)


def _voices(camp: Sequence[Recording]) -> int:
    return sum(one.sources for one in camp)
