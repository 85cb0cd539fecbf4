"""Tracks with files of their own, in the library of a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from storage.models import Track
from storage.store import Store
from tests.local_files import local_file, told

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


async def put(
    store: Store, music: Path, *names: str, size: int = 1000, **changes: Any
) -> list[Track]:
    """Enter files of these names, each titled by its name; `music` is the folder of the library."""
    files = []
    for name in names:
        path = PurePosixPath("Trio", name)
        place = music / path
        place.parent.mkdir(exist_ok=True)
        with place.open("wb") as file:
            file.write(name.encode())
            file.truncate(size)
        digest = sha256(name.encode()).hexdigest()  # each has bytes of its own
        one = local_file(path, size, digest, title=path.stem, artist="Trio")
        files.append(told(one, duration=timedelta(seconds=225), **changes))
    return await store.catalog.many(await store.imports.add(files, NOW))


def a_track(number: int = 1, **changes: Any) -> Track:
    """Return a track that no catalogue has."""
    track = Track(
        id=number,
        document_id=None,
        title=f"Tune {number}",
        performer="Trio",
        duration=timedelta(seconds=225),
        size=1000,
        mime="audio/mpeg",
        name=f"{number}.mp3",
        path=PurePosixPath(f"{number}.mp3"),
        sha256_source="",
        sha256="",
        added_at=NOW,
        format="mp3",
    )
    return replace(track, **changes)
