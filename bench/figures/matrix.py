"""What becomes of jobs when every fault of the catalogue strikes, alone and with others."""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from time import monotonic

from bench import child
from bench.figure import CannotMeasureError, Figure, Goal
from bench.matrix.coverage import ALL, LATER, PARTLY, coverage
from bench.matrix.play import Play, Run, play
from bench.matrix.table import FAULTS
from bench.scratch import scratch

SOAK = True

_TESTS = Path(__file__).parents[2] / "tests"
_SEEDS, _SEEDS_QUICK = 100, 4
_PAIRS, _PAIRS_QUICK = 1000, 40
_AT_ONCE = 20
_SHOWN = 20
_NONE = Goal(at_most=0)
# By how a finding begins.
_KINDS = {
    "lost": ("lost", "twice"),
    "corrupt": ("corrupt", "stray", "overwritten"),
    "stuck": ("stuck", "late", "ignored"),
    "wrong notices": ("notice",),
}
_REST = "broken rules"


def measure(*, quick: bool) -> Iterator[Figure]:
    if not _TESTS.is_dir():
        raise CannotMeasureError("the tests are not here")
    begun = monotonic()
    seeds, count = (_SEEDS_QUICK, _PAIRS_QUICK) if quick else (_SEEDS, _PAIRS)
    alone, together = _played_side_by_side(seeds, count)
    runs = [run for some in (*alone, *together) for run in some]
    yield from figures_of(runs)
    yield from _bite(alone)
    yield from _coverage()
    detail: dict[str, object] = {
        "runs": len(runs),
        "of pairs": sum(len(run.faults) > 1 for run in runs),
        "days of virtual time": round(sum(run.seconds for run in runs) / 86_400, 1),
        "load": child.load(),
    }
    yield Figure("matrix.time", (monotonic() - begun) / 60, "min", Goal(at_most=25), detail)


def pairs(count: int) -> list[Play]:
    """Draw pairs of different faults; the same every time."""
    chance = random.Random(1)
    joinable = [fault for fault in FAULTS if fault.may_join]
    return [(tuple(chance.sample(joinable, 2)), number) for number in range(1, count + 1)]


def figures_of(runs: Sequence[Run]) -> Iterator[Figure]:
    found = defaultdict[str, list[str]](list)
    for run in runs:
        for line in run.wrong:
            found[_kind(line)].append(f"{' + '.join(run.faults)}, seed {run.seed}: {line}")
    for kind in (*_KINDS, _REST):
        yield Figure(f"matrix.{kind}", len(found[kind]), "", _NONE, {"found": found[kind][:_SHOWN]})


def _kind(line: str) -> str:
    start = line.partition(":")[0]
    return next((kind for kind, starts in _KINDS.items() if start in starts), _REST)


def _bite(alone: Sequence[Sequence[Run]]) -> Iterator[Figure]:
    """Tell of faults that strike too seldom: what happens to nobody proves nothing."""
    shares = {some[0].faults[0]: sum(run.strikes > 0 for run in some) / len(some) for some in alone}
    blunt = [f"{name}: {share:.0%}" for name, share in shares.items() if share < 0.5]
    detail: dict[str, object] = {"found": blunt, "strike in": f"{min(shares.values()):.0%} or more"}
    yield Figure("matrix.blunt", len(blunt), "", _NONE, detail)


def _coverage() -> Iterator[Figure]:
    known = coverage([fault.number for fault in FAULTS], _TESTS)
    detail: dict[str, object] = {
        "of": len(ALL),
        "by the matrix": sorted(known.by_matrix),
        "by tests alone": sorted(known.by_tests - known.by_matrix),
        "later": LATER,
        "in part": PARTLY,
    }
    yield Figure("matrix.covered", len(known.covered), "faults", None, detail)
    yield Figure("matrix.uncovered", len(known.uncovered), "", _NONE, {"found": known.uncovered})


def _played_side_by_side(seeds: int, count: int) -> tuple[list[list[Run]], list[list[Run]]]:
    """Play every fault alone, and pairs, in as many processes as there are cores."""
    with ProcessPoolExecutor() as processes:
        alone = processes.map(_alone, range(len(FAULTS)), repeat(seeds))
        together = processes.map(_together, range(0, count, _AT_ONCE), repeat(count))
        return list(alone), list(together)


def _alone(number: int, seeds: int) -> list[Run]:
    return _played([((FAULTS[number],), seed) for seed in range(1, seeds + 1)])


def _together(first: int, count: int) -> list[Run]:
    return _played(pairs(count)[first : first + _AT_ONCE])


def _played(plays: Sequence[Play]) -> list[Run]:
    folder = scratch("tad-matrix-")
    try:
        return play(plays, folder / "run")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
