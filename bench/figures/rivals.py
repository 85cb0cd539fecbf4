"""What three clients make of the same 500 files when the same things go wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from bench import child
from bench.figure import Figure, Goal
from bench.transfer.arena import Arena, Fate, open_arena
from bench.transfer.model import KIB, Line
from bench.transfer.script import script

SOAK = True

_FILES, _FILES_QUICK = 500, 56
_SIZE = 1500 * KIB + 77
_AT_ONCE = 4
_SEED = 3
_LINE = Line(0.010, None, 8)
# For one file; whoever waits longer hangs. Ours gives a silent line up after 30 s, and a file that
# shares one with others may meet two.
_PATIENCE = timedelta(seconds=90)
CLIENTS = ("telethon", "kurigram", "product")
OURS = CLIENTS[-1]


def measure(*, quick: bool) -> Iterator[Figure]:
    count = _FILES_QUICK if quick else _FILES
    with open_arena() as arena:
        arena.wire(_LINE)
        for name in CLIENTS:
            yield from _of(name, race(arena, name, count), count)


def race(arena: Arena, name: str, count: int) -> dict[str, Counter[Fate]]:
    """Let one client fetch new files under the script; count how they ended, by fault."""
    files = arena.files(_SIZE, count)
    arena.script(files, _SEED)
    fates = arena.brave(name, files, at_once=_AT_ONCE, each=_PATIENCE)
    ends: dict[str, Counter[Fate]] = {}
    for (fault, _), fate in zip(script(count, _SEED), fates, strict=True):
        ends.setdefault(fault, Counter())[fate] += 1
    return ends


def _of(name: str, ends: dict[str, Counter[Fate]], count: int) -> Iterator[Figure]:
    total = sum(ends.values(), Counter[Fate]())
    detail: dict[str, object] = {
        "files": count,
        "load": child.load(),
        **{fault: {str(fate): number for fate, number in c.items()} for fault, c in ends.items()},
    }
    goal = Goal(at_most=0) if name == OURS else None
    for fate in (Fate.CORRUPT, Fate.LOST, Fate.HUNG):
        yield Figure(f"rivals.{name}.{fate}", total[fate], "files", goal, detail)
        detail = {}
