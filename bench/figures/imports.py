"""How much memory the libraries take before the product does anything: the base for others."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import child
from bench.figure import Figure

SOAK = False

LIBRARIES = ("aiogram", "telethon", "sqlalchemy.ext.asyncio")
# As the product does it, which is far from what a plain import takes.
_AIOGRAM = "from bot.aiogram_types import import_aiogram; import_aiogram()"
# Not getrusage: what it tells includes the parent, in whose memory a child begins.
_TELL = "print(*(line.split()[1] for line in open('/proc/self/status') if line[:6] == 'VmHWM:'))"


def measure(*, quick: bool) -> Iterator[Figure]:
    repeats = 1 if quick else 5
    together = resident(LIBRARIES, repeats)
    apart: dict[str, object] = {name: resident((name,), repeats) for name in LIBRARIES}
    detail = {**apart, "bare": resident((), repeats), "repeats": repeats}
    yield Figure("imports.rss", together, "MiB", detail=detail)


def resident(modules: tuple[str, ...], repeats: int) -> float:
    """Return the median peak of resident memory, in MiB, of a process that imports `modules`."""
    lines = [_AIOGRAM if name == "aiogram" else f"import {name}" for name in modules]
    program = "\n".join([*lines, _TELL])
    kilobytes = [int(child.python("-c", program)) for _ in range(repeats)]
    return round(median(kilobytes) / 1024, 1)
