"""How fast one job of a hundred files of 3 MB comes, on a near line and on a far one."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from bench import child
from bench.figure import CannotMeasureError, Figure
from bench.stand import CHAT, MB, open_stand
from sandbox.faults import Wire

SOAK = False

FILES, FILES_QUICK = 100, 20
_SIZE = 3 * MB
_PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """`rtt` in seconds; `bandwidth` in bytes per second of one connection, None without limit."""

    name: str
    rtt: float
    bandwidth: float | None


LINES = (Line("near", 0.0, None), Line("far", 0.080, 6 * MB))


def measure(*, quick: bool) -> Iterator[Figure]:
    yield from over(LINES, FILES_QUICK if quick else FILES)


def over(lines: Iterable[Line], files: int) -> Iterator[Figure]:
    """Time a job of so many files on each line."""
    for line in lines:
        seconds = asyncio.run(_seconds(line, files))
        detail: dict[str, object] = {
            "files/s": round(files / seconds, 1),
            "seconds": round(seconds, 2),
            "files": files,
            "rtt ms": line.rtt * 1000,
            "MB/s of a connection": line.bandwidth and line.bandwidth / MB,
            "load": child.load(),
        }
        yield Figure(f"throughput.{line.name}", files * _SIZE / MB / seconds, "MB/s", detail=detail)


async def _seconds(line: Line, files: int) -> float:
    """Return the time from the request until the last file lies whole in the library."""
    wire = Wire(rtt=line.rtt, bandwidth=line.bandwidth)
    with tempfile.TemporaryDirectory(prefix="tad-bench-") as name:
        async with open_stand(Path(name), [_SIZE] * files, wire=wire) as stand:
            await stand.product.start()
            begin = time.perf_counter()
            stand.person.send(f"/download @{CHAT} {files}")
            await stand.until(lambda: len(stand.published()) == files, within=_PATIENCE)
            seconds = time.perf_counter() - begin
            there = sorted(sha256(path.read_bytes()).hexdigest() for path in stand.published())
            if there != sorted(document.digest() for document in stand.documents):
                raise CannotMeasureError("what came is not what was sent")
    return seconds
