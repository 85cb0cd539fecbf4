"""The process that reads a long history: `python -m bench.watches.scanner WHO FOLDER ADDRESS KEY`.

WHO is `ours` or `bare`. It says in JSON how many seconds that took.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog
from telethon import TelegramClient
from telethon.crypto import AuthKey
from telethon.sessions import StringSession
from telethon.tl.types import InputMessagesFilterMusic

from downloader.bucket import Rate
from downloader.clock import Clock
from downloader.conduct import Conducts
from downloader.engine import Engine
from downloader.events import JobMoved
from downloader.manners import MANNERS, Temper
from downloader.pool import Pool
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.accounts import open_sources
from storage.models import JobState, Origin, Request
from storage.states import ENDED_JOBS
from storage.store import Store, open_store

CHAT = "history"
HOME = 2  # the data centre
MOST = 10**6
_ME = Origin(person_id=7, chat_id=7)
_ENOUGH = {JobState.RUNNING, *ENDED_JOBS}
# What an account does not allow itself is no matter here: the server is to be the limit.
_HASTY = replace(MANNERS[Temper.EAGER], messages=Rate(most=10_000, least=10_000))


async def ours(folder: Path, host: str, port: int) -> float:
    """Plan a job of everything; return when the plan is whole."""
    access = Access(1, "hash", DataCentre(HOME, host, port), None)
    clock = Clock()
    async with open_store(folder / "data", folder / "music") as store:
        opening = open_sources(access, store, clock=clock, conducts=Conducts(_HASTY, clock))
        async with opening as sources:
            engine = Engine(store, Pool(sources, store, clock), clock, workers=1)
            async with asyncio.TaskGroup() as tasks:
                task = tasks.create_task(engine.run())
                seconds = await _planned(engine, store)
                task.cancel()
    return seconds


async def _planned(engine: Engine, store: Store) -> float:
    begin = time.perf_counter()
    with engine.events.listen() as heard:
        if not await store.jobs.every():
            await engine.submit(Request(f"@{CHAT}", MOST), _ME)
        async for event in heard:
            if isinstance(event, JobMoved) and event.job.state in _ENOUGH:
                break
    return time.perf_counter() - begin


async def bare(host: str, port: int, key: bytes) -> float:
    """Iterate as Telethon does, without the pauses that it would make."""
    session = StringSession()
    session.set_dc(HOME, host, port)
    session.auth_key = AuthKey(key)
    client = TelegramClient(session, 1, "hash", receive_updates=False)
    await client.connect()
    try:
        begin = time.perf_counter()
        async for _ in client.iter_messages(
            CHAT, filter=InputMessagesFilterMusic(), wait_time=timedelta(0).total_seconds()
        ):
            pass
        return time.perf_counter() - begin
    finally:
        await client.disconnect()


def main(who: str, folder: str, address: str, key: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    host, port = address.rsplit(":", 1)
    reading = ours(Path(folder), host, int(port)) if who == "ours" else None
    reading = reading or bare(host, int(port), bytes.fromhex(key))
    print(json.dumps({"seconds": asyncio.run(reading)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
