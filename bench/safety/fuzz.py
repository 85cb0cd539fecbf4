"""Many updates of all kinds through the real dispatcher, and what must not come of them."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench import child
from bench.figure import Figure, Goal
from bench.safety.episode import Course, played, replay
from bench.safety.library import lay_down
from bench.safety.scene import Scene
from bench.safety.smallest import Shrinking
from bench.safety.transport import Fault, Json
from bench.safety.updates import Updates
from bench.scratch import scratch

_UPDATES, _QUICK = 100_000, 5_000
_OF_AN_EPISODE = 1_000
_TOLD = 8
_MOST_CALLS = 100  # on one update: a page of tracks that are all sent, and what goes with them
_KINDS = ("unhandled", "refused", "leaked", "stuck", "too many calls")


@dataclass(slots=True)
class Totals:
    """`faults` are told by kind, the first few with the smallest updates that show them."""

    updates: int = 0
    unread: int = 0
    most: int = 0
    longest: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})

    def add(self, course: Course) -> None:
        self.updates += len(course.updates)
        self.unread += course.unread
        self.most = max(self.most, course.most)
        self.longest = max(self.longest, course.longest)
        self.kinds.update(kind for one in course.updates for kind in one if kind != "update_id")
        self.calls.update(course.minutes.calls)


def measure(*, quick: bool) -> Iterator[Figure]:
    begin = time.monotonic()
    totals = asyncio.run(fuzzed(range(1, (_QUICK if quick else _UPDATES) // _OF_AN_EPISODE + 1)))
    yield from figures_of(totals, time.monotonic() - begin)


def figures_of(totals: Totals, seconds: float) -> Iterator[Figure]:
    about: dict[str, object] = {
        "kinds": dict(totals.kinds.most_common()),
        "calls": dict(totals.calls.most_common()),
        "unread": totals.unread,
        "longest": round(totals.longest, 2),
        "seconds": round(seconds),
        "load": child.load(),
    }
    yield Figure("safety.fuzz.updates", totals.updates, "updates", detail=about)
    for kind, faults in totals.faults.items():
        name = f"safety.fuzz.{kind.replace(' ', '_')}"
        yield Figure(name, len(faults), "faults", Goal(at_most=0), {"told": faults[:_TOLD]})
    yield Figure("safety.fuzz.most_calls", totals.most, "calls", detail={"on": "one update"})


async def fuzzed(seeds: Sequence[int], count: int = _OF_AN_EPISODE) -> Totals:
    """Play an episode of so many updates for each seed."""
    totals = Totals()
    folder = scratch("tad-fuzz-")
    try:
        library = folder / "library"
        await lay_down(library)
        for seed in seeds:
            course = await played(library, folder / "episode", drawn(seed, count))
            totals.add(course)
            await _judge(course, seed, folder, totals)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)
    return totals


def drawn(seed: int, count: int) -> Callable[[Scene], Iterator[Json]]:
    def draw(scene: Scene) -> Iterator[Json]:
        updates = Updates(scene, Random(seed))
        return (updates.draw() for _ in range(count))

    return draw


async def _judge(course: Course, seed: int, folder: Path, totals: Totals) -> None:
    found = course.findings
    too_many: list[Fault] = [
        (number, f"{calls} calls")
        for number, calls in course.minutes.by_update.items()
        if calls > _MOST_CALLS
    ]
    every = [found.unhandled, found.refused, found.leaked, found.stuck, too_many]
    for kind, faults in zip(_KINDS, every, strict=True):
        for number, words in faults:
            # Of one that comes again and again, the first is enough to be looked into.
            is_new = len(totals.faults[kind]) < _TOLD and not _is_known(words, totals.faults[kind])
            told = f"seed {seed}, update {number}: {words}"
            totals.faults[kind].append(told)
            if is_new:
                print(f"{kind}: {told}", file=sys.stderr, flush=True)
                row = await _smallest(course.updates, number, words, folder)
                print(_written(row), file=sys.stderr, flush=True)


async def _smallest(
    updates: Sequence[Json], number: int | None, words: str, folder: Path
) -> list[Json]:
    """Return the fewest and smallest updates that bring a fault of the same words."""
    numbers = [one["update_id"] for one in updates]
    end = numbers.index(number) + 1 if number in numbers else len(updates)

    async def shows(row: Sequence[Json]) -> bool:
        again = await played(folder / "library", folder / "again", replay(row))
        return any(_gist(words) == _gist(other) for _, other in again.findings.every())

    return await Shrinking(shows).smallest(updates[:end])


def _is_known(words: str, faults: Sequence[str]) -> bool:
    return any(_gist(words) == _gist(one.partition(": ")[2]) for one in faults)


def _gist(words: str) -> str:
    """Return what is the same whatever the letters in question are."""
    return words.partition("{")[0]


def _written(row: Sequence[Json]) -> str:
    last = row[-3:]
    more = f"({len(row) - len(last)} updates before)\n" if len(row) > len(last) else ""
    return more + "\n".join(json.dumps(one) for one in last)
