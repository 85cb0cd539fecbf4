"""Kurigram in the race: its own `download_media`."""

from __future__ import annotations

import asyncio
import base64
import importlib
import struct
import warnings
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

import cryptg

from bench.transfer.child import Words
from bench.transfer.contender import CHAT, HOME, Shelf, Site
from sandbox.mtproto.rsa_key import published_key

_TOGETHER = 32  # downloads; its default is one
_BATCH = 100


class Kurigram:
    def __init__(self, client: Any, shelf: Shelf, cipher: str) -> None:
        self._client = client
        self._shelf = shelf
        self._cipher = cipher
        self._found: dict[int, Any] = {}

    async def look_up(self, messages: Sequence[int]) -> None:
        for at in range(0, len(messages), _BATCH):
            batch = list(messages[at : at + _BATCH])
            for message in await self._client.get_messages(CHAT, batch):
                self._found[message.id] = message

    async def fetch(self, message: int, *, keep: bool) -> None:
        one, path = self._found[message], self._shelf.path(message, keep=keep)
        if keep:
            await self._client.download_media(one, file_name=str(path))
            return
        with path.open("wb") as file:  # `download_media` would not write into a device
            async for piece in self._client.stream_media(one):
                file.write(piece)

    async def digest(self, message: int) -> str | None:
        return await asyncio.to_thread(self._shelf.digest, message)

    def facts(self, size: int) -> Words:  # noqa: ARG002  # its parts are always the same
        window = "1 for each file, on one connection"
        return {"part KiB": 1024, "window": window, "cipher": self._cipher}


@asynccontextmanager
async def open_kurigram(site: Site) -> AsyncIterator[Kurigram]:
    """Connect kurigram as it is, told another RSA key and where the data centres are."""
    with warnings.catch_warnings():
        # From Python 3.12 on, it asks for the current event loop before there is one.
        warnings.filterwarnings("ignore", "There is no current event loop", DeprecationWarning)
        pyrogram = importlib.import_module("pyrogram")
    cipher = _give_cipher()
    connection = importlib.import_module("pyrogram.connection").Connection
    rsa = importlib.import_module("pyrogram.crypto.rsa")
    key = published_key()
    rsa.server_public_keys[key.fingerprint] = rsa.PublicKey(key.modulus, key.exponent)

    def connect(dc_id: int, **more: Any) -> Any:
        host, port = site.addresses[dc_id]
        return connection(dc_id, **more | {"server_address": host, "port": port})

    client = pyrogram.Client(
        "race", 1, "race", session_string=_session(site), in_memory=True, workers=1,
        connection_factory=connect, max_concurrent_transmissions=_TOGETHER,
    )  # fmt: skip
    await client.connect()
    try:
        yield Kurigram(client, Shelf(site.folder), cipher)
    finally:
        # It forgets the sessions that it opened in other centres.
        for session in (*client.sessions.values(), *client.media_sessions.values()):
            await session.stop()
        client.media_sessions.clear()
        await client.disconnect()


def _give_cipher() -> str:
    """Give it Telethon's cipher where its own is not installed: else it is slow beyond compare."""
    if find_spec("tgcrypto"):
        return "tgcrypto"
    # It chooses its cipher when it is imported, and somebody may have imported it already.
    aes = importlib.import_module("pyrogram.crypto.aes")
    vars(aes).update(ige256_encrypt=cryptg.encrypt_ige, ige256_decrypt=cryptg.decrypt_ige)
    return "cryptg"


def _session(site: Site) -> str:
    # https://docs.pyrogram.org/topics/storage-engines: centre, app, test mode, key, user, bot
    packed = struct.pack(">BIB256sQB", HOME, 1, 0, site.key, site.user, 0)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")
