"""How much memory the running product takes with ten downloads in flight."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench import child
from bench.figure import Figure, Goal
from bench.figures import imports
from bench.stand import CHAT, MB, Stand, open_stand
from bench.statistics import quantile
from downloader.parts import LARGEST_REQUEST
from downloader.window import Limits
from sandbox.faults import Wire

SOAK = False

# All that the running product imports; see `dependencies` in pyproject.toml.
LIBRARIES = (
    *imports.LIBRARIES,
    "aiohttp_socks",
    "aiolimiter",
    "aiosqlite",
    "alembic.command",
    "cryptography.hazmat.primitives.ciphers.aead",
    "pathvalidate",
    "purgatory",
    "pydantic_settings",
    "python_socks",
    "structlog",
)
_DOWNLOADS = 10
_SIZE = 16 * MB
# Fast enough that the parts in flight really arrive all the time, slow enough for the sandbox
# beside it on two cores.
_WIRE = Wire(bandwidth=10 * MB)
_LOOK = 0.1  # seconds
_PATIENCE = timedelta(minutes=5)
_SLACK = 1.15


@dataclass(frozen=True, slots=True)
class Memory:
    """In MiB: what was resident from look to look, and the kernel's own record of the peak."""

    idle: float
    looks: list[float]
    peak: float


def measure(*, quick: bool) -> Iterator[Figure]:
    memory = asyncio.run(_of_the_product(_DOWNLOADS * (2 if quick else 5)))
    bare = imports.resident(LIBRARIES, 1 if quick else 3)
    window = window_mib()
    detail: dict[str, object] = {
        "idle": memory.idle,
        "median while loading": quantile(memory.looks, 0.5),
        "imports": bare,
        "window": window,
        "over the imports": round(memory.peak - bare, 1),
        "looks": len(memory.looks),
        "load": child.load(),
    }
    goal = Goal(at_most=round(_SLACK * bare + window, 1))
    yield Figure("memory.peak", memory.peak, "MiB", goal, detail)
    yield Figure("memory.idle", memory.idle, "MiB", Goal(at_most=round(_SLACK * bare, 1)))


def window_mib() -> float:
    """Return the most that may be on its way at one moment: every lane full, and one request more.

    Two thirds of the files lie in two data centres, each with a window of its own.
    """
    limits = Limits()
    return 2 * limits.lanes * (limits.share + LARGEST_REQUEST) / (1 << 20)


async def _of_the_product(files: int) -> Memory:
    settings = {"WORKERS": str(_DOWNLOADS)}
    with tempfile.TemporaryDirectory(prefix="tad-bench-") as name:
        async with open_stand(Path(name), [_SIZE] * files, wire=_WIRE, settings=settings) as stand:
            await stand.product.start()
            idle = child.status_mib(stand.product.pid, "VmRSS")
            stand.person.send(f"/download @{CHAT} {files}")
            await stand.until(lambda: len(stand.parts()) == _DOWNLOADS, within=_PATIENCE)
            looks = await _looks(stand, files)
            peak = child.status_mib(stand.product.pid, "VmHWM")
    return Memory(idle, looks, peak)


async def _looks(stand: Stand, files: int) -> list[float]:
    """Look for as long as there are enough files to keep every worker busy."""
    looks = []
    async with asyncio.timeout(_PATIENCE.total_seconds()):
        while len(stand.published()) < files - _DOWNLOADS:
            looks.append(child.status_mib(stand.product.pid, "VmRSS"))
            await asyncio.sleep(_LOOK)
    return looks
