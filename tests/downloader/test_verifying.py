from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from random import Random

import pytest

from downloader.verifying import Verified, Verifier
from storage.catalog import Catalog
from storage.errors import DiskFailure
from storage.models import Track
from storage.moves import Refiling
from storage.store import Store
from tests.local_files import local_file, told
from tests.storage.values import NOW
from tests.stores import store_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as opened:
        yield opened


async def put(store: Store, music: Path, *names: str) -> list[Track]:
    files = []
    for number, name in enumerate(names):
        body = bytes([number]) * (1000 + 10 * number)
        (music / name).write_bytes(body)
        file = local_file(PurePosixPath(name), len(body), sha256(body).hexdigest())
        files.append(told(file, title=name, artist="Trio"))
    return await store.catalog.many(await store.imports.add(files, NOW))


def verifier(store: Store, music: Path, told: list[int] | None = None) -> Verifier:
    heard = [] if told is None else told
    return Verifier(store, music, Random(1), lambda verified: heard.append(verified.done))


def names(tracks: Sequence[Track]) -> list[str]:
    return [str(track.path) for track in tracks]


async def test_a_library_that_is_well_is_found_well_and_each_file_is_told(
    store: Store, tmp_path: Path
) -> None:
    music, heard = tmp_path / "music", list[int]()
    await put(store, music, "1.mp3", "2.mp3", "3.mp3")
    (music / "cover.jpg").write_bytes(b"no music")
    verified = await verifier(store, music, heard).run()

    assert Verified(3, 3030, 3, 3030) == verified
    assert verified.is_well
    assert [1, 2, 3] == heard


async def test_every_damage_is_told_by_its_kind(store: Store, tmp_path: Path) -> None:
    music = tmp_path / "music"
    await put(store, music, *(f"{number}.mp3" for number in range(8)))
    flipped = bytearray((music / "0.mp3").read_bytes())
    flipped[500] ^= 1
    (music / "0.mp3").write_bytes(flipped)
    (music / "1.mp3").write_bytes(b"cut")
    (music / "2.mp3").unlink()
    one, other = (music / "3.mp3").read_bytes(), (music / "4.mp3").read_bytes()
    (music / "3.mp3").write_bytes(other)
    (music / "4.mp3").write_bytes(one)
    with (music / "5.mp3").open("ab") as file:
        file.write(b"a cover of its owner")
    (music / "6.mp3").unlink()
    (music / "6.mp3").mkdir()
    (music / "new.flac").write_bytes(b"somebody put it here")
    verified = await verifier(store, music).run()

    assert ["0.mp3", "1.mp3", "3.mp3", "4.mp3"] == names(verified.damaged)
    assert ["2.mp3", "6.mp3"] == names(verified.missing)
    assert ["5.mp3"] == names(verified.altered)
    assert [PurePosixPath("new.flac")] == verified.unknown
    assert not verified.is_well


async def test_a_share_is_looked_at_by_chance(store: Store, tmp_path: Path) -> None:
    music = tmp_path / "music"
    await put(store, music, *(f"{number}.mp3" for number in range(30)))
    verified = await verifier(store, music).run(0.1)

    assert (3, 3) == (verified.total, verified.done)


async def test_what_was_moved_meanwhile_is_looked_at_where_it_is(
    store: Store, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    [track] = await put(store, music, "1.mp3")
    (music / "1.mp3").rename(music / "2.mp3")
    move = Refiling(track.id, PurePosixPath("1.mp3"), PurePosixPath("2.mp3"), track.sha256, 1000)

    class Late(Catalog):
        """Knows of the move only when it is asked again."""

        async def every(self) -> list[Track]:
            found = await super().every()
            await store.moves.begin(move)
            await store.moves.switch(move)
            return found

    late = replace(store, catalog=Late(store.catalog._database))
    verified = await verifier(late, music).run()

    assert verified.is_well
    assert 1 == verified.done


async def test_what_is_not_to_be_read_is_told_and_not_fetched(store: Store, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    music = tmp_path / "music"
    await put(store, music, "1.mp3")
    (music / "1.mp3").chmod(0)
    verified = await verifier(store, music).run()

    assert ["1.mp3"] == names(verified.unread)
    assert [] == verified.to_fetch


async def test_a_library_that_is_away_is_no_library_without_files(
    store: Store, tmp_path: Path
) -> None:
    await put(store, tmp_path / "music", "1.mp3")
    (tmp_path / "music" / ".tad").rmdir()
    with pytest.raises(DiskFailure):
        await verifier(store, tmp_path / "music").run()
