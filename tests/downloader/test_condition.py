from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from downloader.audit import Disk
from downloader.condition import condition
from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.models import Track
from storage.store import Store
from tests.local_files import local_file
from tests.storage.values import NOW
from tests.stores import store_at

BODY = bytes(range(250)) * 4


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as opened:
        yield opened


async def a_track(store: Store, music: Path, name: str = "1.mp3", body: bytes = BODY) -> Track:
    (music / name).write_bytes(body)
    file = local_file(PurePosixPath(name), len(body), sha256(body).hexdigest())
    [track] = await store.catalog.many(await store.imports.add([file], NOW))
    return track


@pytest.mark.parametrize(
    ("body", "quick", "deep"),
    [
        (BODY, Disk.WHOLE, Disk.WHOLE),
        (b"\xff" + BODY[1:], Disk.WHOLE, Disk.DAMAGED),
        (BODY[:-1], Disk.DAMAGED, Disk.DAMAGED),
        (BODY + b"tags", Disk.ALTERED, Disk.ALTERED),
        (b"another track, and longer" * 100, Disk.ALTERED, Disk.DAMAGED),
    ],
)
async def test_bytes_and_size_say_how_a_file_is(
    body: bytes, quick: Disk, deep: Disk, store: Store, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    track = await a_track(store, music)
    await a_track(store, music, "2.mp3", b"another track, and longer" * 100)
    (music / "1.mp3").write_bytes(body)

    assert quick == await condition(store, track, is_deep=False)
    assert deep == await condition(store, track, is_deep=True)


class Broken(Files):
    """A disk that can tell a size, and read nothing."""

    kind = DiskTrouble.BROKEN

    async def digest_published(self, path: PurePosixPath) -> str | None:
        raise DiskFailure(self.kind, path)


async def test_what_the_disk_cannot_read_is_damaged(store: Store, tmp_path: Path) -> None:
    music = tmp_path / "music"
    track = await a_track(store, music)
    broken = replace(store, files=Broken(music))

    assert Disk.DAMAGED == await condition(broken, track, is_deep=True)


async def test_a_disk_that_is_away_is_no_damage(store: Store, tmp_path: Path) -> None:
    music = tmp_path / "music"
    track = await a_track(store, music)
    away = Broken(music)
    away.kind = DiskTrouble.DENIED
    with pytest.raises(DiskFailure):
        await condition(replace(store, files=away), track, is_deep=True)
