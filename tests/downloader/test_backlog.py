from __future__ import annotations

import asyncio

from downloader.backlog import Backlog


async def test_nobody_waits_while_little_is_held() -> None:
    backlog = Backlog(most=10)

    with backlog.holding(9):
        await backlog.low()


async def test_who_would_ask_for_more_waits_for_the_disk() -> None:
    backlog = Backlog(most=10)
    async with asyncio.TaskGroup() as tasks:
        with backlog.holding(6):
            with backlog.holding(4):
                waiting = tasks.create_task(backlog.low())
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                early = waiting.done()
            await waiting

    assert not early
