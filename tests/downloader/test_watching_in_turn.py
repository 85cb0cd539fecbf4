"""Which chat is looked at first, and how long one may keep the others waiting."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from storage.watch import Rhythm, Rules, Seen
from tests.downloader.scripted import JAZZ, song
from tests.downloader.test_watching import HOUR, HOURLY, ME, PATIENCE, Rig, rig

__all__ = ["rig"]  # a fixture

LIVE = Rules(Rhythm(is_live=True))


async def test_what_is_heard_of_comes_before_what_is_only_due(rig: Rig) -> None:
    for name in ("@rock", "@jazz"):
        await rig.follow(LIVE, name)
        await rig.watcher.step()
    rig.time.seconds += HOUR.total_seconds()
    rig.post(4)
    rig.source.news.heard(JAZZ.id)
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        await rig.watcher.hear()
        await rig.watcher.step()

    assert [(4, 4, 1)] == rig.orders


async def test_after_an_account_was_away_calls_are_left_for_news(rig: Rig) -> None:
    for name in ("@rock", "@jazz"):
        await rig.follow(LIVE, name)
        await rig.watcher.step()
    rig.source.news.missed()
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        await rig.watcher.hear()
    first, second = [watch.next_at for watch in await rig.store.watches.every()]

    assert first <= rig.time.now() < second <= rig.time.now() + timedelta(seconds=3)


async def test_where_nothing_was_looked_at_yet_calls_are_left_for_news_too(rig: Rig) -> None:
    now = rig.time.now()
    for name in ("@rock", "@jazz"):
        await rig.store.watches.add(name, LIVE, ME, now + HOUR)
    rig.source.news.missed()
    async with asyncio.timeout(PATIENCE), rig.time.passing():
        await rig.watcher.hear()
    first, second = [watch.next_at for watch in await rig.store.watches.every()]

    assert now <= first < second


async def test_of_much_that_does_not_fit_a_look_reads_a_part_and_the_next_goes_on(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, query='"song 5004"'))
    rig.post(*range(4, 5006))
    first = await rig.look()
    ordered, is_over = len(rig.jobs), first.next_at > rig.time.now()
    await rig.look()

    assert (0, False, Seen(5003, song(5003).posted_at)) == (ordered, is_over, first.seen)
    assert [(5004, 5004, 1)] == rig.orders
