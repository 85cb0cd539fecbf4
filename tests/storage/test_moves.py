from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from storage.entry import Intent
from storage.errors import NameTaken
from storage.models import Transfer
from storage.moves import Refiling
from storage.store import Store
from tests.storage.values import NOW, a_file

HERE, THERE = PurePosixPath("Miles Davis/So What.mp3"), PurePosixPath("Blue/1.mp3")


async def a_refiling(store: Store) -> Refiling:
    [track_id] = await store.imports.add([a_file()], NOW)
    return Refiling(track_id, HERE, THERE, "ab" * 32, 1000)


async def path(store: Store, refiling: Refiling) -> PurePosixPath | None:
    track = await store.catalog.get(refiling.track_id)
    return track.path if track else None


async def test_a_move_is_known_from_its_beginning_to_its_end(store: Store) -> None:
    refiling = await a_refiling(store)
    await store.moves.begin(refiling)
    unfinished, before = await store.moves.unfinished(), await path(store, refiling)
    switched = [await store.moves.switch(refiling) for _ in range(2)]
    await store.moves.end(refiling)

    assert ([refiling], HERE) == (unfinished, before)
    assert [True, True] == switched
    assert ([], THERE) == (await store.moves.unfinished(), await path(store, refiling))


async def test_a_name_belongs_to_one_file_only(store: Store) -> None:
    refiling = await a_refiling(store)
    [other] = await store.imports.add([a_file("Blue", path=THERE)], NOW)
    with pytest.raises(NameTaken):
        await store.moves.begin(refiling)
    await store.moves.begin(replace(refiling, to_path=PurePosixPath("x.mp3")))
    with pytest.raises(NameTaken):
        await store.moves.begin(Refiling(other, THERE, PurePosixPath("x.mp3"), "", 1))


async def test_a_name_that_a_download_is_about_to_get_is_taken(store: Store) -> None:
    refiling = await a_refiling(store)
    await store.transfers.save(Transfer(501, 1000, 1000, b""))
    await store.transfers.intend(501, Intent(THERE, "cd" * 32))
    with pytest.raises(NameTaken):
        await store.moves.begin(refiling)


async def test_a_track_with_another_file_is_left_alone(store: Store) -> None:
    refiling = await a_refiling(store)
    elsewhere = replace(refiling, to_path=PurePosixPath("x.mp3"))
    await store.moves.switch(elsewhere)

    assert not await store.moves.switch(refiling)
    assert PurePosixPath("x.mp3") == await path(store, refiling)


async def test_what_is_rewritten_has_other_bytes_and_the_source_stays(store: Store) -> None:
    refiling = await a_refiling(store)
    rewriting = replace(refiling, to_path=HERE, sha256="cd" * 32, size=7)
    before = await store.catalog.get(refiling.track_id)
    await store.moves.switch(rewriting)
    track = await store.catalog.get(refiling.track_id)

    assert rewriting.is_rewriting
    assert before is not None
    assert track is not None
    assert (7, "cd" * 32) == (track.file_size, track.sha256)
    assert (before.size, before.sha256_source) == (track.size, track.sha256_source)
    assert [track] == await store.catalog.of_bytes(track.size, track.sha256_source)
