"""What is followed live: looked at when something is heard of it, and never by that alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta

from downloader.errors import ThrottledError
from storage.watch import Rhythm, Rules, WatchState
from tests.downloader.scripted import JAZZ, ROCK
from tests.downloader.test_watching import PATIENCE, Rig, rig

__all__ = ["rig"]  # a fixture

LIVE = Rules(Rhythm(is_live=True))


async def test_what_is_followed_live_is_looked_at_as_soon_as_something_is_heard(rig: Rig) -> None:
    await rig.follow(LIVE)
    await rig.look()
    rig.post(4)
    watcher = rig.watcher
    rig.source.news.heard(ROCK.id)
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        await watcher.hear()
        elsewhere = await rig.store.watches.due(rig.time.now())
        rig.source.news.heard(JAZZ.id, JAZZ.id)
        await watcher.hear()
        await watcher.step()

    assert elsewhere is None
    assert [(4, 4, 1)] == rig.orders


async def test_what_is_heard_of_while_it_is_looked_is_looked_at_too(rig: Rig) -> None:
    await rig.follow(LIVE)
    watcher, reading = rig.watcher, asyncio.Event()
    held = rig.source.script("audio", hold=reading)
    async with asyncio.timeout(PATIENCE), rig.time.passing(), asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(watcher.step())
        await held.reached.wait()
        rig.source.news.heard(JAZZ.id)
        hearing = tasks.create_task(watcher.hear())
        await asyncio.sleep(0.05)
        reading.set()
        await looking
        await hearing

    assert await rig.store.watches.due(rig.time.now()) is not None


async def test_after_an_account_was_away_everything_is_looked_at(rig: Rig) -> None:
    await rig.follow(LIVE)
    await rig.look()
    rig.source.news.missed()
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        await rig.watcher.hear()

    assert await rig.store.watches.due(rig.time.now()) is not None


async def test_what_telegram_told_to_wait_is_not_hurried(rig: Rig) -> None:
    await rig.follow(LIVE)
    rig.source.script("audio", ThrottledError(timedelta(hours=2)))
    await rig.look()
    rig.source.news.heard(JAZZ.id)
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        await rig.watcher.hear()

    assert await rig.store.watches.due(rig.time.now()) is None


async def test_outside_its_hours_nothing_is_looked_at(rig: Rig) -> None:
    await rig.follow(replace(LIVE, hours=(time(2), time(3))))
    await rig.look()
    rig.source.news.heard(JAZZ.id)
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        await rig.watcher.hear()

    assert await rig.store.watches.due(rig.time.now()) is None


async def test_news_are_wanted_only_while_something_is_followed_live(rig: Rig) -> None:
    watch = await rig.follow(LIVE)
    await rig.look()
    wanted = []
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        for state in (WatchState.ACTIVE, WatchState.PAUSED):
            far = rig.time.now() + timedelta(minutes=10)
            await rig.store.watches.set(watch.id, state, far)
            await rig.watcher.step()
            wanted.append(rig.source.news.is_wanted)

    assert [True, False] == wanted
