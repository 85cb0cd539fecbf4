"""Two hundred backups that were damaged: every one must be refused, and nothing replaced."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from random import Random

from bench.figure import Figure, Goal
from bench.safety.damaging import cut, flipped, grown, saying, swapped
from bench.safety.installation import NOW, VERSION, Installation, installed
from storage.archive import PURPOSE
from storage.errors import BackupError
from storage.restoring import prepared
from storage.segments import SegmentKey

SOAK = True

TIMES, TIMES_QUICK = 200, 14
_TRACKS = 6_000  # so that the archive has several segments to be swapped
_SEED = 7
_BY_BYTES = {"flipped": flipped, "cut": cut, "swapped": swapped, "grown": grown}
_OTHERWISE = ("another key", "newer schema", "newer form")


@dataclass(slots=True)
class Found:
    refused: Counter[str] = field(default_factory=Counter)
    taken: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


def measure(*, quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="tad-damage-") as place:
        found = asyncio.run(tried(Path(place), TIMES_QUICK if quick else TIMES))
    yield from figures_of(found)


def figures_of(found: Found) -> Iterator[Figure]:
    refused = dict(found.refused)
    yield Figure(
        "safety.damage.taken", len(found.taken), "archives", Goal(at_most=0),
        {"refused": refused, "told": found.taken[:5]},
    )  # fmt: skip
    yield Figure(
        "safety.damage.replaced", len(found.replaced), "databases", Goal(at_most=0),
        {"tries": sum(refused.values()) + len(found.taken), "told": found.replaced[:5]},
    )  # fmt: skip


async def tried(folder: Path, times: int) -> Found:
    """Try to restore so many archives, each damaged in its way."""
    found = Found()
    old = await installed(folder / "old", _TRACKS)
    present = await installed(folder / "present", 100)
    backup = await old.backups.make(NOW, VERSION)
    whole = backup.path.read_bytes()
    before = _state(present)
    ways = cycle((*_BY_BYTES, *_OTHERWISE))
    for number, way in enumerate(islice(ways, times)):
        key = old.key
        if way == "another key":
            key = SegmentKey(present.key.id, present.key.key, PURPOSE)
        backup.path.write_bytes(_damaged(whole, way, old, Random(_SEED + number)))
        try:
            async with prepared(backup.path, present.database, key) as one:
                await one.put_in_place(NOW)
            found.taken.append(f"{number}: {way}")
        except BackupError:
            found.refused[way] += 1
        if _state(present) != before:
            found.replaced.append(f"{number}: {way}")
    return found


def _damaged(whole: bytes, way: str, old: Installation, chance: Random) -> bytes:
    match way:
        case "another key":
            return whole
        case "newer schema":
            return saying(whole, old.key, schema="9999")
        case "newer form":
            return saying(whole, old.key, format=2)
        case _:
            return _BY_BYTES[way](whole, chance)


def _state(present: Installation) -> dict[str, str]:
    """Return the digest of each file in the data folder, by its name."""
    return {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in sorted(present.data.iterdir())
        if path.is_file()
    }
