from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from sqlalchemy import text

from storage.errors import NameTaken
from storage.ruling import RulingKind, RulingState
from storage.rulings import Moved, Ruling
from storage.store import Store
from tests.storage.test_duplicates import a_copy
from tests.storage.values import NOW


async def _two(store: Store) -> tuple[int, int]:
    worse, best = await store.imports.add([a_copy("a", 1000), a_copy("b", 2000)], NOW)
    return worse, best


async def _merged(store: Store, best: int) -> Ruling:
    ruling = await store.rulings.merge([best], NOW)
    assert ruling is not None
    return ruling


async def _path(store: Store, track_id: int) -> PurePosixPath | None:
    track = await store.catalog.get(track_id)
    assert track is not None
    return track.path


async def test_a_merge_is_intended_before_it_stands(store: Store) -> None:
    worse, best = await _two(store)
    ruling = await _merged(store, best)
    unfinished = await store.rulings.unfinished()
    before = await _path(store, worse)
    await store.rulings.stand(ruling)

    assert [one.state for one in unfinished] == [RulingState.INTENDED]
    assert before == PurePosixPath("a/So What.mp3")
    assert await store.rulings.moved(ruling.id) == [Moved(worse, before, 1000)]
    assert await _path(store, worse) is None
    [standing] = await store.rulings.newest(9)
    assert standing == Ruling(
        ruling.id, RulingKind.MERGED, RulingState.STANDS, NOW, 1, 1000, "So What", "Miles Davis"
    )


async def test_there_is_nothing_to_merge_with_what_is_not_the_best(store: Store) -> None:
    worse, best = await _two(store)

    assert await store.rulings.merge([worse], NOW) is None
    assert await store.rulings.merge([best], NOW, last=worse - 1) is None
    assert await store.rulings.keep_apart(worse, NOW) is None


async def test_a_file_that_was_fetched_again_keeps_its_place(store: Store) -> None:
    worse, best = await _two(store)
    ruling = await _merged(store, best)
    async with store.catalog._database.write() as connection:
        await connection.execute(text(f"update tracks set path = 'new.mp3' where id = {worse}"))

    await store.rulings.stand(ruling)
    await store.rulings.undo(ruling.id)

    assert await _path(store, worse) == PurePosixPath("new.mp3")
    assert not await store.rulings.intend(ruling, worse, PurePosixPath("a/So What.mp3"))


async def test_a_file_comes_back_under_no_name_of_another_track(store: Store) -> None:
    worse, best = await _two(store)
    ruling = await _merged(store, best)
    await store.rulings.stand(ruling)

    with pytest.raises(NameTaken):
        await store.rulings.intend(ruling, worse, PurePosixPath("b/So What.mp3"))

    path = PurePosixPath("a/So What (2).mp3")
    assert await store.rulings.intend(ruling, worse, path)
    assert await store.rulings.moved(ruling.id) == [Moved(worse, path, 1000)]


async def test_only_what_stands_can_be_taken_back_and_only_once(store: Store) -> None:
    _, best = await _two(store)
    ruling = await _merged(store, best)
    early = await store.rulings.undo(ruling.id)
    await store.rulings.stand(ruling)
    first, again = await store.rulings.undo(ruling.id), await store.rulings.undo(ruling.id)

    assert (early, again) == (None, None)
    assert first is not None


async def test_forgotten_merges_leave_what_was_kept_apart(store: Store) -> None:
    _, best = await _two(store)
    await store.imports.add([a_copy("a", 1, "Blue"), a_copy("b", 2, "Blue")], NOW)
    await store.rulings.keep_apart(4, NOW)
    ruling = await _merged(store, best)
    await store.rulings.stand(ruling)

    await store.rulings.forget_moves(ruling.id)

    assert [one.kind for one in await store.rulings.newest(9)] == [RulingKind.APART]
