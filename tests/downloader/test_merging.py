from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from storage.errors import DiskFailure, DiskTrouble, FileGoneError
from storage.models import ItemState
from storage.query.parser import parse
from storage.ruling import RulingKind, RulingState
from storage.rulings import Ruling
from storage.trash import Rubbish, Trash
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song
from tests.local_files import local_file

SONGS = song(1), replace(song(2), title="Song 1 (Official Video)")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        yield rig


async def imported(rig: Rig, place: str, bitrate: int, title: str = "So What") -> int:
    """Put a file into the library; its bytes are its place."""
    path = PurePosixPath(place) / f"{title}.mp3"
    file = rig.music / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(place)
    found = local_file(
        path, len(place), place, title=title, artist="Miles", bitrate=bitrate,
        duration=timedelta(seconds=545),
    )  # fmt: skip
    [track_id] = await rig.store.imports.add([found], rig.time.now())
    return track_id


async def paths(rig: Rig) -> list[str | None]:
    return [str(one.path) if one.path else None for one in await rig.store.catalog.every()]


def trash(rig: Rig) -> dict[str, str]:
    return {path.name: path.read_text() for path in (rig.music / ".tad" / "trash").glob("*")}


async def merged(rig: Rig, best_id: int) -> Ruling:
    ruling = await rig.engine.merger.merge(best_id)
    assert ruling is not None
    return ruling


async def test_a_merge_keeps_the_best_and_moves_the_others_into_the_trash(rig: Rig) -> None:
    worse = await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    before = await rig.store.duplicates.spare()
    ruling = await merged(rig, best)
    after = await rig.store.duplicates.spare()

    assert (1, 1, 1) == (before.recordings, before.files, before.size)
    assert (0, 0) == (after.recordings, after.files)
    assert (1, 1) == (ruling.tracks, ruling.size)
    assert ["bb/So What.mp3"] == list(rig.published())
    assert {f"{ruling.id}-{worse}.mp3": "a"} == trash(rig)
    assert [None, "bb/So What.mp3"] == await paths(rig)
    assert [RulingState.STANDS] == [one.state for one in await rig.store.rulings.newest(5)]


async def test_a_merge_is_undone_to_where_everything_was(rig: Rig) -> None:
    worse = await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    before = rig.published()
    ruling = await merged(rig, best)

    assert ruling.id == (await rig.engine.merger.undo(ruling.id) or ruling).id
    assert before == rig.published()
    assert {} == trash(rig)
    assert ["a/So What.mp3", "bb/So What.mp3"] == await paths(rig)
    assert (worse, best) == (1, 2)
    assert [] == await rig.store.rulings.newest(5)
    assert await rig.engine.merger.undo(ruling.id) is None
    assert 1 == (await rig.store.duplicates.spare()).recordings


async def test_what_comes_back_to_a_name_that_is_taken_gets_another(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    ruling = await merged(rig, await imported(rig, "bb", 320_000))
    assert not (rig.music / "a").exists()
    (rig.music / "a").mkdir()
    (rig.music / "a" / "So What.mp3").write_text("somebody else's")
    await rig.engine.merger.undo(ruling.id)

    assert ["a/So What (2).mp3", "bb/So What.mp3"] == await paths(rig)
    assert "a" == (rig.music / "a" / "So What (2).mp3").read_text()
    assert "somebody else's" == (rig.music / "a" / "So What.mp3").read_text()


async def test_nothing_is_moved_when_the_best_is_not_there(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    (rig.music / "bb" / "So What.mp3").unlink()

    with pytest.raises(FileGoneError):
        await rig.engine.merger.merge(best)

    assert await rig.engine.merger.merge_all(99) is None
    assert ["a/So What.mp3"] == list(rig.published())


async def test_all_are_merged_at_once_but_for_what_nobody_was_told_of(rig: Rig) -> None:
    for title in ("Blue", "So What"):
        await imported(rig, "a", 128_000, title)
        await imported(rig, "bb", 320_000, title)
    late = await imported(rig, "ccc", 64_000)
    ruling = await rig.engine.merger.merge_all(late - 1)

    assert ruling is not None
    assert (2, 2) == (ruling.tracks, ruling.size)
    assert ["bb/Blue.mp3", "bb/So What.mp3", "ccc/So What.mp3"] == list(rig.published())

    await rig.engine.merger.undo(ruling.id)
    assert 5 == len(rig.published())


async def test_what_was_told_apart_is_never_a_group_again(rig: Rig) -> None:
    one = await imported(rig, "a", 128_000)
    two = await imported(rig, "bb", 320_000)
    ruling = await rig.engine.merger.keep_apart(two)
    await imported(rig, "ccc", 64_000)
    found = await rig.store.search.find(parse("so what"), 9, person_id=1, now=rig.time.now())
    [group] = (await rig.store.duplicates.page(9)).shown

    assert ruling is not None
    assert (RulingKind.APART, 2) == (ruling.kind, ruling.tracks)
    assert {one, two} == set(found.ids)
    assert [two, 3] == [version.track_id for version in group.versions]

    await rig.engine.merger.undo(ruling.id)
    [group] = (await rig.store.duplicates.page(9)).shown
    assert [two, one, 3] == [version.track_id for version in group.versions]


async def test_an_emptied_trash_is_gone_for_good_and_its_merges_with_it(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    first = await merged(rig, await imported(rig, "bb", 320_000))
    asked = await rig.store.files.trash.rubbish()
    await imported(rig, "a", 128_000, "Blue")
    second = await merged(rig, await imported(rig, "bb", 320_000, "Blue"))
    emptied = await rig.engine.merger.empty(asked.last)

    assert Rubbish(1, 1, first.id) == asked == emptied
    assert await rig.engine.merger.undo(first.id) is None
    assert [second.id] == [one.id for one in await rig.store.rulings.newest(5)]
    assert 1 == len(trash(rig))


async def test_a_posting_of_what_was_merged_is_linked_to_the_best(rig: Rig) -> None:
    await rig.finish()
    first, second = await rig.store.catalog.every()
    best, worse = (first, second) if second.better_id else (second, first)
    await merged(rig, best.id)
    job = await rig.finish()

    assert worse.better_id == best.id
    assert [ItemState.LINKED] * 2 == await rig.states(job.id)
    assert {best.id} == {item.track_id for item in await rig.items(job.id)}
    assert 1 == len(rig.published())


async def test_what_was_linked_while_merged_is_its_own_again_once_that_is_undone(rig: Rig) -> None:
    await rig.finish()
    first, second = await rig.store.catalog.every()
    best, worse = (first, second) if second.better_id else (second, first)
    ruling = await merged(rig, best.id)
    await rig.finish()
    await rig.engine.merger.undo(ruling.id)
    await rig.engine.merger.keep_apart(best.id)
    job = await rig.finish()

    assert {best.id, worse.id} == {item.track_id for item in await rig.items(job.id)}
    for track in (best, worse):
        assert 1 == len(await rig.store.catalog.postings_of(track.id))


async def test_what_a_cut_off_merge_is_about_is_not_told_apart(rig: Rig) -> None:
    worse = await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    struck = Struck(rig.music, rig.music / ".tad", rig.store.files._names)
    struck.after = True
    rig.store.files.trash = struck
    with pytest.raises(DiskFailure):
        await rig.engine.merger.merge(best)

    assert await rig.engine.merger.keep_apart(best) is None
    assert [None, "bb/So What.mp3"] == await paths(rig)
    assert best == [one.better_id for one in await rig.store.catalog.every()][worse - 1]


class Struck(Trash):
    """Fails before or after its work, as a kill does."""

    after = False
    times = 1

    async def take(self, path: PurePosixPath, ruling_id: int, track_id: int) -> None:
        if self.after:
            await super().take(path, ruling_id, track_id)
        self._strike(path)
        await super().take(path, ruling_id, track_id)

    async def give_back(self, path: PurePosixPath, ruling_id: int, track_id: int) -> bool:
        if self.after:
            await super().give_back(path, ruling_id, track_id)
        self._strike(path)
        return await super().give_back(path, ruling_id, track_id)

    def _strike(self, path: PurePosixPath) -> None:
        if self.times:
            self.times -= 1
            raise DiskFailure(DiskTrouble.BROKEN, path)


@pytest.mark.parametrize("after", [False, True])
async def test_f38_what_was_cut_off_is_brought_to_its_end_by_the_next_start(
    rig: Rig, *, after: bool
) -> None:
    await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    before = rig.published()
    struck = Struck(rig.music, rig.music / ".tad", rig.store.files._names)
    struck.after = after
    rig.store.files.trash = struck
    with pytest.raises(DiskFailure):
        await rig.engine.merger.merge(best)
    async with rig.running():
        await rig.ended((await rig.submit("@rock")).id)
    [ruling] = await rig.store.rulings.newest(5)
    merged_to = rig.published()
    struck.times = 1
    with pytest.raises(DiskFailure):
        await rig.engine.merger.undo(ruling.id)
    rig.build()
    async with rig.running():
        await rig.ended((await rig.submit("@rock")).id)

    assert ["bb/So What.mp3"] == list(merged_to)
    assert before == rig.published()
    assert [] == await rig.store.rulings.unfinished()
    assert ["a/So What.mp3", "bb/So What.mp3"] == await paths(rig)


class Stuck(Trash):
    """Cannot move the files of one folder, in neither direction."""

    def __init__(self, rig: Rig, folder: str) -> None:
        super().__init__(rig.music, rig.music / ".tad", rig.store.files._names)
        self.folder = folder

    async def take(self, path: PurePosixPath, ruling_id: int, track_id: int) -> None:
        self._refuse(path)
        await super().take(path, ruling_id, track_id)

    async def give_back(self, path: PurePosixPath, ruling_id: int, track_id: int) -> bool:
        self._refuse(path)
        return await super().give_back(path, ruling_id, track_id)

    def _refuse(self, path: PurePosixPath) -> None:
        if path.parts[0] == self.folder:
            raise DiskFailure(DiskTrouble.BROKEN, path)


async def test_a_file_that_cannot_be_moved_stays_and_holds_up_nothing_else(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    await imported(rig, "c", 64_000)
    best = await imported(rig, "bb", 320_000)
    await imported(rig, "a", 128_000, "Blue")
    other = await imported(rig, "bb", 320_000, "Blue")
    rig.store.files.trash = Stuck(rig, "c")
    with pytest.raises(DiskFailure):
        await rig.engine.merger.merge(best)
    await merged(rig, other)

    assert [] == await rig.store.rulings.unfinished()
    assert [1, 1] == [one.tracks for one in await rig.store.rulings.newest(5)]
    assert ["bb/Blue.mp3", "bb/So What.mp3", "c/So What.mp3"] == list(rig.published())
    kept = [None, "c/So What.mp3", "bb/So What.mp3", None, "bb/Blue.mp3"]
    assert kept == await paths(rig)


async def test_a_merge_of_which_no_file_can_be_moved_is_forgotten(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    rig.store.files.trash = Stuck(rig, "a")
    for _ in range(2):
        with pytest.raises(DiskFailure):
            await rig.engine.merger.merge(best)
    await rig.engine.merger.take_up()

    assert [] == await rig.store.rulings.unfinished()
    assert [] == await rig.store.rulings.newest(5)
    assert ["a/So What.mp3", "bb/So What.mp3"] == await paths(rig)


async def test_a_merge_that_cannot_be_undone_stands_until_it_can(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    await imported(rig, "c", 64_000)
    ruling = await merged(rig, await imported(rig, "bb", 320_000))
    whole, rig.store.files.trash = rig.store.files.trash, Stuck(rig, "c")
    for _ in range(2):
        with pytest.raises(DiskFailure):
            await rig.engine.merger.undo(ruling.id)
    await rig.engine.merger.take_up()
    standing, halfway = await rig.store.rulings.newest(5), await paths(rig)
    rig.store.files.trash = whole
    await rig.engine.merger.undo(ruling.id)

    assert [ruling.id] == [one.id for one in standing]
    assert ["a/So What.mp3", None, "bb/So What.mp3"] == halfway
    assert ["a/So What.mp3", "c/So What.mp3", "bb/So What.mp3"] == await paths(rig)


async def test_a_cut_off_merge_moves_nothing_once_the_best_is_gone(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    rig.store.files.trash, whole = Stuck(rig, "a"), rig.store.files.trash
    with pytest.raises(DiskFailure):
        await rig.engine.merger.merge(best)
    rig.store.files.trash = whole
    (rig.music / "bb" / "So What.mp3").unlink()
    await rig.engine.merger.take_up()

    assert ["a/So What.mp3"] == list(rig.published())
    assert "a/So What.mp3" in await paths(rig)
    assert [] == await rig.store.rulings.newest(5)


async def test_a_library_that_is_away_ends_no_merge(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    rig.store.files.trash = Stuck(rig, "a")
    with pytest.raises(DiskFailure):
        await rig.engine.merger.merge(best)
    rig.music.rename(rig.music.with_name("away"))
    with pytest.raises(DiskFailure):
        await rig.engine.merger.take_up()
    rig.music.with_name("away").rename(rig.music)

    assert 1 == len(await rig.store.rulings.unfinished())


async def test_two_that_merge_at_once_do_it_once(rig: Rig) -> None:
    await imported(rig, "a", 128_000)
    best = await imported(rig, "bb", 320_000)
    async with asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(rig.engine.merger.merge(best)) for _ in range(2)]

    assert 1 == sum(one.result() is not None for one in both)
