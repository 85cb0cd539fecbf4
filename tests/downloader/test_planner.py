from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    RefusedError,
    ServerTroubleError,
    TakeoutDelayedError,
    TakeoutRefusedError,
    ThrottledError,
)
from downloader.events import JobMoved
from downloader.move import Pace
from storage.errors import DatabaseBusyError, DiskFailure, DiskTrouble
from storage.items import Items
from storage.models import Audio, ItemState, JobState, Reason, Request
from storage.stretch import Stretch
from storage.watch import Rhythm, Rules, Run
from tests.downloader.rig import ME, open_rig
from tests.downloader.scripted import JAZZ, START, ScriptedSource, song


class UnplannedItems(Items):
    """Does not store a plan, once."""

    def __init__(self, real: Items) -> None:
        super().__init__(real._database)
        self.is_busy = True

    async def add(self, job_id: int, found: Sequence[Audio], *rest: Any) -> None:
        if self.is_busy:
            self.is_busy = False
            raise DatabaseBusyError(Path("tad.db"))
        await super().add(job_id, found, *rest)


@pytest.mark.parametrize(
    "reason",
    [Reason.CHAT_NOT_FOUND, Reason.CHAT_PRIVATE, Reason.CHAT_NOT_JOINED, Reason.NOT_A_CHAT],
)
async def test_f14_a_chat_that_cannot_be_read_fails_the_job(tmp_path: Path, reason: Reason) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("chat", ChatUnavailableError(reason, "@jazz"))
        job = await rig.finish()

        assert (JobState.FAILED, reason, "@jazz") == (job.state, job.reason, job.detail)


@pytest.mark.parametrize("method", ["chat", "audio", "posting"])
@pytest.mark.parametrize(
    "error",
    [
        ThrottledError(timedelta(minutes=9)),
        OfflineError(),
        ServerTroubleError("500"),
        AccountLostError("revoked"),
        RefusedError("STRANGE"),
        KeyError("a bug"),
        DiskFailure(DiskTrouble.FULL, Path("x")),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_trouble_puts_the_job_back_into_the_queue_for_a_while(
    tmp_path: Path, method: str, error: Exception
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script(method, error)
        async with rig.running():
            job = await rig.submit()
            await rig.time.someone_sleeps()
            waiting = await rig.job(job.id)
            async with rig.time.passing():
                job = await rig.ended(job.id)

        assert JobState.QUEUED is waiting.state
        assert waiting.until is not None
        assert waiting.until > START
        assert waiting.reason is not None
        assert JobState.DONE is job.state
        assert (None, None) == (job.reason, job.until)


async def test_f22_a_job_refused_three_times_fails(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("chat", RefusedError("STRANGE"), times=99)
        async with rig.time.passing():
            job = await rig.finish()

        assert (JobState.FAILED, Reason.REFUSED) == (job.state, job.reason)
        assert 3 == rig.source.count("chat")


async def test_f30_offline_for_long_the_job_waits_on(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("chat", OfflineError(), times=30)
        async with rig.time.passing():
            job = await rig.finish()

        assert JobState.DONE is job.state


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request("@jazz", 5), Reason.NO_AUDIO),
        (Request("@jazz", 5, since=START), Reason.NOTHING_MATCHES),
        (Request("@jazz", 5, message_ids=(4, 5)), Reason.NO_AUDIO),
    ],
)
async def test_a_plan_without_audio_fails_the_job(
    tmp_path: Path, request_: Request, reason: Reason
) -> None:
    async with open_rig(tmp_path, ScriptedSource()) as rig, rig.running():
        job = await rig.engine.submit(request_, ME)
        job = await rig.ended(job.id)

        assert (JobState.FAILED, reason, JAZZ) == (job.state, job.reason, job.chat)
        assert [] == await rig.items(job.id)


async def test_one_bad_job_does_not_hold_up_another(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        held = rig.source.script("chat", hold=asyncio.Event())
        async with rig.running():
            await rig.submit()
            await held.reached.wait()
            other = await rig.submit()
            other = await rig.ended(other.id)

        assert JobState.DONE is other.state


async def test_the_chat_is_known_by_its_id_afterwards(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        job = await rig.finish(str(JAZZ.id))

        assert JAZZ == job.chat
        assert JAZZ == await rig.store.chats.get(JAZZ.id)
        assert [ItemState.SAVED] == await rig.states(job.id)


async def test_a_large_chat_with_little_audio_is_read_to_its_end(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.build(pace=Pace(answer_timeout=timedelta(milliseconds=20)))
        held = rig.source.script("posting", hold=asyncio.Event())
        async with rig.running():
            job = await rig.submit()
            await held.reached.wait()
            # Page after page is answered, and none has audio.
            await asyncio.sleep(0.05)
            assert held.hold is not None
            held.hold.set()
            job = await rig.ended(job.id)

        assert JobState.DONE is job.state
        assert 1 == rig.source.count("audio")


@pytest.mark.parametrize(
    "error", [ThrottledError(timedelta(minutes=9)), OfflineError(), ServerTroubleError("500")]
)
async def test_a_list_broken_off_by_trouble_goes_on_where_it_was(
    tmp_path: Path, error: DownloaderError
) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 7)))) as rig:
        for breaks in (1, 2):
            rig.source.script("posting", error, skip=2 * breaks)
        async with rig.time.passing():
            job = await rig.finish()

        assert [None, 4, 2] == [request.last_id for request in rig.source.requests]
        assert [6, 5, 4, 3, 2, 1] == [item.message_id for item in await rig.items(job.id)]


async def test_a_list_broken_off_at_its_very_end_is_asked_for_no_more(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 4)))) as rig:
        rig.source.script("posting", OfflineError(), skip=2)
        async with rig.time.passing():
            job = await rig.finish(limit=2)

        assert [3, 2] == [item.message_id for item in await rig.items(job.id)]
        assert 1 == rig.source.count("audio")


async def test_f65_a_list_that_is_paused_goes_on_where_it_was(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 7)))) as rig:
        held = rig.source.script("posting", hold=asyncio.Event(), skip=4)
        async with rig.running():
            job = await rig.submit()
            await held.reached.wait()
            await rig.engine.pause(job.id)
            other = await rig.submit("@rock")  # whoever plans it tidies up first
            await rig.ended(other.id)
            await rig.engine.resume(job.id)
            job = await rig.ended(job.id)

        assert [None, None, 2] == [request.last_id for request in rig.source.requests]
        assert [6, 5, 4, 3, 2, 1] == [item.message_id for item in await rig.items(job.id)]


async def test_f43_a_list_that_cannot_be_stored_is_not_asked_for_again(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 4)))) as rig:
        rig.store = replace(rig.store, items=UnplannedItems(rig.store.items))
        rig.build()
        async with rig.time.passing():
            job = await rig.finish(limit=3)

        assert JobState.DONE is job.state
        assert 1 == len(rig.source.requests)


async def test_what_a_watch_found_is_not_asked_for_again(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rules = Rules(Rhythm(is_live=True))
        watch = await rig.store.watches.add("@jazz", rules, ME, START, chat=JAZZ)
        wanted = Request(str(JAZZ.id), 1, watch=watch.id)
        look = (watch, Run(START, 1, 1), wanted, START)
        job = await rig.store.watches.fire(*look, chat=JAZZ, seen=None, found=[song(1)])
        assert job is not None
        async with rig.running():
            job = await rig.ended(job.id)
        items = await rig.items(job.id)

        assert (JobState.DONE, JAZZ) == (job.state, job.chat)
        assert [ItemState.SAVED] == [item.state for item in items]
        assert {"chat", "audio", "posting"}.isdisjoint(one.method for one in rig.source.asked)


async def test_a_list_that_another_account_cannot_go_on_with_is_begun_anew(tmp_path: Path) -> None:
    songs = [replace(song(number), account=1) for number in (1, 2)]
    async with open_rig(tmp_path, ScriptedSource(*songs)) as rig:
        rig.source.script("posting", AccountLostError("x"), skip=1)
        async with rig.time.passing():
            await rig.finish()

        assert [None, None] == [request.last_id for request in rig.source.requests]


async def test_a_list_broken_off_is_forgotten_with_its_job(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        rig.source.script("posting", OfflineError(), skip=1)
        async with rig.running():
            job = await rig.submit()
            await rig.time.someone_sleeps()
            await rig.engine.cancel(job.id)
            async with rig.time.passing():
                rig.source.script("posting", OfflineError(), skip=1)
                other = await rig.submit()
                await rig.ended(other.id)
                await rig.engine.retry(job.id)
                job = await rig.ended(job.id)

        assert JobState.DONE is job.state
        assert [None, None, 1, None] == [request.last_id for request in rig.source.requests]


@pytest.mark.parametrize("method", ["chat", "open"])
async def test_f25_a_question_that_is_never_answered_is_asked_again(
    tmp_path: Path, method: str
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.build(pace=Pace(answer_timeout=timedelta(milliseconds=20)))
        rig.source.script(method, hold=asyncio.Event())
        async with rig.time.passing():
            job = await rig.finish()

        assert JobState.DONE is job.state


EVERYTHING = Request("@jazz", 10_000, takeout=True)


@pytest.mark.parametrize("found_before", [0, 2])
async def test_a_refused_takeout_is_gone_without_and_said_so_once(
    tmp_path: Path, found_before: int
) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 6)))) as rig:
        method = "posting" if found_before else "audio"
        rig.source.script(method, TakeoutRefusedError("TAKEOUT_INVALID"), skip=found_before)
        async with rig.running():
            job = await rig.ended((await rig.engine.submit(EVERYTHING, ME)).id)

        assert JobState.DONE is job.state
        assert [5, 4, 3, 2, 1] == [item.message_id for item in await rig.items(job.id)]
        assert [True, False] == [request.takeout for request in rig.source.requests]
        told = [event.job.reason for event in rig.events if isinstance(event, JobMoved)]
        assert 1 == told.count(Reason.NO_TAKEOUT)
        assert job.reason is None


async def test_f02_a_takeout_that_must_be_allowed_first_is_waited_for(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("audio", TakeoutDelayedError(timedelta(hours=20)))
        async with rig.running():
            job = await rig.engine.submit(EVERYTHING, ME)
            await rig.time.someone_sleeps()
            waiting = await rig.job(job.id)
            assert (JobState.QUEUED, Reason.TAKEOUT_DELAY) == (waiting.state, waiting.reason)

            await rig.engine.retry(job.id)  # allowed on the phone
            assert JobState.DONE is (await rig.ended(job.id)).state

        assert [True, True] == [request.takeout for request in rig.source.requests]


async def test_two_spells_offline_use_up_no_try_of_a_plan(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("chat", OfflineError(), times=2)
        rig.source.script("chat", RefusedError("STRANGE"), times=2)
        async with rig.time.passing():
            assert JobState.DONE is (await rig.finish()).state

        assert 5 == rig.source.count("chat")


@pytest.mark.parametrize("query", ["", "nobody"])
async def test_what_was_looked_at_for_a_plan_is_known(tmp_path: Path, query: str) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(2), song(5))) as rig:
        async with rig.running():
            job = await rig.engine.submit(Request("@jazz", 10, first_id=2, query=query), ME)
            await rig.ended(job.id)
        stretches = await rig.store.stretches.of(JAZZ.id)

    assert [Stretch(2, 5)] == stretches
