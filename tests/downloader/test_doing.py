from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from downloader.doing import Doer, SnaggedError, Way
from downloader.events import Broadcast, DeedSnagged, Event
from storage.action import Action, ActionKind, Deed, DeedState, Snag
from storage.store import Store
from tests.downloader.acting import WATCH, brought
from tests.downloader.scripted import OwnedTime
from tests.stores import store_at

SEND = Action(ActionKind.SEND, "@club")
DAY = timedelta(days=1)


@dataclass(slots=True)
class Rig:
    """A doer that does no more than note it; `troubles` come first."""

    store: Store
    time: OwnedTime = field(default_factory=OwnedTime)
    events: Broadcast = field(default_factory=Broadcast)
    troubles: list[Exception] = field(default_factory=list)
    did: list[int] = field(default_factory=list)
    pause: timedelta = timedelta(seconds=3)

    @property
    def doer(self) -> Doer:
        way = Way(self._do, DAY, self.pause)
        return Doer(self.store, self.time.clock, self.events, {ActionKind.SEND: way})

    async def _do(self, deed: Deed) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.did.append(deed.message_id)

    async def steps(self, count: int) -> None:
        async with asyncio.timeout(20), self.time.passing():
            for _ in range(count):
                await self.doer.step(ActionKind.SEND)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield Rig(store)


async def test_what_is_due_is_done_once_one_after_the_other(rig: Rig) -> None:
    await brought(rig.store, 1, 2, actions=[SEND])
    await rig.steps(3)
    counts = await rig.store.deeds.counts(WATCH)

    assert [1, 2] == rig.did
    assert {(ActionKind.SEND, DeedState.DONE): 2} == counts
    assert [3, 3] == rig.time.slept[:2]


async def test_pauses_grow_while_it_is_in_vain(rig: Rig) -> None:
    await brought(rig.store, 1, actions=[SEND])
    rig.troubles = [SnaggedError(Snag.UNREACHABLE)] * 4
    rig.pause = timedelta(0)
    await rig.steps(9)
    pauses = [seconds for seconds in rig.time.slept if seconds]

    assert [30, 60, 120, 240] == pauses[:4]
    assert [1] == rig.did


async def test_whoever_wants_to_be_left_alone_is(rig: Rig) -> None:
    await brought(rig.store, 1, actions=[SEND])
    rig.troubles = [SnaggedError(Snag.SLOW, wait=timedelta(minutes=4))]
    await rig.steps(3)

    assert 240 == rig.time.slept[0]


async def test_a_trouble_is_told_once_and_when_it_is_given_up(rig: Rig) -> None:
    await brought(rig.store, 1, actions=[SEND])
    rig.troubles = [SnaggedError(Snag.UNREACHABLE, "no")] * 30
    told: list[Event] = []
    with rig.events.listen() as events:
        while await rig.store.deeds.counts(WATCH) != {(ActionKind.SEND, DeedState.GIVEN_UP): 1}:
            await rig.steps(1)
        told += [await anext(events), await anext(events)]

    assert [(Snag.UNREACHABLE, "no")] * 2 == [
        (one.snag, one.detail) for one in told if isinstance(one, DeedSnagged)
    ]
    assert rig.time.seconds >= DAY.total_seconds()


async def test_what_never_can_be_done_is_not_tried_again(rig: Rig) -> None:
    await brought(rig.store, 1, 2, actions=[SEND])
    rig.troubles = [SnaggedError(Snag.NO_FILE, for_good=True)]
    await rig.steps(2)
    [given_up] = await rig.store.deeds.snagged(WATCH, 9)

    assert [2] == rig.did
    assert (1, DeedState.GIVEN_UP) == (given_up.message_id, given_up.state)


async def test_a_mistake_of_ours_holds_up_no_other(rig: Rig) -> None:
    await brought(rig.store, 1, 2, actions=[SEND])
    rig.troubles = [ValueError("a mistake")]
    await rig.steps(2)
    [snagged] = await rig.store.deeds.snagged(WATCH, 9)

    assert [2] == rig.did
    assert (Snag.BROKEN, "ValueError") == (snagged.snag, snagged.detail)


async def test_killed_before_it_was_noted_it_is_done_once_more(rig: Rig) -> None:
    await brought(rig.store, 1, actions=[SEND])
    deed = await rig.store.deeds.next(ActionKind.SEND, rig.time.now())
    assert deed is not None
    await rig._do(deed)
    await rig.steps(2)

    assert [1, 1] == rig.did


async def test_what_comes_while_it_runs_is_done_at_once(rig: Rig) -> None:
    doer = rig.doer
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(doer.run())
        await rig.time.someone_sleeps()
        await brought(rig.store, 1, actions=[SEND])
        doer.ring()
        while not rig.did:  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0.01)
        running.cancel()

    assert [1] == rig.did
