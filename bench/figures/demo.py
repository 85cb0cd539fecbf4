"""How long the scripted demo takes, from the command to the prompt."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import child
from bench.figure import Figure, Goal

SOAK = False

_COMMAND = ("-m", "sandbox", "--demo")


def measure(*, quick: bool) -> Iterator[Figure]:
    child.python("-m", "sandbox", "--help")  # byte-compiles at least the way in
    times = [child.seconds(*_COMMAND) for _ in range(1 if quick else 3)]
    detail = child.spread(times) | {"load": child.load()}
    yield Figure("demo.time", median(times), "s", Goal(at_most=15), detail)
