"""How long `tad --help` takes, beside a bare interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import child
from bench.figure import Figure, Goal

SOAK = False

_CONTENDERS = {"help": ("-m", "bot", "--help"), "bare": ("-c", "pass")}


def measure(*, quick: bool) -> Iterator[Figure]:
    for arguments in _CONTENDERS.values():
        child.python(*arguments)  # byte-compiles and warms the disk cache
    times = child.interleaved(_CONTENDERS, repeats=3 if quick else 15)
    detail: dict[str, object] = {name: child.spread(values) for name, values in times.items()}
    detail["load"] = child.load()
    yield Figure("start.help", median(times["help"]), "s", Goal(at_most=0.5), detail)
