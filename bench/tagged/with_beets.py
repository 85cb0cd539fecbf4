"""Whether beets finds every field where it belongs, in a library that it takes over as it is."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.figure import CannotMeasureError, Figure, Goal
from bench.search.with_beets import installed
from bench.tagged.songs import GAIN, Song

# As beets calls what we call so. Whether an album is a compilation it decides for itself, by the
# artists of the album alone; in place of a comment it shows the description of others.
_NAMES = {
    "title": "title", "artist": "artist", "album": "album", "album_artist": "albumartist",
    "genre": "genres", "composer": "composers", "track": "track", "track_total": "tracktotal",
    "disc": "disc", "disc_total": "disctotal",
    "year": "year", "month": "month", "day": "day",
}  # fmt: skip
_GAINS = ("rg_track_gain", "r128_track_gain")
_CONFIG = """
directory: {folder}
library: {folder}/beets.db
import: {{copy: no, write: no}}
plugins: []
"""
_SURROUNDINGS = {"LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}
_PATIENCE = 600  # seconds
_TOLD = 10


def found_by_beets(folder: Path, songs: list[Song]) -> Iterator[Figure]:
    """Yield how many of the fields it shows as they were written, of the files that it opens."""
    python = str(installed(folder / "environment"))
    config = folder / "config.yaml"
    config.write_text(_CONFIG.format(folder=folder))
    beet = (python, "-m", "beets", "-c", str(config))
    _run(*beet, "import", "-A", "-q", str(songs[0].path.parent))
    columns = ("path", *_NAMES.values(), *_GAINS)
    lines = _run(*beet, "ls", "-f", "\t".join(f"${column}" for column in columns)).splitlines()
    rows = (dict(zip(columns, line.split("\t"), strict=False)) for line in lines)
    shown = {row["path"]: row for row in rows}
    wrong = {
        song.path.name: _wrong(song, shown[str(song.path)])
        for song in songs
        if str(song.path) in shown
    }
    every = len(wrong) * (len(_NAMES) + 1)
    missed = {name: fields for name, fields in wrong.items() if fields}
    right = every - sum(map(len, missed.values()))
    yield Figure(
        "library.beets", 100 * right / max(1, every), "% of the fields", Goal(at_least=100),
        {
            "files": len(wrong),
            "missed": dict(list(missed.items())[:_TOLD]),
            "not opened": [song.path.name for song in songs if song.path.name not in wrong],
        },
    )  # fmt: skip


def _wrong(song: Song, shown: Mapping[str, str]) -> dict[str, str]:
    year, month, day = song.description.date.split("-")
    told = song.told | {"year": year, "month": month, "day": day}
    wrong = {
        name: shown[theirs]
        for name, theirs in _NAMES.items()
        if shown[theirs].lstrip("0") != told[name].lstrip("0")
    }
    if song.path.suffix == ".opus":
        gain, heard = int(GAIN.r128) / 256, shown["r128_track_gain"]
    else:
        gain, heard = float(GAIN.replaygain.split()[0]), shown["rg_track_gain"]
    return wrong if float(heard) == round(gain, 1) else wrong | {"gain": heard}


def _run(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=_PATIENCE, check=False, env=_SURROUNDINGS
    )
    if done.returncode:
        raise CannotMeasureError(f"beets fails: {done.stderr.strip()[-300:]}")
    return done.stdout
