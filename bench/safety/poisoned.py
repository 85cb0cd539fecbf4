"""A library of tracks whose names are as bad as names can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath

from bench.safety.words import POISON
from storage.description import Description
from storage.entry import Entry
from storage.models import LocalFile
from storage.sound import Sound
from storage.store import open_store
from storage.text import storable

_LONG = ("a" * 300, "&<>\"'" * 60, "👨‍👩‍👧‍👦" * 40, "so what")
_FORMATS = ("mp3", "flac", "ogg", "m4a")


async def lay_down(folder: Path) -> None:
    """Make `data` and `music` in a folder."""
    music = folder / "music"
    music.mkdir(parents=True)
    named = [storable(name) for name in (*POISON, *_LONG)]
    files = [_file(music, number, name) for number, name in enumerate(named, start=1)]
    async with open_store(folder / "data", music) as store:
        await store.imports.add(files, datetime.now(UTC))


def _file(music: Path, number: int, name: str) -> LocalFile:
    format_ = _FORMATS[number % len(_FORMATS)]
    path = PurePosixPath(f"{number}.{format_}")
    body = f"track {number // 2}".encode()  # each two are the same
    (music / path).write_bytes(body)
    called = ("So What", "Miles") if number % 5 == 0 else (name, f"Artist {number // 3}{name[:40]}")
    described = Description(*called, "Album", date="1959")
    sound = Sound(duration=timedelta(seconds=200))
    return LocalFile(path, Entry(sha256(body).hexdigest(), len(body), described, sound))
