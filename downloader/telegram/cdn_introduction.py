"""Agrees a key with a CDN's data centre, under its own RSA key, and tells it nothing of us.

https://core.telegram.org/cdn: it is to be treated like any stranger. Its RSA keys, which Telegram
tells, must not open a data centre of Telegram's own; and it may drop our key at any moment.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

from telethon.crypto import rsa
from telethon.network import MTProtoPlainSender
from telethon.network.authenticator import do_authentication
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions import (
    InitConnectionRequest,
    InvokeWithLayerRequest,
    ReqDHParamsRequest,
)
from telethon.tl.functions.help import GetCdnConfigRequest
from telethon.tl.types import ResPQ

from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.envelope import Secret
from downloader.telegram.link import Wire
from storage.unbroken import unbroken

_UNSAID = "n/a"


class CdnIntroduction:
    def __init__(self, client: Client, door: Door) -> None:
        self._client = client
        self._door = door

    def is_home(self, _dc: int) -> bool:
        return False

    async def confirm(self) -> None:
        """Nobody there knows an account."""

    def reaching(self, dc: int) -> AbstractAsyncContextManager[Any]:
        return self._client.reaching(dc, cdn=True)

    def pass_over(self, address: Any) -> None:
        self._client.pass_over(address)

    async def secret(self, dc: int) -> Secret:
        known = (await self._client.ask(GetCdnConfigRequest())).public_keys
        pems = [one.public_key for one in known if one.dc_id == dc]
        async with self.reaching(dc) as address:
            return await self._agreed(dc, address, pems)

    def forget(self, _dc: int) -> None:
        """Nothing is kept: a new key costs a round trip or two, and nothing is counted."""

    def introduced(self, request: Any) -> Any:
        """Wrap the first request of a connection without a word about this machine."""
        introduction = InitConnectionRequest(
            self._client.api_id, _UNSAID, _UNSAID, _UNSAID, "en", "", "en", request
        )
        return InvokeWithLayerRequest(LAYER, introduction)

    async def _agreed(self, dc: int, address: Any, pems: Sequence[str]) -> Secret:
        client, patience = self._client, self._client.patience
        wire = Wire(
            address.ip_address, address.port, dc,
            loggers=client._log, proxy=client._proxy,  # noqa: SLF001
        )  # fmt: skip
        with _trusted(pems) as aliases:
            sender = _Sender(wire, client._log, aliases)  # noqa: SLF001
            try:
                async with self._door.attempt(patience.connect):
                    await wire.connect(timeout=patience.connect.total_seconds())
                    key, ahead = await do_authentication(sender)
            finally:
                await unbroken(wire.disconnect())
        return Secret(key, 0, ahead)


class _Sender(MTProtoPlainSender):  # type: ignore[misc]  # telethon is not typed
    """Lets the key exchange see no RSA key but the CDN's, each under its alias."""

    def __init__(self, wire: Wire, loggers: Any, aliases: dict[int, int]) -> None:
        super().__init__(wire, loggers=loggers)
        self._aliases = aliases

    async def send(self, request: Any) -> Any:
        if isinstance(request, ReqDHParamsRequest):
            real = {alias: true for true, alias in self._aliases.items()}
            request.public_key_fingerprint = real[request.public_key_fingerprint]
        answer = await super().send(request)
        if isinstance(answer, ResPQ):
            offered = answer.server_public_key_fingerprints
            answer.server_public_key_fingerprints = [
                self._aliases[one] for one in offered if one in self._aliases
            ]
        return answer


@contextmanager
def _trusted(pems: Sequence[str]) -> Iterator[dict[int, int]]:
    """Yield the keys' fingerprints, each with an alias under which Telethon finds the key.

    Telethon has one list of keys for all servers. Under an alias that nobody can guess, a key of
    the CDN is no key for anybody else.
    """
    aliases: dict[int, int] = {}
    for pem in pems:
        key = rsa.rsa.PublicKey.load_pkcs1(pem.encode())
        alias = secrets.randbits(63)
        aliases[rsa._compute_fingerprint(key)] = alias  # noqa: SLF001
        rsa._server_keys[alias] = (key, False)  # noqa: SLF001
    try:
        yield aliases
    finally:
        for alias in aliases.values():
            del rsa._server_keys[alias]  # noqa: SLF001
