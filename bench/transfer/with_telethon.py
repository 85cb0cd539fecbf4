"""Telethon in the race: its own `download_media`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from telethon import TelegramClient, utils
from telethon.crypto import AuthKey, rsa
from telethon.sessions import StringSession

from bench.transfer.child import Words
from bench.transfer.contender import CHAT, HOME, Shelf, Site

_BATCH = 100
_PARTS_KIB = 512


@asynccontextmanager
async def open_client(site: Site) -> AsyncIterator[Any]:
    """Connect Telethon's client as it is.

    It keeps the servers' addresses in its class, for all clients of a process.
    """
    rsa.add_key(site.pem, old=False)
    session = StringSession()
    session.set_dc(HOME, *site.addresses[HOME])
    session.auth_key = AuthKey(site.key)
    client = type("RaceClient", (TelegramClient,), {"_config": None})(session, 1, "race")
    await client.connect()
    try:
        yield client
    finally:
        await client.disconnect()


async def found(client: Any, messages: Sequence[int]) -> dict[int, Any]:
    """Return the messages by their ids."""
    batches = [messages[at : at + _BATCH] for at in range(0, len(messages), _BATCH)]
    answers = [await client.get_messages(CHAT, ids=list(batch)) for batch in batches]
    return {message.id: message for answer in answers for message in answer}


class Telethon:
    """Uses parts of `kib`, or those that Telethon chooses itself."""

    def __init__(self, client: Any, shelf: Shelf, kib: int | None) -> None:
        self._client = client
        self._shelf = shelf
        self._kib = kib
        self._found: dict[int, Any] = {}

    async def look_up(self, messages: Sequence[int]) -> None:
        self._found |= await found(self._client, messages)

    async def fetch(self, message: int, *, keep: bool) -> None:
        one, path = self._found[message], self._shelf.path(message, keep=keep)
        if self._kib is None and keep:
            await self._client.download_media(one, str(path))
            return
        # `download_media` would not write into a device, nor take other parts.
        size = one.document.size
        with path.open("wb") as file:
            await self._client.download_file(
                one.document, file, part_size_kb=self._kib or _own_kib(size), file_size=size
            )

    async def digest(self, message: int) -> str | None:
        return await asyncio.to_thread(self._shelf.digest, message)

    def facts(self, size: int) -> Words:
        return {"part KiB": self._kib or _own_kib(size), "window": "1, on one connection"}


@asynccontextmanager
async def open_telethon(site: Site) -> AsyncIterator[Telethon]:
    async with open_client(site) as client:
        yield Telethon(client, Shelf(site.folder), None)


@asynccontextmanager
async def open_telethon_512(site: Site) -> AsyncIterator[Telethon]:
    async with open_client(site) as client:
        yield Telethon(client, Shelf(site.folder), _PARTS_KIB)


def _own_kib(size: int) -> int:
    return int(utils.get_appropriated_part_size(size))
