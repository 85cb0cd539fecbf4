"""A hundred backups while the catalogue is written to without a pause, each of them restored."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path, PurePosixPath
from statistics import median

from bench import child
from bench.figure import Figure, Goal
from bench.remains import damage
from bench.safety.installation import NOW, VERSION, Installation, fill, opened
from bench.search.catalogue import rows
from storage.backups import Backup
from storage.entry import Entry
from storage.models import LocalFile, Track
from storage.restoring import prepared
from storage.store import Store, open_store

SOAK = True

TIMES, TIMES_QUICK = 100, 3
_TRACKS = 2_000  # that nobody touches
_OURS = "changing"
_GROUPS = 100
_TOGETHER = 7  # tracks of a group, which are changed in one transaction


@dataclass(slots=True)
class Load:
    """How often the catalogue was written to so far."""

    writes: int = 0


@dataclass(slots=True)
class Found:
    """What was wrong, in words; how long each backup took; how many writes there were."""

    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    tracks: list[int] = field(default_factory=list)
    writes: int = 0


def measure(*, quick: bool) -> Iterator[Figure]:
    times = TIMES_QUICK if quick else TIMES
    with tempfile.TemporaryDirectory(prefix="tad-backup-") as place:
        found = asyncio.run(backed_up(Path(place), times))
    yield from figures_of(found, times)


def figures_of(found: Found, times: int) -> Iterator[Figure]:
    about: dict[str, object] = {
        "backups": times,
        "writes meanwhile": found.writes,
        "tracks": [found.tracks[0], found.tracks[-1]],
        "load": child.load(),
    }
    bad = len(found.wrong)
    yield Figure(
        "safety.backup.bad", bad, "backups", Goal(at_most=0), about | {"told": found.wrong[:5]}
    )
    writes = found.writes / times
    yield Figure("safety.backup.writes", writes, "a backup", Goal(at_least=1), about)
    yield Figure("safety.backup.seconds", median(found.seconds), "s", detail=about)


async def backed_up(folder: Path, times: int) -> Found:
    """Make so many backups under load; then restore each, and look at what it is."""
    found, made = Found(), list[Backup]()
    async with opened(folder / "live") as (live, store):
        await fill(store, rows(_TRACKS))
        load = Load()
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(_hammer(store, load))
            for _ in range(times):
                begin = time.perf_counter()
                made.append(await live.backups.make(NOW, VERSION))
                found.seconds.append(time.perf_counter() - begin)
            writing.cancel()
        found.writes = load.writes
    for number, backup in enumerate(made):
        await _restored(folder, live, backup, found, number)
    return found


async def _hammer(store: Store, load: Load) -> None:
    """Change one group of tracks after the other, as fast as it can be done.

    All of a group have the same digest, at any moment.
    """
    for number in count(1):
        group = number % _GROUPS
        digest = sha256(f"{group} {number}".encode()).hexdigest()
        files = [
            LocalFile(PurePosixPath(f"{_OURS}/{group}/{one}.mp3"), Entry(digest, 1000))
            for one in range(_TOGETHER)
        ]
        await store.imports.add(files, NOW)
        load.writes = number


def torn(tracks: Sequence[Track]) -> list[str]:
    """Return the groups that are there in part, or changed in part."""
    groups: dict[str, list[str]] = {}
    for track in tracks:
        if track.path is not None and track.path.parts[0] == _OURS:
            groups.setdefault(track.path.parts[1], []).append(track.sha256)
    return [
        group
        for group, digests in groups.items()
        if len(set(digests)) > 1 or len(digests) != _TOGETHER
    ]


async def _restored(
    folder: Path, live: Installation, backup: Backup, found: Found, number: int
) -> None:
    """Restore a backup over what the one before has left, and open it as the program does."""
    data = folder / "restored"
    database = data / live.database.name
    async with prepared(backup.path, database, live.key) as one:
        before = await one.put_in_place(NOW)
    if before is not None:
        before.unlink()
    wrong = damage(database)
    async with open_store(data, folder / "music", live.data / "tad.key") as store:
        tracks = await store.catalog.every()
    wrong += [f"group {group}: half a transaction" for group in torn(tracks)]
    if len(tracks) != backup.contents.holdings.files:
        wrong.append(f"{len(tracks)} tracks, not {backup.contents.holdings.files}")
    found.tracks.append(len(tracks))
    found.wrong += [f"backup {number}: {word}" for word in wrong]
