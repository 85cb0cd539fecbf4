"""The Telethon client, made to wait for nothing on its own: whoever calls decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from telethon import TelegramClient, utils
from telethon.crypto import rsa
from telethon.errors import NetworkMigrateError, PhoneMigrateError, UserMigrateError
from telethon.tl.functions import InvokeWithoutUpdatesRequest
from telethon.tl.functions.help import GetConfigRequest
from telethon.tl.functions.updates import GetStateRequest

from downloader.clock import Clock
from downloader.conduct import Conduct
from downloader.errors import BRIEF, DownloaderError, OfflineError, ThrottledError
from downloader.lending import Call
from downloader.news import News
from downloader.telegram.access import Access, DataCentre, proxy_options, server_key
from downloader.telegram.door import Door
from downloader.telegram.errors import is_expected, our_errors
from downloader.telegram.hearing import chats_heard_of, touched_by
from downloader.telegram.link import Link, Patience, Wire
from downloader.telegram.respite import Respite
from downloader.telegram.session import Session
from downloader.telegram.spacing import Spacing
from storage.unbroken import unbroken

_MOVES = 3
_SITTINGS = 3  # so often in a row a brief wait is sat out for one request
# Telethon's loggers that tell of every connection lost and won.
_TELLING = ("telethon.network.mtprotosender", "telethon.network.connection.connection")
_DEVICE = "Telegram Audio Downloader"  # what a person sees in Telegram's list of devices


class Client(TelegramClient):  # type: ignore[misc]  # telethon is not typed
    """One account's connection to its home data centre; it comes back when needed, until closed.

    Where Telethon sleeps out flood waits, reconnects without end and waits for lost replies for
    ever, this sends a request once, and once more where the line broke, and lets the error out.
    Only while `signing_in` it may move to another home, because that forgets the key.
    """

    # Telethon keeps the list of servers on the class, for all clients of the process; ours is
    # in `_centres`, so that two clients may know two different networks.
    _config = None

    def __init__(
        self,
        access: Access,
        session: Session,
        patience: Patience,
        conduct: Conduct | None = None,
        *,
        signing_in: bool = False,
        news: News | None = None,
    ) -> None:
        proxy = proxy_options(access.proxy) if access.proxy else None
        _trust(access.key)
        _go_home(session, access.dc)
        super().__init__(
            session,
            access.api_id,
            access.api_hash,
            connection=Wire,
            use_ipv6=":" in (session.server_address or ""),
            proxy=proxy,
            timeout=patience.connect.total_seconds(),
            request_retries=0,
            connection_retries=patience.retries,
            retry_delay=patience.retry_delay.total_seconds(),
            auto_reconnect=False,
            flood_sleep_threshold=0,
            raise_last_call_error=True,
            device_model=_DEVICE,
            receive_updates=signing_in,  # a scanned QR code is told by an update
        )
        for name in _TELLING:
            self._log[name].addFilter(_is_a_fault)
        self.patience = patience
        self._conduct = conduct
        self.link = Link(self._sender, patience)
        self._told_last: list[Any] = []
        self._centres: list[Any] = []  # of those told, the ones that have not failed
        self._opening = asyncio.Lock()
        self._open = False
        self._in_vain = 0  # attempts to connect that failed, and how the last one did
        self._trouble: DownloaderError = OfflineError()
        self.clock = conduct.clock if conduct else Clock()
        self._spacing = Spacing(self.clock)
        self._respites = {call: Respite(self.clock, BRIEF) for call in Call}
        self._door = Door()
        self._may_move = signing_in
        self._news = news
        self._hears = False

    @property
    def clock_ahead(self) -> timedelta:
        """How far our clock is before Telegram's, known once a key was made."""
        return timedelta(seconds=-self._sender._state.time_offset)  # noqa: SLF001

    async def ready(self) -> None:
        """Connect unless connected. Raises `downloader.errors` only."""
        in_vain = self._in_vain
        if self._is_ready:
            return
        async with self._opening:
            if self._is_ready:
                return
            if self._in_vain != in_vain:  # one attempt is enough for all who waited for it
                raise self._trouble
            try:
                with our_errors():
                    await self._come_back()
            except DownloaderError as trouble:
                self._in_vain += 1
                self._trouble = trouble
                raise

    @property
    def _is_connected(self) -> bool:
        return self._open and self.link.connected

    @property
    def _is_ready(self) -> bool:
        return self._is_connected and self._hears == self._wants_news

    @property
    def _wants_news(self) -> bool:
        return self._news is not None and self._news.is_wanted

    async def ask(self, request: Any, call: Call = Call.MESSAGES) -> Any:
        """Send one request on the home connection, when it is time for it.

        A wait that is brief is sat out, by all who ask. Raises `downloader.errors` only.
        """
        for _ in range(_SITTINGS):
            try:
                return await self._asked(request, call)
            except ThrottledError as error:
                if not error.is_brief:
                    raise
        return await self._asked(request, call)

    async def _asked(self, request: Any, call: Call) -> Any:
        try:
            await self._respites[call].over()
            if self._conduct is not None:
                await self._conduct.leave(call)
            return await self._answered(request, call)
        except ThrottledError as error:
            error.of_reading = True
            raise

    async def _answered(self, request: Any, call: Call) -> Any:
        try:
            await self.ready()
            with our_errors():
                return await self(request)
        except ThrottledError as error:
            self._respites[call].begin(error)
            if self._conduct is not None:
                self._conduct.flooded(call, error)
            raise

    async def move_home(self, dc: int) -> None:
        """Connect to another data centre instead; the account lives there."""
        async with self._door.attempt(self.patience.connect):
            await self._switch_dc(dc)

    async def aclose(self) -> None:
        """Close for good: whoever still asks is told that we are offline."""
        self._door.shut()
        async with self._opening:
            await self._disconnect_all()

    @asynccontextmanager
    async def reaching(self, dc: int, *, cdn: bool = False) -> AsyncIterator[Any]:
        """Give the address to connect to within, and pass it over from now on if that fails."""
        address = await self.centre(dc, cdn=cdn)
        try:
            yield address
        except OSError:
            self.pass_over(address)
            raise

    def pass_over(self, address: Any) -> None:
        """Try the others first, and ask Telegram once there are none left."""
        self._centres = [one for one in self._centres if one is not address]

    async def centre(self, dc: int, *, cdn: bool = False) -> Any:
        """Return the address of a data centre, as Telegram names it (`DcOption`)."""
        if not self._usable(dc, cdn=cdn):
            self._centres = await self._told()
        if usable := self._usable(dc, cdn=cdn):
            return usable[0]
        raise ConnectionError(f"data centre {dc} is unknown")

    def _usable(self, dc: int, *, cdn: bool) -> list[Any]:
        usable = [
            one
            for one in self._centres
            if one.id == dc and bool(one.cdn) == cdn and not one.tcpo_only
        ]
        return sorted(usable, key=lambda one: bool(one.ipv6) != self._use_ipv6)

    async def _told(self) -> list[Any]:
        """Ask for the addresses; while home is not to be reached, what it told last is as good."""
        try:
            await self.ready()
            self._told_last = (await self(GetConfigRequest())).dc_options
        except (OfflineError, OSError):
            if not self._told_last:
                raise
        return self._told_last

    async def _disconnect_all(self) -> None:
        self._open = self._hears = False
        await unbroken(self.disconnect())
        await self.link.close()

    async def _come_back(self) -> None:
        if not self._is_connected:
            await self._reopen()
        await self._listen()

    async def _reopen(self) -> None:
        await self._disconnect_all()  # what is left of a connection that broke
        try:
            async with self._door.attempt(self._spacing.left + self.patience.connect):
                await self._spacing.wait()
                await self.connect()
        except BaseException as error:
            await self._disconnect_all()
            if isinstance(error, asyncio.CancelledError) and not _asked_to_stop():
                raise ConnectionResetError from error
            raise
        await self.session.keep()
        self._open = True

    async def _listen(self) -> None:
        """Have Telegram tell of what happens from now on, or leave that."""
        wants = self._wants_news
        if wants == self._hears:
            return
        self._no_updates = not wants
        if wants:
            await self(GetStateRequest())  # what is asked for like this opens the line for news
        self._hears = wants
        if wants and self._news is not None:
            self._news.missed()

    async def _update_loop(self) -> None:
        """Pass on what is heard; Telethon would fill each gap with requests of its own."""
        if self._may_move:
            await super()._update_loop()
            return
        while True:
            told = await self._updates_queue.get()
            if self._news is not None:
                self._news.heard(*chats_heard_of(told))
                self._news.touched(*touched_by(told))

    async def _call(
        self,
        sender: Any,  # noqa: ARG002  # always the home one; other data centres have their own links
        request: Any,
        ordered: bool = False,  # noqa: ARG002, FBT001, FBT002  # Telethon's signature
        flood_sleep_threshold: float | None = None,  # noqa: ARG002
    ) -> Any:
        await request.resolve(self, utils)
        for _ in range(_MOVES if self._may_move else 0):
            try:
                return await self._sent(self._marked(request))
            except (PhoneMigrateError, NetworkMigrateError, UserMigrateError) as error:
                await self.move_home(error.new_dc)
        return await self._sent(self._marked(request))

    async def _sent(self, request: Any) -> Any:
        """Send once, and again on a new line where this one broke: twice does no harm."""
        was_open = self._open  # else it is part of connecting, and whoever connects is told
        try:
            return await self.link.call(request)
        except ConnectionError:
            if not was_open:
                raise
        await self.ready()
        return await self.link.call(request)

    def _marked(self, request: Any) -> Any:
        return InvokeWithoutUpdatesRequest(request) if self._no_updates else request

    async def _get_dc(self, dc_id: int, cdn: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002
        return await self.centre(dc_id)


def _is_a_fault(record: logging.LogRecord) -> bool:
    """Let through only what nobody expected: of the rest our own log tells, once."""
    error = record.exc_info[1] if record.exc_info else None
    return error is not None and not is_expected(error)


def _trust(key: str | None) -> None:
    """Accept the configured server key; only then, because the list is the whole process's."""
    if key is not None:
        rsa.add_key(server_key(key), old=False)


def _go_home(session: Session, dc: DataCentre | None) -> None:
    """Give a new session its first address, and a stored one the address configured today."""
    if dc is not None and session.dc_id in {0, dc.id}:
        session.set_dc(dc.id, dc.host, dc.port)


def _asked_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
