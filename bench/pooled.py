"""Has tags of files of 5 MB read and written by the bare library, by us, and by way of a child."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import mutagen

from bench.figure import CannotMeasureError
from downloader.metadata.answering import said_in
from downloader.metadata.reader import Reader
from downloader.metadata.writing.writer import write
from storage.description import Description
from storage.formats import of_name

# Seconds of noise that come to 5 MB, and what ffmpeg is told to make of them.
_FILES: dict[str, tuple[int, tuple[str, ...]]] = {
    "a.mp3": (312, ("-b:a", "128k")),
    "a.m4a": (312, ("-b:a", "128k")),
    "a.flac": (75, ("-sample_fmt", "s16")),
}
_NOISE = "anoisesrc=color=pink:amplitude=0.3:sample_rate=44100:duration="
_COPIES = 6  # of each; they lie in memory
_LONGEST = 120  # seconds
_SAID = Description("So What", "Miles", "Kind of Blue", date="1959", track_number=1, track_total=5)

Way = Callable[[Path], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds for one file; `busy` is the time of all processors, that of the children with it."""

    wall: float
    busy: float


@dataclass(slots=True)
class Times:
    read: list[Taken] = field(default_factory=list)
    written: list[Taken] = field(default_factory=list)


def made(folder: Path) -> list[Path]:
    if not shutil.which("ffmpeg"):
        raise CannotMeasureError("ffmpeg is not installed, which makes the files to be read")
    for name, (seconds, how) in _FILES.items():
        command = [
            "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", f"{_NOISE}{seconds}",
            *how, str(folder / name),
        ]  # fmt: skip
        subprocess.run(command, check=True, timeout=_LONGEST)
    return [folder / name for name in _FILES]


async def raced(files: list[Path], reader: Reader, repeats: int, hands: int) -> dict[str, Times]:
    """Have copies read and then written by each way in turn, so that noise hits all alike.

    We and the bare library have one process; as many children as `hands` work at once.
    """
    ways: dict[str, tuple[Way, Way, int]] = {
        "bare library": (_read_bare, _write_here, 1),
        "in this process": (_read_here, _write_here, 1),
        "through children": (
            lambda path: _read(reader, path), lambda path: _write(reader, path), hands,
        ),
    }  # fmt: skip
    times = {name: Times() for name in ways}
    for _ in range(repeats):
        for name, (read, written, at_once) in ways.items():
            copies = await asyncio.to_thread(_copies, files)
            times[name].read.append(await _timed(read, copies, at_once))
            times[name].written.append(await _timed(written, copies, at_once))
    return times


def _copies(files: list[Path]) -> list[Path]:
    copies = []
    for file in files:
        for number in range(_COPIES):
            copies.append(file.with_name(f"copy{number}{file.suffix}"))
            shutil.copyfile(file, copies[-1])
    return copies


async def _timed(way: Way, paths: list[Path], at_once: int) -> Taken:
    waiting = iter(paths)

    async def work() -> None:
        for path in waiting:
            await way(path)

    busy = _busy_children() + time.process_time()
    begin = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(work())
    wall = time.perf_counter() - begin
    busy = time.process_time() + _busy_children() - busy
    return Taken(wall / len(paths), busy / len(paths))


def _busy_children() -> float:
    """Return how long our children have been on a processor, as the kernel tells it."""
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    told = (Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii") for pid in pids)
    return sum(int(line.split()[0]) for line in told) / 1e9


async def _read_bare(path: Path) -> None:
    mutagen.File(path)


async def _read_here(path: Path) -> None:
    with path.open("rb") as file:
        said_in(file, path.suffix[1:])


async def _write_here(path: Path) -> None:
    with path.open("r+b") as file:
        write(file, path.suffix[1:], _SAID)


async def _read(reader: Reader, path: Path) -> None:
    await reader.read(path)


async def _write(reader: Reader, path: Path) -> None:
    kind = of_name(path.name)
    assert kind is not None
    await reader.write(path, kind, _SAID)
