from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from downloader.publishing import foreseen
from storage.models import ItemState, JobState, Request
from tests.downloader.rig import ME, open_rig
from tests.downloader.scripted import JAZZ, ROCK, ScriptedSource, song

MIB = 1 << 20
SAVED, LINKED, FAILED = ItemState.SAVED, ItemState.LINKED, ItemState.FAILED


def test_where_a_file_would_lie_is_told_before_it_is_here() -> None:
    path = foreseen(song(1), JAZZ, "{chat}/{artist}/{title}")
    unknown = foreseen(replace(song(1), name="odd"), JAZZ, "{title}")

    assert "Jazz/Band/Song 1.mp3" == str(path)
    assert "Song 1.mp3" == str(unknown)


async def test_what_a_watch_brings_lies_where_its_template_wants_it(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        request = Request("@jazz", 10, folder="{chat}/{posted}/{title}")
        async with rig.running():
            job = await rig.engine.submit(request, ME)
            await rig.ended(job.id)

        assert [SAVED] == await rig.states(job.id)
        [path] = rig.published()
        assert str(path).startswith(f"Jazz/{song(1).posted_at:%Y-%m-%d}/Song 1")


async def test_what_is_in_the_library_is_linked_without_a_byte(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        first = await rig.finish()
        asked = len(rig.source.parts())
        second = await rig.finish()

        assert [SAVED] * 2 == await rig.states(first.id)
        assert [LINKED] * 2 == await rig.states(second.id)
        assert asked == len(rig.source.parts())
        assert JobState.DONE is second.state


async def test_f49_what_vanished_from_the_disk_is_fetched_again(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        await rig.finish()
        before = rig.published()
        (rig.music / next(iter(before))).unlink()
        job = await rig.finish()

        assert {LINKED, SAVED} == set(await rig.states(job.id))
        assert before == rig.published()


async def test_f50_a_name_of_a_vanished_track_is_not_given_to_another(tmp_path: Path) -> None:
    """The library remembers whose name it was, until that track is fetched again."""
    one, two = song(1, document=11), song(1, document=22)
    async with open_rig(tmp_path, ScriptedSource(one, two)) as rig:
        rig.source.songs = [one]
        await rig.finish()
        (path,) = rig.published()
        (rig.music / path).unlink()
        rig.source.songs = [two]
        job = await rig.finish()

        assert [SAVED] == await rig.states(job.id)
        assert [path.replace(".mp3", " (2).mp3")] == list(rig.published())


async def test_f50_two_songs_of_one_name_both_stay(tmp_path: Path) -> None:
    twin = replace(song(1, document=22), message_id=2)
    source = ScriptedSource(song(1), twin)
    async with open_rig(tmp_path, source) as rig:
        job = await rig.finish()

        assert [SAVED] * 2 == await rig.states(job.id)
        assert rig.bodies() == sorted(rig.published().values())


async def test_f61_one_document_asked_for_twice_at_once_is_one_transfer(tmp_path: Path) -> None:
    same = song(1, document=5, size=3 * MIB), song(1, chat=ROCK, document=5, size=3 * MIB)
    async with open_rig(tmp_path, ScriptedSource(*same)) as rig:
        rig.build(workers=4)
        held = rig.source.script("part", hold=(gate := asyncio.Event()))
        async with rig.running():
            one = await rig.submit("@jazz")
            two = await rig.submit("@rock")
            await held.reached.wait()
            await rig.job_is(two.id, JobState.RUNNING)
            gate.set()
            await rig.ended(one.id)
            await rig.ended(two.id)

        assert 3 == len(rig.source.parts())
        states = await rig.states(one.id) + await rig.states(two.id)
        assert [LINKED, SAVED] == sorted(states)
        assert 1 == len(rig.published())


async def test_f64_the_name_gets_the_ending_of_its_bytes(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        body = rig.source.bodies[song(1).document_id]
        rig.source.bodies[song(1).document_id] = b"fLaC" + body[4:]
        await rig.finish()

        (path,) = rig.published()
        assert path.endswith(".flac")
        (track,) = await rig.store.catalog.every()
        assert "audio/flac" == track.mime


async def test_f50_any_number_of_names_may_belong_to_files_taken_away(tmp_path: Path) -> None:
    songs = [replace(song(n), title="Intro") for n in range(1, 23)]
    async with open_rig(tmp_path, ScriptedSource(*songs)) as rig:
        rig.source.songs = songs[1:]
        rig.build(workers=1)  # two that want the same name at once may leave a number out
        await rig.finish(limit=30)
        for path in rig.published():
            (rig.music / path).unlink()
        rig.source.songs = songs[:1]
        job = await rig.finish()

        assert [SAVED] == await rig.states(job.id)
        assert ["Jazz/Band - Intro (22).mp3"] == list(rig.published())


async def test_f49_what_was_cut_short_on_the_disk_is_fetched_again(tmp_path: Path) -> None:
    """The stump keeps its name, for it is not ours to throw away; the whole file gets another."""
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        await rig.finish()
        (path,) = rig.published()
        (rig.music / path).write_bytes(b"stump")
        job = await rig.finish()

        assert [SAVED] == await rig.states(job.id)
        (track,) = await rig.store.catalog.every()
        assert path.replace(".mp3", " (2).mp3") == str(track.path)
        assert rig.published()[str(track.path)] == track.sha256
        assert b"stump" == (rig.music / path).read_bytes()


async def test_f49_a_file_that_grew_is_there_still(tmp_path: Path) -> None:
    """Its owner has written tags or a cover into it."""
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        await rig.finish()
        (path,) = rig.published()
        (rig.music / path).write_bytes(b"x" * 20_000)
        job = await rig.finish()

        assert [LINKED] == await rig.states(job.id)


async def test_f49_a_file_cut_short_between_plan_and_turn_is_fetched_again(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        rig.build(workers=1)
        rig.source.songs = [song(1)]
        await rig.finish()
        (path,) = rig.published()
        job = await rig.submit()
        await rig.store.jobs.claim_to_plan(rig.time.now())
        await rig.store.items.add(job.id, [song(1)])
        await rig.store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)
        (rig.music / path).write_bytes(b"stump")
        rig.build()
        async with rig.running():
            await rig.ended(job.id)

        assert [SAVED] == await rig.states(job.id)


async def test_what_vanished_comes_back_to_where_it_was_whatever_the_template(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        async with rig.running():
            first = await rig.engine.submit(Request("@jazz", 10, folder="Mine/{title}"), ME)
            await rig.ended(first.id)
        before = rig.published()
        (rig.music / next(iter(before))).unlink()
        await rig.finish()

        assert ["Mine/Song 1.mp3"] == [str(path) for path in before]
        assert before == rig.published()
