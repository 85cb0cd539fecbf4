"""Decides which postings a job fetches, and which are in the library already. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.models import Audio, Item, ItemState, Reason, Request, Track
from storage.query.facts import facts_of
from storage.query.matching import matches
from storage.query.parser import parse
from storage.removals import Removal
from storage.search.folding import fold

WITH_VOICE = "with voice messages"
# How many postings are looked at for those that a query fits: a thousand pages.
MOST_READ = 100_000
_NO_TIME, _SECOND = timedelta(0), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """`found` in the order it is fetched in; `missing` are named messages without audio."""

    found: tuple[Audio, ...]
    missing: tuple[int, ...]


def to_read(request: Request) -> Request:
    """Return what to ask the source for: more than the limit where a query lets only some pass."""
    return replace(request, limit=MOST_READ) if request.query else request


def wanted(request: Request, now: datetime) -> Callable[[Audio], bool]:
    """Return what tells whether a request asks for a posting; relative times are seen from `now`.

    The source has filtered already; it is not believed, since a wrong filter would fill a disk.
    """
    query, named = parse(request.query), frozenset(request.message_ids)  # which may be thousands

    def is_wanted(audio: Audio) -> bool:
        if named:
            return audio.message_id in named
        is_within = _is_within(request, audio)
        return is_within and (not request.query or matches(query, facts_of(audio), now))

    return is_wanted


def planned(request: Request, found: Iterable[Audio]) -> Plan:
    """Put what is wanted in order: each message once, as it was found, and no more than the limit.

    Messages that were named come as they were named.
    """
    kept: dict[int, Audio] = {}
    for audio in found:
        kept.setdefault(audio.message_id, audio)
    if request.message_ids:
        named = tuple(dict.fromkeys(request.message_ids))
        return Plan(
            tuple(kept[number] for number in named if number in kept),
            tuple(number for number in named if number not in kept),
        )
    return Plan(tuple(kept.values())[: request.limit], ())


def nothing_found(request: Request) -> tuple[Reason, str]:
    """Tell why a plan is empty: the chat has no audio, or the filters let none through.

    The detail is `WITH_VOICE` where voice messages would have counted.
    """
    bounds = (request.since, request.until, request.first_id, request.last_id, request.topic)
    filtered = bool(request.query) or any(bound is not None for bound in bounds)
    reason = Reason.NOTHING_MATCHES if filtered else Reason.NO_AUDIO
    return reason, WITH_VOICE if request.voice else ""


def already_here(items: Iterable[Item], known: Mapping[int, Track]) -> list[tuple[Item, Track]]:
    """Pair the queued items with the tracks that the catalogue says are on disk."""
    return [
        (item, track)
        for item in items
        if item.state is ItemState.QUEUED
        and item.audio is not None
        and (track := known.get(item.audio.document_id)) is not None
        and track.path is not None
    ]


def same_files(
    items: Iterable[Item], by_size: Mapping[int, Iterable[Track]]
) -> list[tuple[Item, list[Track]]]:
    """Pair the queued items with tracks that must be the very file, the oldest first."""
    paired = (
        (item, [track for track in by_size.get(item.audio.size, ()) if is_same(item.audio, track)])
        for item in items
        if item.state is ItemState.QUEUED and item.audio is not None
    )
    return [(item, tracks) for item, tracks in paired if tracks]


def removed(items: Iterable[Item], removals: Mapping[int, Removal]) -> list[tuple[Item, Removal]]:
    """Pair the items with the removals for which they are to stay away."""
    return [
        (item, removal)
        for item in items
        if item.audio is not None
        and (removal := removals.get(item.audio.document_id)) is not None
        and stays_away(item.audio, removal)
    ]


def stays_away(audio: Audio, removal: Removal) -> bool:
    """Tell whether a removed document stays away: what was more than was kept, and is new, not."""
    return removal.chat_id is None or audio.posted_at <= removal.at


def is_same(audio: Audio, track: Track) -> bool:
    """Tell whether a posting is a file that we have, by its size, length, artist and title.

    Where one of these names is empty the others say too little: files of one length and one
    constant bitrate are often equally large. Telegram tells lengths in whole seconds.
    """
    names = fold(audio.performer), fold(audio.title)
    return (
        all(names)
        and audio.size == track.size
        and audio.duration > _NO_TIME
        and abs(audio.duration - track.duration) < _SECOND
        and names == (fold(track.performer), fold(track.title))
    )


def _is_within(request: Request, audio: Audio) -> bool:
    return (
        (request.voice or not audio.voice)
        and (request.since is None or audio.posted_at >= request.since)
        and (request.until is None or audio.posted_at < request.until)
        and (request.first_id is None or audio.message_id >= request.first_id)
        and (request.last_id is None or audio.message_id <= request.last_id)
    )
