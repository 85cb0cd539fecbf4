"""Makes an account known to a data centre: the key, and the permission to use it there."""

from __future__ import annotations

import copy
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

from telethon.crypto import AuthKey
from telethon.errors import AuthBytesInvalidError, AuthKeyNotFound, RPCError, UnauthorizedError
from telethon.network import MTProtoSender
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions import InvokeWithLayerRequest, InvokeWithoutUpdatesRequest
from telethon.tl.functions.auth import ExportAuthorizationRequest, ImportAuthorizationRequest
from telethon.tl.functions.help import GetConfigRequest

from downloader.errors import ServerTroubleError, ThrottledError
from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.envelope import Secret
from downloader.telegram.errors import code_of, translated
from downloader.telegram.link import Link, Wire
from downloader.telegram.respite import Respite
from downloader.telegram.session import Session

_PATIENCE = timedelta(0)  # the data centre waits, and tells how long


class Introduction:
    """Each export of the authorisation counts against a limit, so keys are kept in the session."""

    def __init__(self, client: Client, session: Session, door: Door) -> None:
        self._client = client
        self._session = session
        self._door = door
        self._exports = Respite(client.clock, _PATIENCE)  # to whichever data centre

    def is_home(self, dc: int) -> bool:
        return bool(dc == self._session.dc_id)

    def reaching(self, dc: int) -> AbstractAsyncContextManager[Any]:
        return self._client.reaching(dc)

    def pass_over(self, address: Any) -> None:
        self._client.pass_over(address)

    async def confirm(self) -> None:
        await self._client.ready()
        await self._client(GetConfigRequest())

    async def secret(self, dc: int) -> Secret:
        if self.is_home(dc):
            await self._client.ready()
            state = self._client._sender._state  # noqa: SLF001  # there is no public way
            return Secret(state.auth_key, state.salt, state.time_offset)
        if key := self._session.key(dc):
            return Secret(AuthKey(key))
        try:
            return await self._agreed(dc)
        except (AuthKeyNotFound, AuthBytesInvalidError):
            return await self._agreed(dc)  # once more, with a new key and a new export

    def forget(self, dc: int) -> None:
        self._session.set_key(dc, None)

    def introduced(self, request: Any) -> Any:
        introduction = copy.copy(self._client._init_request)  # noqa: SLF001
        introduction.query = InvokeWithoutUpdatesRequest(request)
        return InvokeWithLayerRequest(LAYER, introduction)

    async def _agreed(self, dc: int) -> Secret:
        await self._exports.over()
        await self._client.ready()
        client, patience = self._client, self._client.patience
        sender = MTProtoSender(
            None,
            loggers=client._log,  # noqa: SLF001
            retries=patience.retries,
            delay=patience.retry_delay.total_seconds(),
            auto_reconnect=False,
            connect_timeout=patience.connect.total_seconds(),
        )
        link = Link(sender, patience)
        try:
            async with (
                self.reaching(dc) as address,
                self._door.attempt(patience.connect),
            ):
                await self._connect(sender, dc, address)
                exported = await self._export(dc)
                imported = ImportAuthorizationRequest(id=exported.id, bytes=exported.bytes)
                await self._import(link, imported)
        finally:
            await link.close()
        self._session.set_key(dc, sender.auth_key.key)
        await self._session.keep()
        state = sender._state  # noqa: SLF001
        return Secret(AuthKey(sender.auth_key.key), state.salt, state.time_offset)

    async def _export(self, dc: int) -> Any:
        try:
            return await self._client(ExportAuthorizationRequest(dc))
        except RPCError as error:
            if isinstance(flood := translated(error), ThrottledError):
                self._exports.begin(flood)
            raise

    async def _import(self, link: Link, imported: ImportAuthorizationRequest) -> None:
        try:
            await link.call(self.introduced(imported))
        except UnauthorizedError as error:
            # Home has just vouched for us: whatever this is, the account is not lost.
            raise ServerTroubleError(code_of(error)) from error

    async def _connect(self, sender: Any, dc: int, address: Any) -> None:
        client = self._client
        wire = Wire(
            address.ip_address, address.port, dc,
            loggers=client._log, proxy=client._proxy,  # noqa: SLF001
        )  # fmt: skip
        await sender.connect(wire)
