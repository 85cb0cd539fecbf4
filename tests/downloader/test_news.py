from __future__ import annotations

import asyncio

from downloader.news import Heard, News, Touched

NOTHING = Heard(frozenset(), has_missed=False)


async def test_what_was_heard_is_taken_once() -> None:
    news = News()
    news.heard(1, 2)
    news.heard(1)
    await news.arrive()

    assert Heard(frozenset({1, 2}), has_missed=False) == news.taken()
    assert NOTHING == news.taken()


async def test_after_a_gap_it_may_be_any_chat_beside_those_that_were_heard_of() -> None:
    news = News()
    news.heard(1)
    news.missed()
    await news.arrive()

    assert Heard(frozenset({1}), has_missed=True) == news.taken()
    assert NOTHING == news.taken()


async def test_whoever_waits_is_woken_by_something_to_tell() -> None:
    news = News()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(news.arrive())
        await asyncio.sleep(0)
        news.heard()
        await asyncio.sleep(0)
        still = not waiting.done()
        news.heard(3)

    assert still


def test_wishes_ring_only_when_they_change() -> None:
    news = News()
    ring = news.wishes.next_ring()
    news.want(False)
    before = ring.is_set()
    news.want(True)

    assert (False, True) == (before, ring.is_set())


async def test_what_was_changed_is_taken_once_by_chat() -> None:
    news = News()
    news.touched(Touched(1, 5), Touched(2, 6))
    news.touched(Touched(1, 5))
    async with asyncio.timeout(20):
        touched = await news.touches()
        news.touched(Touched(1, 7))
        again = await news.touches()

    assert {1: {Touched(1, 5)}, 2: {Touched(2, 6)}} == touched
    assert {1: {Touched(1, 7)}} == again
