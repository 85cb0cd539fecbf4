"""What an account hears of chats while somebody follows them."""

from __future__ import annotations

import asyncio

from sandbox.world import Chat
from tests.downloader.telegram.stand import Stand

PATIENCE = 20.0


def joined(stand: Stand) -> Chat:
    return stand.world.add_chat("Jazz", username="jazz", members=[stand.user])


async def next_of(stand: Stand) -> list[int] | None:
    async with asyncio.timeout(PATIENCE):
        await stand.news.arrive()
    heard = stand.news.taken()
    return None if heard.has_missed else list(heard.chats)


async def test_what_is_posted_is_heard_of_while_that_is_wanted(stand: Stand) -> None:
    jazz = joined(stand)
    stand.news.want(True)
    async with stand.source() as source:
        await source.listen()
        begin = await next_of(stand)
        stand.song(jazz)
        heard = await next_of(stand)

    assert begin is None
    assert [-1000000000000 - jazz.id] == heard


async def test_it_may_begin_on_a_line_that_is_open_already(stand: Stand) -> None:
    jazz = joined(stand)
    async with stand.source() as source:
        await source.listen()
        stand.news.want(True)
        await source.listen()
        begin = await next_of(stand)
        stand.song(jazz)
        heard = await next_of(stand)

    assert begin is None
    assert heard


async def test_after_the_line_broke_anything_may_have_happened(stand: Stand) -> None:
    jazz = joined(stand)
    stand.news.want(True)
    async with stand.source() as source:
        await source.listen()
        await next_of(stand)
        stand.cluster.drop_connections()
        stand.song(jazz)
        async with asyncio.timeout(PATIENCE):
            while not stand.news.taken().has_missed:
                await source.listen()
                await asyncio.sleep(0)
        stand.song(jazz, 2)
        heard = await next_of(stand)

    assert heard


async def test_nobody_is_told_who_does_not_want_to_know(stand: Stand) -> None:
    jazz = joined(stand)
    async with stand.source() as source:
        await source.listen()
        stand.song(jazz)
        await source.listen()

    assert not stand.news.taken().chats
