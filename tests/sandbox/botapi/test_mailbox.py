from __future__ import annotations

import asyncio
from datetime import timedelta

from sandbox.botapi.mailbox import Mailbox


async def test_waiting_ends_when_patience_does() -> None:
    mailbox = Mailbox()

    assert [] == await mailbox.take(100, timedelta(milliseconds=1))
    assert not mailbox.polled.is_set()


async def test_closing_lets_waiting_ones_go() -> None:
    mailbox = Mailbox()
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(mailbox.take(100, timedelta(minutes=1)))
        await mailbox.polled.wait()
        mailbox.close()

    assert [] == poll.result()
