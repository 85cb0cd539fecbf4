from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    MisplacedError,
    NoSuchJobError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.events import BytesArrived, ItemMoved, JobMoved
from storage.models import ItemState, JobState, Order, Reason, Request
from tests.downloader.rig import ME, open_rig
from tests.downloader.scripted import JAZZ, ROCK, START, ScriptedSource, song

MIB = 1 << 20
SAVED, LINKED, FAILED = ItemState.SAVED, ItemState.LINKED, ItemState.FAILED


async def test_every_song_arrives_byte_for_byte(tmp_path: Path) -> None:
    source = ScriptedSource(song(1), song(2, size=3 * MIB), song(3, size=1))
    async with open_rig(tmp_path, source) as rig:
        job = await rig.finish(limit=10)

        assert JobState.DONE is job.state
        assert JAZZ == job.chat
        assert [SAVED] * 3 == await rig.states(job.id)
        assert rig.bodies() == sorted(rig.published().values())
        assert (frozenset(), frozenset()) == await rig.left_over()


async def test_the_newest_few_come_newest_first(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 9)))) as rig:
        rig.build(workers=1)
        job = await rig.finish(limit=3)

        assert [8, 7, 6] == [item.message_id for item in await rig.items(job.id)]
        fetched = [asked.what for asked in rig.source.asked if asked.method == "open"]
        assert [song(n).document_id for n in (8, 7, 6)] == fetched


async def test_the_oldest_come_first_when_asked_for(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 9)))) as rig, rig.running():
        request = Request("@jazz", 2, order=Order.OLDEST)
        job = await rig.engine.submit(request, ME)
        await rig.ended(job.id)

        assert [1, 2] == [item.message_id for item in await rig.items(job.id)]


async def test_dates_bound_what_is_fetched(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 9)))) as rig, rig.running():
        since, until = START + timedelta(days=3), START + timedelta(days=5)
        job = await rig.engine.submit(Request("@jazz", 9, since=since, until=until), ME)
        await rig.ended(job.id)

        assert [4, 3] == [item.message_id for item in await rig.items(job.id)]


async def test_named_messages_without_audio_are_skipped(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig, rig.running():
        job = await rig.engine.submit(Request("@jazz", 1, message_ids=(2, 77)), ME)
        job = await rig.ended(job.id)

        assert JobState.DONE is job.state
        items = await rig.items(job.id)
        assert [(2, SAVED), (77, ItemState.SKIPPED)] == [(i.message_id, i.state) for i in items]
        assert Reason.NO_AUDIO is items[1].reason


ITEM_ERRORS = [
    (PostingGoneError(Reason.DELETED), FAILED, Reason.DELETED),
    (PostingGoneError(Reason.REPLACED), FAILED, Reason.REPLACED),
    (ChatUnavailableError(Reason.NO_ACCESS), ItemState.PARKED, Reason.NO_ACCESS),
    (ChatUnavailableError(Reason.CHAT_PRIVATE), ItemState.PARKED, Reason.NO_ACCESS),
    (ServerTroubleError("500"), ItemState.WAITING, Reason.SERVER_TROUBLE),
    (RefusedError("STRANGE"), ItemState.WAITING, Reason.REFUSED),
    (KeyError("a bug"), ItemState.WAITING, Reason.BROKEN),
]


# Whether these last is seen at the next turn: another account may go on with the file.
LASTING = [(AccountLostError("revoked"), ItemState.PARKED, Reason.LOGIN)]


@pytest.mark.parametrize(
    ("method", "error", "state", "reason"),
    [(method, *row) for method in ("open", "turn") for row in ITEM_ERRORS + LASTING]
    + [("part", *row) for row in ITEM_ERRORS],
)
async def test_an_error_of_one_item_leaves_the_others_alone(
    tmp_path: Path, method: str, error: Exception, state: ItemState, reason: Reason
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        rig.build(workers=1)
        rig.source.script(method, error)
        async with rig.running():
            job = await rig.submit()
            await rig.item_is(job.id, SAVED, at=1)
            struck = await rig.item_is(job.id, state)

        assert reason is struck.reason
        assert (state is ItemState.WAITING) == (struck.until is not None)


@pytest.mark.parametrize(
    ("method", "error", "reason"),
    [
        ("open", ThrottledError(timedelta(hours=3)), Reason.FLOOD),
        ("turn", ThrottledError(timedelta(hours=3)), Reason.FLOOD),
        ("open", OfflineError(), Reason.OFFLINE),
    ],
)
async def test_f01_f30_what_every_item_would_meet_rests_the_whole_job(
    tmp_path: Path, method: str, error: DownloaderError, reason: Reason
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2), song(1, chat=ROCK))) as rig:
        rig.build(workers=1)
        rig.source.script(method, error)
        async with rig.running():
            job = await rig.submit()
            struck = await rig.item_is(job.id, ItemState.WAITING)
            await rig.engine.wake()
            other = await rig.submit("@rock")
            assert JobState.DONE is (await rig.ended(other.id)).state
            assert [ItemState.WAITING, ItemState.QUEUED] == await rig.states(job.id)
            async with rig.time.passing():
                assert JobState.DONE is (await rig.ended(job.id)).state

        assert (reason, 0) == (struck.reason, struck.attempts)


async def test_f30_a_retry_by_hand_wakes_a_job_that_rests(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        rig.build(workers=1)
        rig.source.script("open", ThrottledError(timedelta(hours=3)))
        async with rig.running():
            job = await rig.submit()
            await rig.item_is(job.id, ItemState.WAITING)
            await rig.engine.retry(job.id)
            await rig.item_is(job.id, SAVED, at=1)


@pytest.mark.parametrize("error", [ThrottledError(timedelta(hours=3)), OfflineError()])
async def test_f01_f30_waiting_ends_by_itself_and_uses_no_attempt(
    tmp_path: Path, error: DownloaderError
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("part", error, times=8)
        async with rig.running(), rig.time.passing():
            job = await rig.submit()
            await rig.ended(job.id)

        (item,) = await rig.items(job.id)
        assert (SAVED, 0) == (item.state, item.attempts)


async def test_f01_nothing_is_asked_inside_the_flood_wait(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.build(workers=1)
        rig.source.script("turn", ThrottledError(timedelta(seconds=34)))
        async with rig.running():
            job = await rig.submit()
            item = await rig.item_is(job.id, ItemState.WAITING)
            left = await rig.time.someone_sleeps()
            opened = rig.source.count("open")
            rig.time.advance(33)
            await rig.engine.wake()
            await rig.item_is(job.id, ItemState.WAITING)
            assert (opened, []) == (rig.source.count("open"), rig.source.parts())
            rig.time.advance(left - 33)
            await rig.ended(job.id)

        assert item.until is not None
        assert 34 <= left == (item.until - START).total_seconds()


async def test_f21_what_is_not_found_there_is_begun_anew_once(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=3 * MIB))) as rig:
        rig.source.width = 1
        rig.source.script("part", MisplacedError("LOCATION_INVALID"), skip=2)
        async with rig.time.passing():
            job = await rig.finish()

        assert JobState.DONE is job.state
        offsets = [offset for _, offset in rig.source.parts()]
        assert [0, MIB, 2 * MIB] * 2 == offsets  # from the beginning
        assert 2 == rig.source.count("open")


async def test_f21_what_is_not_found_twice_is_refused_with_the_code(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("part", MisplacedError("LOCATION_INVALID"), times=9)
        async with rig.time.passing():
            job = await rig.finish()

        [item] = await rig.items(job.id)
        assert (FAILED, Reason.REFUSED, "LOCATION_INVALID") == (
            item.state,
            item.reason,
            item.detail,
        )
        assert 2 == len(rig.source.parts())


async def test_f29_three_full_tries_and_then_it_is_incomplete(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=9_000))) as rig:
        rig.source.script("part", answer=lambda data: data[:8_000], times=99)
        async with rig.time.passing():
            job = await rig.finish()

        [item] = await rig.items(job.id)
        assert (FAILED, Reason.INCOMPLETE_AT_SOURCE) == (item.state, item.reason)
        assert ("8000 of 9000", 3) == (item.detail, item.attempts)
        assert 3 == rig.source.count("open")
        assert {} == rig.published()
        assert (frozenset(), frozenset()) == await rig.left_over()


async def test_f22_a_refused_item_fails_after_three_tries(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("open", RefusedError("STRANGE"), times=99)
        async with rig.running(), rig.time.passing():
            job = await rig.submit()
            job = await rig.ended(job.id)

        (item,) = await rig.items(job.id)
        assert JobState.FAILED is job.state
        assert (FAILED, Reason.REFUSED, "STRANGE") == (item.state, item.reason, item.detail)
        assert 3 == rig.source.count("open")


async def test_f12_what_came_of_a_deleted_posting_is_removed(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=9 * MIB))) as rig:
        rig.source.script("part", PostingGoneError(Reason.DELETED), skip=6)
        job = await rig.finish()

        assert JobState.FAILED is job.state
        assert (frozenset(), frozenset()) == await rig.left_over()
        assert {} == rig.published()


async def test_f29_a_document_of_another_size_than_posted_is_not_published(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.sizes[song(1).document_id] = 9_999
        async with rig.time.passing():
            job = await rig.finish()

        (item,) = await rig.items(job.id)
        assert (Reason.INCOMPLETE_AT_SOURCE, "9999 of 10000") == (item.reason, item.detail)
        assert {} == rig.published()


async def test_f29_a_source_that_ends_early_fails_and_leaves_nothing(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=3 * MIB))) as rig:
        rig.source.bodies[song(1).document_id] = bytes(2 * MIB)
        async with rig.time.passing():
            job = await rig.finish()

        assert Reason.INCOMPLETE_AT_SOURCE is (await rig.items(job.id))[0].reason
        assert (frozenset(), frozenset()) == await rig.left_over()


async def test_f60_an_empty_document_is_not_published(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=0))) as rig:
        job = await rig.finish()

        assert Reason.EMPTY_FILE is (await rig.items(job.id))[0].reason
        assert {} == rig.published()


async def test_a_partly_done_job_says_so(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2, size=0))) as rig:
        job = await rig.finish()

        assert JobState.PARTLY_DONE is job.state


async def test_events_tell_the_whole_way(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=3 * MIB))) as rig:
        job = await rig.finish()

        jobs = [event.job.state for event in rig.events if isinstance(event, JobMoved)]
        items = [event.item.state for event in rig.events if isinstance(event, ItemMoved)]
        progress = [event for event in rig.events if isinstance(event, BytesArrived)]
        assert ["queued", "planning", "running", "done"] == jobs
        assert ["fetching", "checking", "publishing", "saved"] == items
        assert [MIB, 2 * MIB, 3 * MIB] == sorted(event.done for event in progress)
        assert {(job.id, 3 * MIB)} == {(event.job.id, event.total) for event in progress}


async def test_an_idle_engine_sleeps_on_no_clock(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        await rig.finish()

        assert [] == rig.time.slept


async def test_an_unknown_job_is_refused(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        for command in (rig.engine.pause, rig.engine.resume, rig.engine.cancel, rig.engine.retry):
            with pytest.raises(NoSuchJobError):
                await command(99)


async def test_f31_a_full_disk_parks_and_room_brings_it_on(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        free = await rig.store.files.free_bytes()
        rig.build(reserve=free * 2)
        async with rig.running():
            job = await rig.submit()
            item = await rig.item_is(job.id, ItemState.PARKED)
            assert (Reason.DISK_FULL, 0) == (item.reason, item.attempts)
            assert 0 == rig.source.count("part")
            rig.engine.room._reserve = 0
            rig.time.advance(await rig.time.someone_sleeps())
            job = await rig.ended(job.id)

        assert JobState.DONE is job.state


async def test_f34_without_its_library_everything_parks_and_goes_on_after_a_restart(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        away = tmp_path / "away"
        (rig.music / ".tad").rename(away)
        async with rig.running():
            job = await rig.submit()
            item = await rig.item_is(job.id, ItemState.PARKED)
        assert Reason.DISK_MISSING is item.reason
        assert [] == list(rig.music.iterdir())

        away.rename(rig.music / ".tad")
        rig.build()
        async with rig.running():
            job = await rig.ended(job.id)

        assert JobState.DONE is job.state


async def test_a_retry_by_hand_does_not_wait_for_the_time(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("chat", ThrottledError(timedelta(hours=9)))
        async with rig.running():
            job = await rig.submit()
            await rig.time.someone_sleeps()
            await rig.engine.retry(job.id)
            job = await rig.ended(job.id)

        assert JobState.DONE is job.state


async def test_many_jobs_share_the_workers(tmp_path: Path) -> None:
    chats = [JAZZ, ROCK]
    songs = [song(n, chat=chat) for chat in chats for n in range(1, 6)]
    async with open_rig(tmp_path, ScriptedSource(*songs)) as rig:
        rig.source.width = 2
        rig.build(workers=4)
        async with rig.running():
            jobs = [await rig.submit(f"@{chat.username}") for chat in chats]
            ended = [await rig.ended(job.id) for job in jobs]

        assert [JobState.DONE] * 2 == [job.state for job in ended]
        assert rig.bodies() == sorted(rig.published().values())
