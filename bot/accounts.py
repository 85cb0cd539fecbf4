"""The accounts that are signed in right now: a login in another terminal counts within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from downloader.clock import Clock
from downloader.pool import Pool
from downloader.source import AudioSource, RemoteFile
from downloader.telegram.access import Access
from downloader.telegram.accounts import open_sources
from storage.models import AccountState, Audio, Chat, Request
from storage.store import Store

log = structlog.get_logger(__name__)

_LOOK_EVERY = 3.0  # seconds


class Accounts:
    """Is an `AudioSource` over all of them. Whoever asks before they are open waits."""

    def __init__(self, access: Access, store: Store, clock: Clock) -> None:
        self._access = access
        self._store = store
        self._clock = clock
        self._pool: AudioSource | None = None
        self._open = asyncio.Event()

    async def chat(self, name: str) -> Chat:
        return await (await self._current()).chat(name)

    async def audio(self, chat: Chat, request: Request) -> AsyncIterator[Audio]:
        pool = await self._current()
        async for audio in pool.audio(chat, request):
            yield audio

    async def open(self, audio: Audio) -> RemoteFile:
        return await (await self._current()).open(audio)

    async def run(self, after_login: Callable[[], Awaitable[None]]) -> None:
        """Keep them open until cancelled; call `after_login` when there is a new one."""
        while True:
            async with open_sources(self._access, self._store, clock=self._clock) as sources:
                self._pool = Pool(sources, self._store, self._clock)
                self._open.set()
                log.info("accounts open", accounts=[source.account_id for source in sources])
                await after_login()
                await self._new_login({source.account_id for source in sources})
                # What is under way breaks off as if offline, and goes on where it was.
                self._open.clear()

    async def _current(self) -> AudioSource:
        await self._open.wait()
        assert self._pool is not None
        return self._pool

    async def _new_login(self, known: set[int]) -> None:
        while True:
            await self._clock.sleep(_LOOK_EVERY)
            accounts = await self._store.accounts.all()
            ready = {account.id for account in accounts if account.state is AccountState.READY}
            if ready - known:
                return
            known = ready
