"""How long it takes to write into files of 5 MB by way of a child, beside doing it bare."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from mutagen import mp3
from mutagen.id3 import TALB, TIT2, TPE1, TRCK

from bench.figure import CannotMeasureError, Figure
from downloader.metadata.reader import Reader, open_reader
from storage.description import Description
from storage.formats import MP3

_SAID = Description(title="So What", artist="Miles Davis", album="Kind of Blue", track_number=1)
_SECONDS = 125  # at 320 kbit/s
_ROUNDS, _ROUNDS_QUICK = 9, 3
_FILES = 20
_MAKING = 300


def write_speed(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Yield how many files a second are written; the goal is that of `library.children`."""
    files = _made(folder)
    rounds = _ROUNDS_QUICK if quick else _ROUNDS
    ours, bare = asyncio.run(_timed(files, rounds))
    size = files[0].stat().st_size
    about: dict[str, object] = {
        "bare": round(_FILES / bare, 1),
        "MB": round(size / 1e6, 1),
        "rounds": rounds,
    }
    yield Figure("library.write", _FILES / ours, "files/s", detail=about)


async def _timed(files: list[Path], rounds: int) -> tuple[float, float]:
    """Take turns, so that what else the machine does strikes both."""
    ours, bare = [], []
    async with open_reader(most=1) as reader:
        for _ in range(rounds):
            _as_before(files)
            ours.append(await _by_child(reader, files))
            _as_before(files)
            bare.append(await asyncio.to_thread(_bare, files))
    return median(ours), median(bare)


async def _by_child(reader: Reader, files: list[Path]) -> float:
    begin = time.perf_counter()
    for path in files:
        await reader.write(path, MP3, _SAID)
    return time.perf_counter() - begin


def _bare(files: list[Path]) -> float:
    begin = time.perf_counter()
    for path in files:
        file = mp3.MP3(path)
        file.add_tags()
        for frame in (TIT2, TPE1, TALB, TRCK):
            file.tags.add(frame(encoding=3, text=["Kind of Blue"]))
        file.save()
    return time.perf_counter() - begin


def _as_before(files: list[Path]) -> None:
    source = files[0].with_name("source")
    for path in files:
        shutil.copy(source, path)


def _made(folder: Path) -> list[Path]:
    if not shutil.which("ffmpeg"):
        raise CannotMeasureError("ffmpeg is not installed, which makes the files to write into")
    sound = f"anoisesrc=d={_SECONDS}:r=44100"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", sound]
    options = ["-ac", "2", "-b:a", "320k", "-id3v2_version", "0", "-f", "mp3"]
    subprocess.run([*command, *options, str(folder / "source")], check=True, timeout=_MAKING)
    return [folder / f"{number}.mp3" for number in range(_FILES)]
