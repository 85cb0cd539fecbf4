"""Pause, resume, cancel and retry act in every state, without time having to pass (F65).

The real dispatcher and the real engine, on a clock that stands still: what needs time would hang.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DiskError,
    OfflineError,
    ServerTroubleError,
    ThrottledError,
)
from storage.files import Files
from storage.models import Item, ItemState, Job, JobState, Reason
from storage.states import ACTIVE_ITEMS, ENDED_ITEMS, ENDED_JOBS
from storage.store import DATABASE_NAME, Store
from tests.bot.rig import Product, Rig
from tests.downloader.scripted import OwnedTime, Rule, ScriptedSource, song

HOUR = timedelta(hours=1)
STOPPING = "Stopping… Nothing more is fetched."


@dataclass(frozen=True, slots=True)
class State:
    """A method of the source that does not answer, or fails once, after `skip` calls."""

    method: str
    error: Exception | None = None
    skip: int = 0


HELD = {
    "connecting": State("chat"),
    "a long list": State("audio"),
    "amid a long list": State("posting", skip=1),
    "opening": State("open"),
    "waiting for a turn": State("turn"),
    "the first byte": State("part"),
    "amid a file": State("part", skip=3),
}
FAILED = {
    "a chat that is throttled": State("chat", ThrottledError(HOUR)),
    "offline": State("chat", OfflineError()),
    "no login": State("chat", AccountLostError("revoked")),
    "a track that is throttled": State("open", ThrottledError(HOUR)),
    "a track amid which we are offline": State("turn", OfflineError(), skip=2),
    "a track whose server has trouble": State("open", ServerTroubleError("500")),
    "parked: login": State("open", AccountLostError("revoked")),
    "parked: access": State("open", ChatUnavailableError(Reason.NO_ACCESS)),
    "parked: disk": State("turn", DiskError(Reason.DISK_FULL), skip=2),
}
ANYWHERE = {**HELD, **FAILED}


@dataclass(slots=True)
class Scene:
    """A download of two tracks that has come to one state, in front of its owner."""

    rig: Rig
    product: Product
    source: ScriptedSource
    rule: Rule

    async def says(self, text: str, *answer: str) -> str:
        """Give a command and return the answer that holds these words."""
        self.rig.owner.send(text)
        return (await self.rig.hears(*answer)).text

    async def until(self, wanted: Callable[[Job, list[Item]], bool]) -> None:
        with self.product.app.engine.events.listen() as events:
            while not wanted(await self.job(), await self.items()):
                await anext(events)

    async def job(self) -> Job:
        [job] = await self.product.jobs()
        return job

    async def items(self) -> list[Item]:
        return await self.product.store.items.of_job(1)

    async def is_still(self) -> bool:
        """Tell that nothing is asked of Telegram, and that no item says anything else."""
        active = [item for item in await self.items() if item.state in ACTIVE_ITEMS]
        return not active and not self.source.in_flight

    async def left_over(self) -> tuple[frozenset[int], frozenset[int], list[ItemState]]:
        """Return parts, transfers and items that are not at rest."""
        store = self.product.store
        states = [item.state for item in await self.items() if item.state not in ENDED_ITEMS]
        return await store.files.parts(), await store.transfers.documents(), states


NOTHING = (frozenset[int](), frozenset[int](), list[ItemState]())


@asynccontextmanager
async def scene(rig: Rig, state: State) -> AsyncIterator[Scene]:
    rig.clock = OwnedTime().clock
    source = ScriptedSource(song(1, size=1 << 20), song(2, size=1 << 20))
    source.limit = 128 << 10
    hold = None if state.error else asyncio.Event()
    rule = source.script(state.method, state.error, hold=hold, skip=state.skip)
    async with rig.running(source) as product:
        here = Scene(rig, product, source, rule)
        rig.owner.send("/download @jazz")
        await rule.reached.wait()
        if state.error is not None:
            await here.until(has_stumbled)
        yield here


def has_stumbled(job: Job, items: list[Item]) -> bool:
    return job.reason is not None or any(item.reason for item in items)


@pytest.mark.parametrize("state", ANYWHERE.values(), ids=ANYWHERE)
async def test_f65_pause(rig: Rig, state: State) -> None:
    async with scene(rig, state) as here:
        await here.says("/pause", ": paused. /resume 1 goes on.")

        assert JobState.PAUSED is (await here.job()).state
        assert await here.is_still()


@pytest.mark.parametrize("state", ANYWHERE.values(), ids=ANYWHERE)
async def test_f65_resume(rig: Rig, state: State) -> None:
    async with scene(rig, state) as here:
        await here.says("/pause", ": paused.")
        here.rule.times, here.rule.skip = 1, 0
        here.rule.reached.clear()
        rig.owner.send("/resume")
        if state.error is None:
            await here.rule.reached.wait()
        await here.until(lambda job, _: job.state not in {JobState.PAUSED, *ENDED_JOBS})


@pytest.mark.parametrize("state", ANYWHERE.values(), ids=ANYWHERE)
async def test_f65_cancel(rig: Rig, state: State) -> None:
    async with scene(rig, state) as here:
        await here.says("/cancel", ": cancelled.")

        assert JobState.CANCELLED is (await here.job()).state
        assert await here.is_still()
        assert NOTHING == await here.left_over()


@pytest.mark.parametrize("state", ANYWHERE.values(), ids=ANYWHERE)
async def test_f65_cancel_after_a_pause(rig: Rig, state: State) -> None:
    async with scene(rig, state) as here:
        await here.says("/pause", ": paused.")
        await here.says("/cancel", ": cancelled.")

        assert JobState.CANCELLED is (await here.job()).state
        assert NOTHING == await here.left_over()


@pytest.mark.parametrize("state", FAILED.values(), ids=FAILED)
async def test_f65_retry_does_not_wait_any_longer(rig: Rig, state: State) -> None:
    async with scene(rig, state) as here:
        rig.owner.send("/retry 1")
        await here.until(lambda job, _: job.state is JobState.DONE)

        assert NOTHING == await here.left_over()


@pytest.mark.parametrize("state", HELD.values(), ids=HELD)
async def test_f65_retry_of_what_goes_on_disturbs_nothing(rig: Rig, state: State) -> None:
    async with scene(rig, state) as here:
        before = await here.job()
        rig.owner.send("/retry 1")
        await rig.owner.reply()

        assert before.state is (await here.job()).state
        assert not here.rule.left.is_set()


@pytest.mark.parametrize("act", ["/pause", "/cancel"])
async def test_f65_a_queued_job_is_stopped_before_it_was_looked_at(rig: Rig, act: str) -> None:
    async with rig.running(working=False) as product:
        await rig.ask("/download @jazz")
        rig.owner.send(act)
        await rig.hears("@jazz: ")
        [job] = await product.jobs()

        assert job.state in {JobState.PAUSED, JobState.CANCELLED}


class Gate(Files):
    """The real files, of which one method does not return until it is let."""

    def __init__(self, root: Path, method: str) -> None:
        super().__init__(root)
        self._method = method
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def digest(self, document_id: int) -> str:
        await self._wait("digest")
        return await super().digest(document_id)

    async def publish(self, document_id: int, path: PurePosixPath, *, tagged: bool = False) -> None:
        await self._wait("publish")
        await super().publish(document_id, path, tagged=tagged)

    async def _wait(self, method: str) -> None:
        if method == self._method:
            self.reached.set()
            await self.opened.wait()


@asynccontextmanager
async def at_the_gate(rig: Rig, method: str) -> AsyncIterator[tuple[Scene, Gate]]:
    """Bring a download of one track to where its file is checked or published."""
    gate = Gate(rig.folder / "music", method)

    def alter(store: Store) -> Store:
        return replace(store, files=gate)

    rig.clock, rig.alter = OwnedTime().clock, alter
    source = ScriptedSource(song(1))
    async with rig.running(source) as product:
        rig.owner.send("/download @jazz")
        await gate.reached.wait()
        yield Scene(rig, product, source, Rule("none")), gate


async def test_f65_pause_and_resume_while_a_file_is_checked(rig: Rig) -> None:
    async with at_the_gate(rig, "digest") as (here, gate):
        await here.says("/pause", ": paused.")
        assert await here.is_still()
        gate.opened.set()
        rig.owner.send("/resume")
        await here.until(lambda job, _: job.state is JobState.DONE)

        assert NOTHING == await here.left_over()


async def test_f65_cancel_while_a_file_is_checked(rig: Rig) -> None:
    async with at_the_gate(rig, "digest") as (here, _):
        await here.says("/cancel", ": cancelled.")

        assert NOTHING == await here.left_over()


@pytest.mark.parametrize("act", ["/pause", "/cancel"])
async def test_f65_what_is_saved_in_that_instant_is_done(rig: Rig, act: str) -> None:
    async with at_the_gate(rig, "publish") as (here, gate):
        rig.owner.send(act)
        while (await here.job()).state is not JobState.PAUSED:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
        gate.opened.set()
        told = await here.says("/help", "is over already: done.")

        assert "Download 1 (Jazz) is over already: done." == told
        assert [ItemState.SAVED] == [item.state for item in await here.items()]
        assert JobState.DONE is (await here.job()).state
        assert NOTHING == await here.left_over()


@asynccontextmanager
async def held_database(rig: Rig) -> AsyncIterator[None]:
    """Let another program hold the database, as a backup does."""
    path = rig.folder / "data" / DATABASE_NAME
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(other.execute, "begin immediate")
    try:
        yield
    finally:
        other.close()


@pytest.mark.parametrize("state", HELD.values(), ids=HELD)
@pytest.mark.parametrize(
    ("act", "done", "end"),
    [
        ("/pause", ": paused.", JobState.PAUSED),
        ("/cancel", ": cancelled.", JobState.CANCELLED),
    ],
)
async def test_f65_while_another_program_holds_the_database(
    rig: Rig, state: State, act: str, done: str, end: JobState
) -> None:
    """What runs is stopped at once, and so says the answer; the row follows."""
    async with scene(rig, state) as here:
        before = (await here.job()).state
        async with held_database(rig):
            rig.owner.send(act)
            await here.rule.left.wait()
            rig.moments.advance(await rig.moments.someone_sleeps())
            await rig.hears(STOPPING)
            assert not here.source.in_flight
            assert before is (await here.job()).state
        await rig.hears(done)

        assert end is (await here.job()).state
        assert await here.is_still()
        if end is JobState.CANCELLED:
            assert NOTHING == await here.left_over()


async def test_f65_a_button_is_answered_while_the_database_is_held(rig: Rig) -> None:
    async with scene(rig, HELD["the first byte"]) as here:
        board = await rig.shows("Jazz")
        async with held_database(rig):
            tap = rig.owner.tap(board, "Pause")
            await here.rule.left.wait()
            rig.moments.advance(await rig.moments.someone_sleeps())
            answer = await tap.answer
        await here.until(lambda job, _: job.state is JobState.PAUSED)

        assert answer.text.startswith(STOPPING)


async def test_f65_what_is_said_while_the_database_is_held_is_done_in_that_order(rig: Rig) -> None:
    async with scene(rig, HELD["the first byte"]) as here:
        here.rule.times = 1
        here.rule.reached.clear()
        async with held_database(rig):
            for act in ("/pause", "/cancel", "/retry 1", "/pause", "/resume"):
                rig.owner.send(act)
                rig.moments.advance(await rig.moments.someone_sleeps())
                await rig.owner.reply()
        await here.rule.reached.wait()

        assert JobState.RUNNING is (await here.job()).state
