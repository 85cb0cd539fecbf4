"""One data centre, as one account reaches it: its lanes, and the window over all of them."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from telethon.errors import AuthKeyNotFound, InvalidBufferError, RPCError, UnauthorizedError

from downloader.conduct import Conduct
from downloader.errors import (
    AskAgainError,
    CentreThrottledError,
    DownloaderError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.lending import Call
from downloader.seats import Seats
from downloader.telegram.breaker import Breaker
from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.envelope import Secret
from downloader.telegram.errors import our_errors, translated
from downloader.telegram.lane import Lane
from downloader.telegram.respite import Respite
from downloader.window import Grant, Stream, Window

log = structlog.get_logger(__name__)

# Longer waits are no business of a turn: another account may go on, or the item waits.
_PATIENCE = timedelta(seconds=20)
_IDLE = 300.0  # seconds after which a lane is closed
_SILENT = 45.0  # seconds without a byte after which an idle lane is tried
_RENEWALS, _WITHIN = 2, 60.0  # so often in so many seconds a new key is agreed for one forgotten


class Introducing(Protocol):
    """Makes us known to a data centre, as far as it may know us."""

    def is_home(self, dc: int) -> bool: ...

    async def confirm(self) -> None:
        """Raise what the home connection says if the account is lost."""
        ...

    def reaching(self, dc: int) -> AbstractAsyncContextManager[Any]:
        """Give where it is, as Telegram names it (`DcOption`), and learn how connecting goes."""
        ...

    def pass_over(self, address: Any) -> None:
        """Reach it elsewhere from now on: there somebody takes connections and says nothing."""
        ...

    async def secret(self, dc: int) -> Secret:
        """Return what lanes to it need, agreed with it if there is none yet."""
        ...

    def forget(self, dc: int) -> None:
        """Agree anew the next time: it does not know us any more."""
        ...

    def introduced(self, request: Any) -> Any:
        """Wrap the first request of a connection: it says which layer and program speaks."""
        ...


class Centre:
    """Lanes are opened when somebody asks for a turn, and more of them while all are full."""

    def __init__(
        self,
        dc: int,
        client: Client,
        introduction: Introducing,
        door: Door,
        conduct: Conduct,
        seats: Seats,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.dc = dc
        self._client = client
        self._introduction = introduction
        self._door = door
        self._conduct = conduct
        self._clock = conduct.clock
        self._seats = seats
        self._tasks = tasks
        self.breaker = Breaker(f"account {conduct.account_id}, data centre {dc}", self._clock)
        self.window: Window[Lane] = Window(conduct.manners.limits, self._clock, self._grow)
        self._lanes: list[Lane] = []
        self._secret: Secret | None = None
        self._opening = asyncio.Lock()
        self._growing: asyncio.Task[None] | None = None
        self._respite = Respite(self._clock, _PATIENCE)
        self._small_respite = Respite(self._clock, _PATIENCE)
        self._renewed: deque[float] = deque(maxlen=_RENEWALS)

    async def turn(self, stream: Stream, left: int) -> Grant[Lane]:
        """Wait for leave to ask for some of the `left` bytes of a document.

        Raises ThrottledError when that is too far off, and what connecting raises.
        """
        await self._seats.take(stream)
        try:
            return await self._turn(stream, left)
        except BaseException:
            self._seats.leave(stream)
            raise

    def give_back(self, grant: Grant[Lane]) -> None:
        """Let others have the turn, used or not; once more does no harm."""
        if not grant.over:
            self._seats.leave(grant.stream)
        self.window.give_back(grant)

    async def _turn(self, stream: Stream, left: int) -> Grant[Lane]:
        while True:
            await self._respite.over()
            await self._ready()
            await self._conduct.leave(Call.FILES)
            try:
                grant = await self.window.turn(stream, left)
            except ConnectionResetError:
                continue  # the last lane has gone: the next one shows whether that will last
            if not self._respite.left:
                return grant
            self.window.give_back(grant)

    async def ask(self, grant: Grant[Lane], request: Any) -> Any:
        """Send once, on the lane of the grant.

        Raises ThrottledError, AskAgainError, and else what Telethon raises.
        """
        try:
            answer, delay = await self._asked(grant.lane, request)
        except ThrottledError as error:
            self._respite.begin(error)
            self.window.flooded()
            raise
        self.window.answered(grant, delay)
        return answer

    async def call(self, request: Any) -> Any:
        """Send something small, on the lane that has least to do.

        That Telegram wants to hear no more of these for a while keeps nobody from fetching.
        """
        await self._small_respite.over()
        await self._conduct.leave(Call.FILES)
        await self._ready()
        lane = min(self._lanes, key=lambda one: one.in_flight)
        try:
            answer, _ = await self._asked(lane, request)
        except ThrottledError as error:
            self._small_respite.begin(error)
            raise
        return answer

    async def keep(self) -> None:
        """Close lanes that nobody uses, and see whether the others still work."""
        now = asyncio.get_running_loop().time()
        for lane in tuple(self._lanes):
            if lane.in_flight:
                continue
            if now - lane.used_at > _IDLE:
                self._drop(lane)
            elif not lane.heard_within(_SILENT):
                self._tasks.create_task(self._try(lane))

    async def close(self) -> None:
        if self._growing is not None:
            self._growing.cancel()
        async with self._opening:  # whoever is just connecting breaks off first
            for lane in tuple(self._lanes):
                self._drop(lane)

    async def _asked(self, lane: Lane, request: Any) -> tuple[Any, float]:
        try:
            with self.breaker.watching():
                return await lane.ask(request)
        except (UnauthorizedError, AuthKeyNotFound) as error:
            if self._introduction.is_home(self.dc):
                raise await self._doubted(error) from error
            # Perhaps only this data centre forgot us. If the account is lost, the home one says
            # so while the authorisation is exported again.
            await self._forgotten(lane.secret, error)
            raise AskAgainError(type(error).__name__) from error
        except InvalidBufferError as error:
            if self._lanes:
                raise AskAgainError("one lane too many") from error
            self._mind_floods(error)
            raise
        except RPCError as error:
            self._mind_floods(error)
            raise

    def _mind_floods(self, error: Exception) -> None:
        """Raise ThrottledError instead, where we are told to wait, and ask more slowly."""
        if isinstance(flood := translated(error), ThrottledError):
            self._conduct.flooded(Call.FILES, flood)
            raise flood from error

    async def _doubted(self, error: Exception) -> Exception:
        """Return what it means that a lane to the home data centre is not known there.

        That a key is unknown is also said of a packet that was not understood:
        https://core.telegram.org/mtproto/mtproto-transports#transport-errors
        """
        if not isinstance(error, AuthKeyNotFound):
            return error
        await self._introduction.confirm()
        return ConnectionResetError("a key unknown to one lane only")

    async def _forgotten(self, secret: Secret, error: Exception) -> None:
        async with self._opening:
            if self._secret is not secret:
                return  # another request was faster
            now = self._clock.monotonic()
            if len(self._renewed) == _RENEWALS and now - self._renewed[0] < _WITHIN:
                raise ServerTroubleError(translated(error).detail)  # a new key is no help
            self._renewed.append(now)
            self._introduction.forget(self.dc)
            self._secret = None
            for lane in tuple(self._lanes):
                self._drop(lane)
            await self._open_first()

    async def _ready(self) -> None:
        """See that there is a lane. Raises what connecting raises, or has raised of late."""
        if self._lanes:
            self.breaker.check()
            return
        async with self._opening:
            self.breaker.check()
            if not self._lanes:
                await self._open_first()

    async def _open_first(self) -> None:
        try:
            with our_errors(), self.breaker.watching(only_connecting=True):
                await self._open()
        except ThrottledError as error:  # of the authorisation, which is exported on the way
            flood = CentreThrottledError(error.wait)
            self._respite.begin(flood)
            self._small_respite.begin(flood)
            raise flood from error

    async def _open(self) -> None:
        if self._secret is None:
            self._secret = await self._introduction.secret(self.dc)
        async with (
            self._introduction.reaching(self.dc) as address,
            self._door.attempt(self._client.patience.connect),
        ):
            lane = await self._connected(self._secret, address)
        self._lanes.append(lane)
        self.window.add(lane)
        log.debug("lane opened", dc=self.dc, lanes=len(self._lanes))

    async def _connected(self, secret: Secret, address: Any) -> Lane:
        client, lost = self._client, partial(self._lost, address)
        lane = Lane(
            secret, client.patience, self._introduction.introduced, client._log, lost  # noqa: SLF001
        )  # fmt: skip
        try:
            await lane.connect(address.ip_address, address.port, client._proxy)  # noqa: SLF001
        except BaseException:
            lane.close()
            raise
        return lane

    def _grow(self) -> None:
        """Open one more lane beside what goes on, if that is allowed."""
        busy = self._growing is not None and not self._growing.done()
        if self._lanes and not busy and not self._opening.locked() and self.window.may_grow():
            self._growing = self._tasks.create_task(self._open_one_more())

    async def _open_one_more(self) -> None:
        async with self._opening:
            try:
                with our_errors():
                    await self._open()
            except DownloaderError as error:
                log.info("no further lane", dc=self.dc, error=str(error))
                if isinstance(error, ThrottledError):
                    self.window.allow(len(self._lanes))
                elif self._lanes:  # else it is an outage, and tells nothing of what comes after it
                    self.window.failed()

    def _lost(self, address: Any, lane: Lane) -> None:
        if lane not in self._lanes:
            return
        self._lanes.remove(lane)
        log.debug("lane lost", dc=self.dc, lanes=len(self._lanes), error=str(lane.reason))
        if lane.in_flight and not lane.was_heard:
            self._introduction.pass_over(address)
        is_refused = isinstance(lane.reason, InvalidBufferError)
        if is_refused:
            self.window.allow(len(self._lanes))
        # Idle ones are closed by Telegram, and that tells nothing of the line.
        self.window.remove(lane, broken=lane.in_flight > 0 and not is_refused)

    def _drop(self, lane: Lane) -> None:
        self._lanes.remove(lane)
        self.window.remove(lane, broken=False)
        lane.close()

    async def _try(self, lane: Lane) -> None:
        try:
            with our_errors():
                await lane.ping()
        except DownloaderError as error:
            log.debug("idle lane is dead", dc=self.dc, error=str(error))
