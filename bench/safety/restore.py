"""How long `tad restore` takes with 10,000 tracks, from the command to its end."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import child
from bench.figure import CannotMeasureError, Figure, Goal
from bench.safety.installation import NOW, VERSION, installed, opened, settings_of

SOAK = True

TRACKS, TRACKS_QUICK = 10_000, 1_000


def measure(*, quick: bool) -> Iterator[Figure]:
    tracks = TRACKS_QUICK if quick else TRACKS
    with tempfile.TemporaryDirectory(prefix="tad-restore-") as place:
        folder = Path(place)
        old = asyncio.run(installed(folder / "old", tracks))
        present = asyncio.run(installed(folder / "present", tracks // 2))
        backup = asyncio.run(old.backups.make(NOW, VERSION))
        (present.data / "tad.key").unlink()
        shutil.copy(old.data / "tad.key", present.data / "tad.key")
        seconds = _restored(backup.path, present.folder)
        there = asyncio.run(_count(present.folder))
    if there != tracks:
        raise CannotMeasureError(f"{there} tracks are there, and not {tracks}")
    yield Figure(
        "safety.restore.seconds", seconds, "s", Goal(at_most=60),
        {"tracks": tracks, "archive": backup.size, "database": backup.contents.size,
         "load": child.load()},
    )  # fmt: skip


def _restored(archive: Path, folder: Path) -> float:
    begin = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "restore", str(archive), "--yes"],
        cwd=folder,
        env=os.environ | settings_of(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise CannotMeasureError(ran.stderr)
    return time.perf_counter() - begin


async def _count(folder: Path) -> int:
    async with opened(folder) as (_, store):
        return len(await store.catalog.every())
