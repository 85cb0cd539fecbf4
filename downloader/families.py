"""Finds out which tracks sound like one, and enters that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from downloader.fingerprints import LEEWAY, Fingerprint, is_same, may_be_same, unpacked
from storage.fingerprints import Heard
from storage.models import Track
from storage.store import Store

_AT_ONCE = 500  # fingerprints that are compared with one


async def enter_sound(store: Store, track: Track, sound: Fingerprint) -> list[int]:
    """Enter how a track sounds; return the tracks that sound like it."""
    if not (track.duration and sound.says_something):
        await store.fingerprints.add(Heard(track.id, track.duration))
        return []
    same = await _same(store, track, sound)
    heard = Heard(track.id, track.duration, sound.outline, sound.packed)
    await store.fingerprints.add(heard, same)
    return same


async def _same(store: Store, track: Track, sound: Fingerprint) -> list[int]:
    outlines = await store.fingerprints.outlines(track.duration, LEEWAY)
    near = [one for one, outline in outlines.items() if may_be_same(outline, sound.outline)]
    same: list[int] = []
    for start in range(0, len(near), _AT_ONCE):
        packed = await store.fingerprints.of(near[start : start + _AT_ONCE])
        same += await asyncio.to_thread(_alike, sound, packed)
    return [one for one in same if one != track.id]


def _alike(sound: Fingerprint, packed: Mapping[int, bytes]) -> list[int]:
    return [track_id for track_id, one in packed.items() if is_same(sound, unpacked(one))]
