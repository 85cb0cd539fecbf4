"""What is left of jobs of 24 files whose light program is killed a thousand times at random."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bench import child
from bench.crash.sudden import Tale, killed
from bench.crash.sweep import WARDS
from bench.crash.telling import proof, verdicts
from bench.crash.ward import open_ward
from bench.figure import Figure

SOAK = True

_KILLS, _KILLS_QUICK = 1000, 40
_SEED = 1


def measure(*, quick: bool) -> Iterator[Figure]:
    kills = _KILLS_QUICK if quick else _KILLS
    with ThreadPoolExecutor(WARDS) as pool:
        shares = [len(range(number, kills, WARDS)) for number in range(WARDS)]
        tales = list(pool.map(_tale, range(_SEED, _SEED + WARDS), shares))
    detail: dict[str, object] = {
        "kills": sum(tale.kills for tale in tales),
        "with files in flight": sum(tale.in_flight for tale in tales),
        "before there was a library": sum(tale.before_the_library for tale in tales),
        "jobs": sum(len(tale.verdicts) for tale in tales),
        "load": child.load(),
    }
    yield proof("sudden.crashes", [line for tale in tales for line in tale.crashes], detail)
    yield from verdicts("sudden", [verdict for tale in tales for verdict in tale.verdicts])


def _tale(seed: int, kills: int) -> Tale:
    with open_ward() as ward:
        return killed(ward, seed, kills)
