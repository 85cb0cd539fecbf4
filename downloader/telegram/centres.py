"""The data centres where the files lie: one connection each, kept for the account's life."""

from __future__ import annotations

import asyncio
import copy
from collections import defaultdict
from typing import Any

from telethon.crypto import AuthKey
from telethon.errors import AuthBytesInvalidError, AuthKeyNotFound, UnauthorizedError
from telethon.network import MTProtoSender
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions import InvokeWithLayerRequest
from telethon.tl.functions.auth import ExportAuthorizationRequest, ImportAuthorizationRequest
from telethon.tl.functions.help import GetConfigRequest

from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.link import Link, Wire
from downloader.telegram.session import Session


class Centres:
    """Sends requests to a data centre, the home one too.

    Each export of the authorisation counts against a limit, so a connection is made once and
    its key is kept in the session.
    """

    def __init__(self, client: Client, session: Session) -> None:
        self._client = client
        self._session = session
        self._links: dict[int, Link] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._door = Door()

    async def call(self, dc: int, request: Any) -> Any:
        """Send once to that data centre and return the reply. Raises what Telethon raises."""
        if dc == self._session.dc_id:
            await self._client.ready()
            return await self._client.link.call(request)
        link = await self._link(dc)
        try:
            return await link.call(request)
        except (UnauthorizedError, AuthKeyNotFound):
            # Perhaps only this data centre forgot us. If the account is lost, the home one says so
            # while the authorisation is exported again.
            link = await self._replaced(dc, link)
            return await link.call(request)

    async def close(self) -> None:
        """Close for good."""
        self._door.shut()
        for dc, lock in list(self._locks.items()):
            async with lock:  # whoever is just connecting breaks off first
                if link := self._links.pop(dc, None):
                    await link.close()

    async def _link(self, dc: int) -> Link:
        async with self._locks[dc]:
            link = self._links.get(dc)
            if link is None or not link.connected:
                link = await self._fresh(dc, link)
            return link

    async def _replaced(self, dc: int, refused: Link) -> Link:
        async with self._locks[dc]:
            link = self._links.get(dc)
            if link is None or link is refused:
                self._session.set_key(dc, None)
                link = await self._fresh(dc, refused)
            return link

    async def _fresh(self, dc: int, old: Link | None) -> Link:
        self._links.pop(dc, None)
        if old is not None:
            await old.close()
        try:
            self._links[dc] = await self._opened(dc)
        except (AuthKeyNotFound, AuthBytesInvalidError):
            self._session.set_key(dc, None)  # once more, with a new key and a new export
            self._links[dc] = await self._opened(dc)
        await self._session.keep()
        return self._links[dc]

    async def _opened(self, dc: int) -> Link:
        await self._client.ready()
        patience = self._client.patience
        key = self._session.key(dc)
        sender = MTProtoSender(
            AuthKey(key) if key else None,
            loggers=self._client._log,  # noqa: SLF001
            retries=patience.retries,
            delay=patience.retry_delay.total_seconds(),
            connect_timeout=patience.connect.total_seconds(),
        )
        link = Link(sender, patience)
        try:
            async with self._door.attempt(patience.connect):
                await self._connect(sender, dc)
                await link.call(self._introduction(await self._first_request(dc, known=bool(key))))
        except BaseException:
            await link.close()
            raise
        self._session.set_key(dc, sender.auth_key.key)
        return link

    async def _connect(self, sender: Any, dc: int) -> None:
        client = self._client
        address = await client.centre(dc)
        wire = Wire(
            address.ip_address, address.port, dc,
            loggers=client._log, proxy=client._proxy,  # noqa: SLF001
        )  # fmt: skip
        await sender.connect(wire)

    async def _first_request(self, dc: int, *, known: bool) -> Any:
        if known:
            return GetConfigRequest()
        exported = await self._client(ExportAuthorizationRequest(dc))
        return ImportAuthorizationRequest(id=exported.id, bytes=exported.bytes)

    def _introduction(self, request: Any) -> Any:
        """Wrap the first request of a connection: it says which layer and program speaks."""
        introduction = copy.copy(self._client._init_request)  # noqa: SLF001
        introduction.query = request
        return InvokeWithLayerRequest(LAYER, introduction)
