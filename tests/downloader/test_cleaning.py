from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from downloader.cleaning import Cleaner
from downloader.events import JobMoved, LibraryChanged
from storage.errors import DiskFailure
from storage.models import ItemState, Job, JobState, Request
from storage.retention import Guard, Retention
from storage.ruling import RulingKind
from tests.downloader.rig import ME, Rig, open_rig
from tests.downloader.scripted import JAZZ, ROCK, ScriptedSource, song
from tests.downloader.test_merging import Struck

TWO = Retention(count=2)
DAY = timedelta(days=1)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    songs = [song(number) for number in range(1, 5)]
    async with open_rig(tmp_path, ScriptedSource(*songs)) as rig:
        rig.time.advance(9 * DAY.total_seconds())  # all of them have been posted by then
        yield rig


async def here(rig: Rig) -> list[str]:
    return sorted(track.title for track in await rig.store.catalog.every() if track.path)


async def by_link(rig: Rig, number: int) -> Job:
    async with rig.running():
        request = Request("@jazz", 1, message_ids=(number,))
        return await rig.ended((await rig.engine.submit(request, ME)).id)


async def test_what_would_go_is_told_before_anything_does(rig: Rig) -> None:
    await rig.finish()
    before = rig.published()
    [oldest] = [one for one in await rig.store.catalog.every() if one.title == "Song 1"]
    await rig.store.favorites.add(7, oldest.id, rig.time.now())
    found = await rig.engine.cleaner.look(JAZZ.id, TWO)

    assert (1, 10_000, {Guard.FAVORITE: 1}) == (len(found.going), found.size, found.staying)
    assert before == rig.published()
    assert {} == await rig.store.retentions.every()
    assert () == (await rig.engine.cleaner.look(JAZZ.id)).going


async def test_what_is_more_than_is_kept_goes_into_the_trash_and_comes_back(rig: Rig) -> None:
    await rig.finish()
    before = rig.published()
    with rig.engine.events.listen() as heard:
        ruling = await rig.engine.cleaner.keep(JAZZ.id, TWO)
        told = await anext(heard)
    kept = await here(rig)
    assert ruling is not None
    await rig.engine.merger.undo(ruling.id)

    assert ["Song 3", "Song 4"] == kept
    assert (RulingKind.REMOVED, JAZZ.id, 2, 20_000) == (
        ruling.kind, ruling.chat_id, ruling.tracks, ruling.size,
    )  # fmt: skip
    assert LibraryChanged() == told
    assert before == rig.published()
    assert await rig.engine.cleaner.clean(JAZZ.id) is None


async def test_what_was_removed_does_not_come_back_by_itself(rig: Rig) -> None:
    await rig.finish()
    await rig.engine.cleaner.keep(JAZZ.id, TWO)
    opened = rig.source.count("open")
    job = await rig.finish()

    assert JobState.DONE is job.state
    assert [ItemState.LINKED] * 2 + [ItemState.REMOVED] * 2 == await rig.states(job.id)
    assert opened == rig.source.count("open")
    assert ["Song 3", "Song 4"] == await here(rig)


async def test_a_retry_brings_what_was_left_out_and_that_stays(rig: Rig) -> None:
    await rig.finish()
    await rig.engine.cleaner.keep(JAZZ.id, TWO)
    job = await rig.finish()
    async with rig.running():
        await rig.engine.retry(job.id)
        await rig.ended(job.id)
    again = await rig.engine.cleaner.clean(JAZZ.id)
    async with rig.running():
        idle = await rig.engine.retry(job.id)

    assert [ItemState.LINKED] * 2 + [ItemState.SAVED] * 2 == await rig.states(job.id)
    assert 4 == len(await here(rig))
    assert again is None
    assert JobState.DONE is idle.state


async def test_what_is_asked_for_by_its_link_comes_back_and_stays(rig: Rig) -> None:
    await rig.finish()
    await rig.engine.cleaner.keep(JAZZ.id, TWO)
    job = await by_link(rig, 1)
    await rig.engine.cleaner.clean(JAZZ.id)

    assert [ItemState.SAVED] == await rig.states(job.id)
    assert {"Song 1", "Song 3", "Song 4"} == {*await here(rig)}


async def test_what_was_posted_anew_since_is_new(rig: Rig) -> None:
    await rig.finish()
    await rig.engine.cleaner.keep(JAZZ.id, TWO)
    anew = replace(song(9), document_id=song(1).document_id)
    rig.source.songs.append(replace(anew, posted_at=rig.time.now() + DAY))
    job = await rig.finish()

    assert ItemState.SAVED is (await rig.states(job.id))[0]
    assert "Song 1" in await here(rig)


async def test_what_a_person_removed_stays_away_wherever_it_is_posted(rig: Rig) -> None:
    await rig.finish()
    [track] = [one for one in await rig.store.catalog.every() if one.title == "Song 4"]
    await rig.engine.merger.remove([track.id], best_id=track.id)
    rig.source.songs.append(song(7, chat=ROCK, document=track.document_id))
    job = await rig.finish("@rock")

    assert [ItemState.REMOVED] == await rig.states(job.id)
    assert "Song 4" not in await here(rig)


async def test_without_the_retention_everything_may_come_back(rig: Rig) -> None:
    await rig.finish()
    await rig.engine.cleaner.keep(JAZZ.id, TWO)
    await rig.store.retentions.drop(JAZZ.id)
    await rig.finish()

    assert 4 == len(await here(rig))


async def test_what_we_laid_beside_a_track_goes_with_it_and_nothing_else(rig: Rig) -> None:
    await rig.finish()
    tracks = {one.title: one.path for one in await rig.store.catalog.every() if one.path}
    for title in ("Song 1", "Song 2", "Song 4"):
        await rig.store.companions.put(tracks[title].with_suffix(".lrc"), b"[00:01]La")
    cover = tracks["Song 1"].with_name("cover.jpg")
    await rig.store.companions.put(cover, b"picture")
    own = rig.music / tracks["Song 2"].with_suffix(".txt")
    own.write_text("somebody's")
    await rig.engine.cleaner.keep(JAZZ.id, TWO)
    left = [Path(name).suffix for name in rig.published()]
    own.unlink()
    await rig.engine.cleaner.keep(JAZZ.id, Retention(age=timedelta(0)))
    rig.time.advance(10**9)
    await rig.engine.cleaner.clean(JAZZ.id)

    assert [".jpg", ".lrc", ".mp3", ".mp3", ".txt"] == sorted(left)
    assert {} == rig.published()
    assert [".tad"] == [path.name for path in rig.music.iterdir()]


@pytest.mark.parametrize("after", [False, True])
async def test_a_removal_that_was_cut_off_is_brought_to_its_end(rig: Rig, *, after: bool) -> None:
    await rig.finish()
    struck = Struck(rig.music, rig.music / ".tad", rig.store.files._names)
    struck.after = after
    rig.store.files.trash = struck
    with pytest.raises(DiskFailure):
        await rig.engine.cleaner.keep(JAZZ.id, TWO)
    halfway = await here(rig)
    rig.build()
    await rig.engine.merger.take_up()

    assert 4 == len(halfway)
    assert ["Song 3", "Song 4"] == await here(rig)
    assert 2 == len(rig.published())
    assert [] == await rig.store.rulings.unfinished()


async def test_a_file_that_moved_since_its_removal_was_intended_stays(rig: Rig) -> None:
    await rig.finish()
    track = (await rig.store.catalog.every())[0]
    assert track.path is not None
    await rig.store.rulings.remove([track.id], rig.time.now())
    (rig.music / track.path).rename(rig.music / "elsewhere.mp3")
    async with rig.store.catalog._database.write() as connection:
        moved = f"update tracks set path = 'elsewhere.mp3' where id = {track.id}"
        await connection.execute(text(moved))
    await rig.engine.merger.take_up()

    assert 4 == len(await here(rig))
    assert "elsewhere.mp3" in rig.published()
    assert [] == await rig.store.rulings.newest(9)


async def test_a_chat_is_cleaned_after_each_job_for_it_and_once_a_day(rig: Rig) -> None:
    await rig.finish()
    await rig.store.retentions.put(JAZZ.id, TWO, rig.time.now())
    rig.build()
    cleaner = Cleaner(rig.store, rig.engine.merger, rig.time.clock)
    with rig.engine.events.listen() as heard:
        async with rig.running() as engine, rig.beside(cleaner.run(engine.events)):
            await rig.ended((await rig.submit()).id)
            while not isinstance(await anext(heard), LibraryChanged):
                pass
            after_the_job = await here(rig)
            await rig.store.retentions.put(JAZZ.id, Retention(count=1), rig.time.now())
            await rig.time.someone_sleeps()
            rig.time.advance(DAY.total_seconds())
            while not isinstance(await anext(heard), LibraryChanged):
                pass

    assert ["Song 3", "Song 4"] == after_the_job
    assert ["Song 4"] == await here(rig)


async def test_the_trash_empties_itself_of_what_has_lain_there_for_long(rig: Rig) -> None:
    await rig.finish()
    first = await rig.engine.cleaner.keep(JAZZ.id, Retention(count=3))
    rig.time.advance(20 * DAY.total_seconds())
    second = await rig.engine.cleaner.keep(JAZZ.id, TWO)
    assert first is not None
    assert second is not None
    rig.time.advance(11 * DAY.total_seconds())
    for age in (None, 30 * DAY):
        cleaner = Cleaner(rig.store, rig.engine.merger, rig.time.clock, age)
        async with rig.beside(cleaner.step()):
            await rig.time.someone_sleeps()
        left = [one.id for one in await rig.store.rulings.newest(9)]
        assert ([second.id, first.id] if age is None else [second.id]) == left

    assert second.id == (await rig.store.files.trash.rubbish()).last
    assert [ItemState.LINKED] * 2 + [ItemState.REMOVED] * 2 == await rig.states(
        (await rig.finish()).id
    )


async def test_a_library_that_is_away_only_puts_cleaning_off(rig: Rig) -> None:
    job = await rig.finish()
    await rig.store.retentions.put(JAZZ.id, TWO, rig.time.now())
    rig.music.rename(rig.music.with_name("away"))
    cleaner = Cleaner(rig.store, rig.engine.merger, rig.time.clock, DAY)
    async with rig.beside(cleaner.step()):
        await rig.time.someone_sleeps()
    rig.music.with_name("away").rename(rig.music)
    async with rig.beside(cleaner.run(rig.engine.events)):
        with rig.engine.events.listen() as heard:
            await rig.time.someone_sleeps()
            rig.engine.events.publish(JobMoved(job))
            while not isinstance(await anext(heard), LibraryChanged):
                pass

    assert 2 == len(await here(rig))
