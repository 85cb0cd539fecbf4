"""What people said or own is neither lost nor doubled, whatever happens to the bot."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import child
from bench.crash.telling import proof
from bench.figure import Figure
from bench.safety import inbox

SOAK = True
CASES = ("inbox",)

_SIDES = 2  # bots side by side, one for each core
_KILLS, _KILLS_QUICK = 500, 20


def measure(*, quick: bool) -> Iterator[Figure]:
    for case in CASES:
        yield from measure_case(case, quick=quick)


def measure_case(case: str, *, quick: bool) -> Iterator[Figure]:
    assert case in CASES
    yield from of_inbox(_inbox(_KILLS_QUICK if quick else _KILLS))


def of_inbox(tales: Sequence[inbox.Tale]) -> Iterator[Figure]:
    met = sum((tale.met for tale in tales), Counter())
    said = sum((tale.said for tale in tales), Counter())
    updates, doubled = (sum(getattr(tale, of) for tale in tales) for of in ("updates", "doubled"))
    detail: dict[str, object] = {
        "kills before an effect": sum(tale.kills for tale in tales),
        "kills": {moment.value: count for moment, count in met.items()},
        "commands": dict(said),
        "brought twice": round(doubled / max(1, updates), 3),
        "answers made up for": sum(tale.made_up_for for tale in tales),
        "load": child.load(),
    }
    yield proof("safety.inbox.lost", [line for tale in tales for line in tale.lost], detail)
    yield proof("safety.inbox.double", [line for tale in tales for line in tale.double])
    yield proof("safety.inbox.crashes", [line for tale in tales for line in tale.crashes])


def _inbox(kills: int) -> list[inbox.Tale]:
    base = Path(tempfile.mkdtemp(prefix="tad-inbox-"))
    shares = [len(range(number, kills, _SIDES)) for number in range(_SIDES)]
    with ProcessPoolExecutor(_SIDES) as processes:
        folders = [str(base / str(number)) for number in range(_SIDES)]
        tales = list(processes.map(_tale, folders, range(1, _SIDES + 1), shares))
    if any(tale.lost or tale.double or tale.crashes for tale in tales):
        print(f"inbox: everything is kept in {base}", file=sys.stderr)
    else:
        shutil.rmtree(base)
    return tales


def _tale(folder: str, seed: int, kills: int) -> inbox.Tale:
    return asyncio.run(inbox.told(Path(folder), seed, kills))
