"""Opens a source for each account that is signed in, and closes them together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta

import structlog

from downloader.clock import Clock
from downloader.conduct import Conduct, Conducts
from downloader.errors import DownloaderError
from downloader.manners import MANNERS, Temper
from downloader.news import News
from downloader.telegram.access import Access
from downloader.telegram.centres import Centres
from downloader.telegram.client import Client
from downloader.telegram.link import Patience
from downloader.telegram.peers import Peers
from downloader.telegram.session import Session
from downloader.telegram.source import TelethonSource
from downloader.telegram.takeout import Takeout
from storage.errors import NotStoredError, SealBrokenError, VaultError
from storage.models import AccountState
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
    conducts: Conducts | None = None,
    news: News | None = None,
) -> AsyncIterator[list[TelethonSource]]:
    """Open one source per account that is ready.

    They connect now if they can within a few seconds, else when first used: being offline at the
    start is no error. Raises `AccessError` for settings that cannot be used.
    """
    patience = patience or Patience()
    conducts = conducts or Conducts(MANNERS[Temper.NORMAL], clock or Clock())
    logins = await store.accounts.logins()
    tried = [
        await _opened(access, store, patience, conducts.of(account_id), login, news)
        for account_id, login in logins.items()
    ]
    opened = [each for each in tried if each is not None]
    async with asyncio.TaskGroup() as beside, AsyncExitStack() as stack:
        sources = []
        for client, peers, conduct in opened:
            centres = Centres(client, client.session, conduct, beside)
            takeout = Takeout(client, client.session)
            sources.append(TelethonSource(client, centres, peers, takeout, conduct, beside))
            stack.push_async_callback(sources[-1].close)
        async with asyncio.TaskGroup() as tasks:
            for client, *_ in opened:
                tasks.create_task(_head_start(client))
        yield sources


async def _opened(
    access: Access,
    store: Store,
    patience: Patience,
    conduct: Conduct,
    login: int,
    news: News | None,
) -> tuple[Client, Peers, Conduct] | None:
    """Return None for an account whose stored session cannot be opened: it must log in again."""
    account_id = conduct.account_id

    async def keep(session: bytes) -> None:
        try:
            await store.accounts.save_session(account_id, session, login=login)
        except NotStoredError:
            log.info("account was removed or logged in again", account=account_id)

    try:
        stored = await store.accounts.session(account_id)
    except VaultError as error:
        await _needs_login(store, account_id, login, error)
        return None
    session = Session.load(stored, keep)
    client = Client(access, session, patience, conduct, news=news)
    known = await store.chats.access(account_id)
    return client, Peers(account_id, client, store.chats, known), conduct


async def _needs_login(store: Store, account_id: int, login: int, error: VaultError) -> None:
    """Leave what is stored as it is: the right key, or an older copy, may come back."""
    log.warning("session cannot be opened; run tad login", account=account_id, error=_why(error))
    with suppress(NotStoredError):
        await store.accounts.move(account_id, AccountState.NEEDS_LOGIN, login=login)


def _why(error: VaultError) -> str:
    is_ours = isinstance(error, SealBrokenError)
    return "it was changed or belongs elsewhere" if is_ours else "its key is not here"


async def _head_start(client: Client) -> None:
    try:
        async with asyncio.timeout(_HEAD_START.total_seconds()):
            await client.ready()
    except (DownloaderError, TimeoutError) as error:
        log.warning("account is not connected yet", error=str(error))
