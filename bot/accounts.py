"""The accounts that are signed in right now: a login in another terminal counts within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from downloader.allowance import Allowance
from downloader.bell import wait
from downloader.clock import Clock
from downloader.conduct import Conducts
from downloader.errors import DownloaderError
from downloader.handing import hand_over
from downloader.hands import Address
from downloader.manners import MANNERS, Manners, Temper
from downloader.news import News
from downloader.pool import Pool
from downloader.source import RemoteFile, Surroundings
from downloader.standing import Standing, standings
from downloader.telegram.access import Access
from downloader.telegram.accounts import open_sources
from downloader.telegram.source import TelethonSource
from storage.errors import StorageError
from storage.models import Audio, Chat, Reason, Request, Track
from storage.store import Store

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
GoOn = Callable[[Collection[Reason]], Awaitable[None]]

_LOOK_EVERY = 3.0  # seconds
_BREATH = 5.0  # seconds
_LISTEN_EVERY = timedelta(seconds=30)  # a line that broke is missed at most so long


class Accounts:
    """Is an `AudioSource` over all of them. Whoever asks before they are open waits."""

    def __init__(
        self,
        access: Access,
        store: Store,
        clock: Clock,
        *,
        manners: Manners | None = None,
        allowance: Allowance | None = None,
        news: News | None = None,
    ) -> None:
        self._access = access
        self._store = store
        self._clock = clock
        # These know what was before a login; the pool is made anew.
        self._conducts = Conducts(manners or MANNERS[Temper.NORMAL], clock)
        self._allowance = allowance or Allowance(clock)
        self.news = news or News()
        self._pool: Pool | None = None
        self._open = asyncio.Event()
        self._seen: frozenset[int] | None = None  # who was ready at the last look

    async def chat(self, name: str) -> Chat:
        return await (await self._current()).chat(name)

    async def comments(self, chat: Chat) -> Chat | None:
        return await (await self._current()).comments(chat)

    async def topic(self, chat: Chat, number: int) -> str | None:
        return await (await self._current()).topic(chat, number)

    async def audio(self, chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        pool = await self._current()
        async with aclosing(pool.audio(chat, request)) as listed:
            async for audio in listed:
                yield audio

    async def open(self, audio: Audio) -> RemoteFile:
        return await (await self._current()).open(audio)

    async def surroundings(self, audio: Audio, *, with_picture: bool) -> Surroundings:
        return await (await self._current()).surroundings(audio, with_picture=with_picture)

    async def hand_over(self, track: Track, address: Address) -> None:
        """Send a track to a bot through whichever account can."""
        await hand_over(await self._current(), self._store, track, address)

    async def standings(self) -> list[Standing]:
        """Tell how every stored account stands; this does not wait until they are open."""
        if self._pool is not None and self._open.is_set():
            return await self._pool.standings()
        return standings(await self._store.accounts.all(), (), self._clock.now())

    async def end_takeouts(self) -> None:
        await (await self._current()).end_takeouts()

    async def run(self, go_on: GoOn) -> None:
        """Keep them open until cancelled; let `go_on` what had to wait for a login.

        A database that cannot be used for a while ends nothing: it is asked again.
        """
        while True:
            try:
                await self._serve(go_on)
            except* StorageError as errors:  # connecting, which stores sessions, is a group
                await self._rest(errors.exceptions[0])

    async def _serve(self, go_on: GoOn) -> None:
        """Keep them open until there is a new one."""
        # Read before they are opened: what is logged in after that counts as new.
        logins = await self._store.accounts.logins()
        opening = open_sources(
            self._access, self._store, clock=self._clock, conducts=self._conducts, news=self.news
        )
        async with opening as sources:
            self._pool = Pool(sources, self._store, self._clock, self._allowance, logins)
            self._open.set()
            try:
                log.debug("accounts open", accounts=[source.account_id for source in sources])
                await self._persist(partial(go_on, self._over(logins)))
                self._seen = frozenset(logins)
                await self._until_new_login(logins, sources)
            finally:
                # What is under way breaks off as if offline, and goes on where it was.
                self._open.clear()

    async def _until_new_login(
        self, logins: dict[int, int], sources: Sequence[TelethonSource]
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(self._listen(sources))
            try:
                await self._new_login(logins)
            finally:
                listening.cancel()

    async def _listen(self, sources: Sequence[TelethonSource]) -> None:
        """Keep the lines on which news come, as long as they are wanted."""
        while True:
            ring = self.news.wishes.next_ring()
            for source in sources if self.news.is_wanted else ():
                try:
                    await source.listen()
                except DownloaderError as error:
                    log.debug("no news", account=source.account_id, error=str(error))
            await wait(ring, self._clock, _LISTEN_EVERY if self.news.is_wanted else None)

    async def _current(self) -> Pool:
        await self._open.wait()
        assert self._pool is not None
        return self._pool

    async def _new_login(self, known: dict[int, int]) -> None:
        while True:
            await self._clock.sleep(_LOOK_EVERY)
            logins = await self._persist(self._store.accounts.logins)
            if logins.items() - known.items():
                return
            known, self._seen = logins, frozenset(logins)

    def _over(self, logins: dict[int, int]) -> frozenset[Reason]:
        """Return what need not be waited for any longer.

        An account that has come may be free where the others were told to wait.
        """
        has_come = self._seen is not None and not self._seen.issuperset(logins)
        return frozenset({Reason.LOGIN, Reason.FLOOD} if has_come else {Reason.LOGIN})

    async def _persist(self, step: Callable[[], Awaitable[Result]]) -> Result:
        """Take a step until it succeeds: for one that fails, no account need be closed."""
        while True:
            try:
                return await step()
            except StorageError as error:
                await self._rest(error)

    async def _rest(self, error: Exception) -> None:
        log.error("accounts put off", seconds=_BREATH, error=f"{type(error).__name__}: {error}")
        await self._clock.sleep(_BREATH)
