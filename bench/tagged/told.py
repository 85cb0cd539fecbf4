"""What other programs find of what was written into files, and what writing costs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure
from bench.scratch import scratch
from bench.tagged.roundtrip import roundtrip
from bench.tagged.songs import fetched, made, write_all
from bench.tagged.speed import write_speed
from bench.tagged.with_beets import found_by_beets

_MUSIC = 4


def told(*, quick: bool) -> Iterator[Figure]:
    folder = scratch("tad-tagged-")
    try:
        for name in ("trip", "speed", "library", "beets"):
            (folder / name).mkdir()
        yield from roundtrip(folder / "trip", quick=quick)
        yield from write_speed(folder / "speed", quick=quick)
        yield from _by_beets(folder)
    finally:
        shutil.rmtree(folder)


def _by_beets(folder: Path) -> Iterator[Figure]:
    library = folder / "library"
    songs = write_all([*made(library), *fetched(library, _MUSIC)])
    yield from found_by_beets(folder / "beets", songs)
