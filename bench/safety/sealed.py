"""Encrypting a library and opening it again while it is killed, and how long that takes."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from random import Random

from bench import child
from bench.figure import CannotMeasureError, Figure, Goal
from bench.safety.installation import NOW, opened, settings_of
from bench.stand import comes_true
from downloader.resealing import reseal
from storage.entry import Entry
from storage.files import WORKSHOP
from storage.models import LocalFile
from storage.segments import looks_sealed

SOAK = True

FILES, FILES_QUICK = 60, 12
KILLS, KILLS_QUICK = 100, 4
_SIZES = (1, 4_000_000)
_LARGE, _LARGE_QUICK = 1_000_000_000, 50_000_000  # bytes in all, whose time is taken
_SEED = 5
_PATIENCE = timedelta(minutes=5)
_LONGEST = 0.4  # seconds from the first file on until it is killed


@dataclass(slots=True)
class Struck:
    """`lost` files did not hold what they had held, after some kill or in the end."""

    kills: int = 0
    ends: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def measure(*, quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="tad-sealed-") as place:
        files, kills = (FILES_QUICK, KILLS_QUICK) if quick else (FILES, KILLS)
        found = asyncio.run(struck(Path(place), files, kills))
    about: dict[str, object] = {
        "kills": found.kills, "files": files, "whole runs": found.ends, "told": found.lost[:5],
        "load": child.load(),
    }  # fmt: skip
    yield Figure("safety.sealed.lost", len(found.lost), "files", Goal(at_most=0), about)
    told: dict[str, object] = {"told": found.wrong[:5]}
    yield Figure("safety.sealed.wrong", len(found.wrong), "files", Goal(at_most=0), told)
    with tempfile.TemporaryDirectory(prefix="tad-sealed-") as place:
        yield asyncio.run(_speed(Path(place), _LARGE_QUICK if quick else _LARGE))


async def struck(folder: Path, files: int, kills: int) -> Struck:
    """Seal and open a library by turns, and kill whoever does it, so many times."""
    chance, found = Random(_SEED), Struck()
    bodies = [chance.randbytes(chance.randint(*_SIZES)) for _ in range(files)]
    wanted = await _laid(folder, bodies)
    seals = True
    while found.kills < kills:
        is_over = await _killed(folder, chance, seals=seals)
        found.lost += await _differing(folder, wanted)
        if not is_over:
            found.kills += 1
            continue
        found.ends += 1
        found.wrong += _otherwise(folder, wanted, seals=seals)
        seals = not seals
    for wish in (True, False):
        await _ran(folder, seals=wish)
        found.lost += await _differing(folder, wanted)
        found.wrong += _otherwise(folder, wanted, seals=wish)
    return found


async def _laid(folder: Path, bodies: list[bytes]) -> dict[PurePosixPath, str]:
    """Make a library of these files; return the digest of each."""
    async with opened(folder) as (_, store):
        files = []
        for number, body in enumerate(bodies):
            path = PurePosixPath(f"{number % 7}") / f"{number}.mp3"
            (folder / "music" / path).parent.mkdir(exist_ok=True)
            (folder / "music" / path).write_bytes(body)
            files.append(LocalFile(path, Entry(sha256(body).hexdigest(), len(body))))
        await store.imports.add(files, NOW)
    return {one.path: one.entry.sha256 for one in files}


async def _killed(folder: Path, chance: Random, *, seals: bool) -> bool:
    """Kill it somewhere in its work; tell whether it had come to its end before."""
    before = _drafts(folder)
    process = await _started(folder, seals=seals)
    await comes_true(
        lambda: process.returncode is not None or not _drafts(folder) <= before, within=_PATIENCE
    )
    try:
        async with asyncio.timeout(chance.random() * _LONGEST):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    if process.returncode:
        raise CannotMeasureError(f"tad library ended with {process.returncode}")
    return True


async def _ran(folder: Path, *, seals: bool) -> None:
    if code := await (await _started(folder, seals=seals)).wait():
        raise CannotMeasureError(f"tad library ended with {code}")


async def _started(folder: Path, *, seals: bool) -> asyncio.subprocess.Process:
    action = "encrypt" if seals else "decrypt"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "library", action, "--yes",
        cwd=folder, env=os.environ | settings_of(folder),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


async def _differing(folder: Path, wanted: Mapping[PurePosixPath, str]) -> list[str]:
    async with opened(folder) as (_, store):
        return [
            str(path)
            for path, digest in wanted.items()
            if await store.files.digest_published(path) != digest
        ]


def _otherwise(folder: Path, wanted: Mapping[PurePosixPath, str], *, seals: bool) -> list[str]:
    """Name what is not sealed in a library that was, or is in one that was opened."""
    return [
        str(path)
        for path in wanted
        if looks_sealed((folder / "music" / path).read_bytes()) is not seals
    ]


def _drafts(folder: Path) -> set[str]:
    """Return what is not whole yet, or was not when it was killed."""
    return {path.name for path in (folder / "music" / WORKSHOP).iterdir()}


async def _speed(folder: Path, size: int) -> Figure:
    """Compare with a copy of the same files that is brought to the disk as well."""
    chance, each = Random(_SEED), 10_000_000
    await _laid(folder, [chance.randbytes(each) for _ in range(size // each)])
    begin = time.perf_counter()
    shutil.copytree(folder / "music", folder / "copy")
    os.sync()
    copied = time.perf_counter() - begin
    async with opened(folder) as (_, store):
        await store.library_keys.begin()
    async with opened(folder) as (_, store):
        begin = time.perf_counter()
        await reseal(store, lambda _: None)
        sealed = time.perf_counter() - begin
    detail: dict[str, object] = {
        "MB": size // 10**6, "copied, s": round(copied, 2), "encrypted, s": round(sealed, 2),
        "load": child.load(),
    }  # fmt: skip
    return Figure("safety.sealed.slower", sealed / copied, "of a copy", Goal(), detail)
