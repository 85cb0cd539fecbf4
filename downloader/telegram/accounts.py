"""Opens a source for each account that is signed in, and closes them together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog

from downloader.clock import Clock
from downloader.errors import DownloaderError
from downloader.telegram.access import Access
from downloader.telegram.centres import Centres
from downloader.telegram.client import Client
from downloader.telegram.link import Patience
from downloader.telegram.peers import Peers
from downloader.telegram.session import Session
from downloader.telegram.source import TelethonSource
from downloader.window import Limits
from storage.errors import NotStoredError
from storage.models import Account, AccountState
from storage.store import Store

log = structlog.get_logger(__name__)

_HEAD_START = timedelta(seconds=5)


@asynccontextmanager
async def open_sources(
    access: Access,
    store: Store,
    *,
    clock: Clock | None = None,
    patience: Patience | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[list[TelethonSource]]:
    """Open one source per account that is ready.

    They connect now if they can within a few seconds, else when first used: being offline at the
    start is no error. Raises `AccessError` for settings that cannot be used.
    """
    clock, patience, limits = clock or Clock(), patience or Patience(), limits or Limits()
    ready = [one for one in await store.accounts.all() if one.state is AccountState.READY]
    opened = [await _opened(access, store, account, patience) for account in ready]
    async with asyncio.TaskGroup() as beside, AsyncExitStack() as stack:
        sources = []
        for account, (client, peers) in zip(ready, opened, strict=True):
            centres = Centres(client, client.session, limits, clock, beside)
            sources.append(TelethonSource(account.id, client, centres, peers, clock))
            stack.push_async_callback(sources[-1].close)
        async with asyncio.TaskGroup() as tasks:
            for client, _ in opened:
                tasks.create_task(_head_start(client))
        yield sources


async def _opened(
    access: Access, store: Store, account: Account, patience: Patience
) -> tuple[Client, Peers]:
    async def keep(session: bytes) -> None:
        try:
            await store.accounts.save_session(account.id, session)
        except NotStoredError:
            log.info("account was removed", account=account.id)

    session = Session.load(await store.accounts.session(account.id), keep)
    client = Client(access, session, patience)
    known = await store.chats.access(account.id)
    return client, Peers(account.id, client, store.chats, known)


async def _head_start(client: Client) -> None:
    try:
        async with asyncio.timeout(_HEAD_START.total_seconds()):
            await client.ready()
    except (DownloaderError, TimeoutError) as error:
        log.warning("account is not connected yet", error=str(error))
