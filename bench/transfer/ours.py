"""The product in the race: its pool of accounts, and its carrier into real part files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from telethon.crypto import AuthKey

from bench.transfer.child import Words
from bench.transfer.contender import CHAT, HOME, Site
from downloader.clock import Clock
from downloader.move import Pace
from downloader.parts import Layout, part_size
from downloader.pool import Pool
from downloader.room import Room
from downloader.source import RemoteFile
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.accounts import open_sources
from downloader.telegram.session import Session
from downloader.transfer import Carrier
from storage.models import Account, AccountState, Audio, Chat, Request
from storage.store import Store, open_store


class Ours:
    """Fetches as a worker does; what is not to be kept is read as `Move` reads it, and dropped."""

    def __init__(self, pool: Pool, chat: Chat, store: Store, carrier: Carrier, pace: Pace) -> None:
        self._pool = pool
        self._chat = chat
        self._store = store
        self._carrier = carrier
        self._pace = pace
        self._found: dict[int, Audio] = {}

    async def look_up(self, messages: Sequence[int]) -> None:
        request = Request(f"@{CHAT}", len(messages), message_ids=tuple(messages))
        async for audio in self._pool.audio(self._chat, request):
            self._found[audio.message_id] = audio

    async def fetch(self, message: int, *, keep: bool) -> None:
        audio = self._found[message]
        remote = await self._pool.open(audio)
        if keep:
            await self._carrier.fetch(remote, audio.document_id, _ignore)
        else:
            await self._drain(remote)

    async def digest(self, message: int) -> str | None:
        document_id = self._found[message].document_id
        digest = await self._store.files.digest(document_id)
        await self._carrier.discard(document_id)
        return digest

    def facts(self, size: int) -> Words:
        window = f"{self._pace.window} for each file, on one connection"
        return {"part KiB": part_size(size) >> 10, "window": window}

    async def _drain(self, remote: RemoteFile) -> None:
        layout = Layout(remote.size, part_size(remote.size))
        numbers = iter(range(layout.count))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(self._pace.window):
                    tasks.create_task(_pull(remote, layout, numbers, nowhere))
        finally:
            os.close(nowhere)


@asynccontextmanager
async def open_ours(site: Site) -> AsyncIterator[Ours]:
    access = Access(1, "race", DataCentre(HOME, *site.addresses[HOME]), site.pem)
    clock, pace = Clock(), Pace()
    async with open_store(site.folder / "data", site.folder / "music") as store:
        account = Account(site.user, "Race", AccountState.READY)
        await store.accounts.save(account, _session(site).dump())
        async with open_sources(access, store, clock=clock) as sources:
            pool = Pool(sources, store, clock)
            carrier = Carrier(store, Room(store.files, clock, 0), clock, pace)
            yield Ours(pool, await pool.chat(f"@{CHAT}"), store, carrier, pace)


def _session(site: Site) -> Session:
    session = Session()
    session.set_dc(HOME, *site.addresses[HOME])
    session.auth_key = AuthKey(site.key)
    return session


async def _pull(remote: RemoteFile, layout: Layout, numbers: Iterator[int], nowhere: int) -> None:
    for number in numbers:
        data = await remote.part(layout.offset(number), layout.part_size)
        os.write(nowhere, data)


def _ignore(_: int) -> None:
    """Nobody watches this download."""
