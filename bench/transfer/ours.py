"""The product in the race: its pool of accounts, and its carrier into real part files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from telethon.crypto import AuthKey

from bench.transfer.child import Words
from bench.transfer.contender import CHAT, HOME, Site
from downloader.clock import Clock
from downloader.move import Pace
from downloader.parts import LARGEST_REQUEST, PART, Layout, Run, Wanted
from downloader.pool import Pool
from downloader.room import Room
from downloader.source import RemoteFile, Turn
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.accounts import open_sources
from downloader.telegram.session import Session
from downloader.transfer import Carrier
from downloader.window import Limits
from storage.models import Account, AccountState, Audio, Chat, Request
from storage.store import Store, open_store


class Ours:
    """Fetches as a worker does; what is not to be kept is read as `Move` reads it, and dropped."""

    def __init__(self, pool: Pool, chat: Chat, store: Store, carrier: Carrier) -> None:
        self._pool = pool
        self._chat = chat
        self._store = store
        self._carrier = carrier
        self._found: dict[int, Audio] = {}

    async def look_up(self, messages: Sequence[int]) -> None:
        request = Request(f"@{CHAT}", len(messages), message_ids=tuple(messages))
        async for audio in self._pool.audio(self._chat, request):
            self._found[audio.message_id] = audio

    async def fetch(self, message: int, *, keep: bool) -> None:
        audio = self._found[message]
        remote = await self._pool.open(audio)
        if keep:
            await self._carrier.fetch(remote, audio.document_id, None, _ignore)
        else:
            await self._drain(remote)

    async def digest(self, message: int) -> str | None:
        document_id = self._found[message].document_id
        digest = await self._store.files.digest(document_id)
        await self._carrier.discard(document_id)
        return digest

    def facts(self, size: int) -> Words:  # noqa: ARG002  # it depends on what else is fetched
        limits = Limits()
        window = f"{limits.share >> 10} KiB and more on each of up to {limits.lanes} connections"
        return {"part KiB": LARGEST_REQUEST >> 10, "least KiB": PART >> 10, "window": window}

    async def _drain(self, remote: RemoteFile) -> None:
        layout = Layout(remote.size)
        wanted = Wanted(layout, layout.nothing())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            async with asyncio.TaskGroup() as tasks:
                while wanted.left:
                    turn = await remote.turn(wanted.left)
                    if run := wanted.take(turn.limit):
                        tasks.create_task(_pull(turn, run, nowhere))
        finally:
            os.close(nowhere)


@asynccontextmanager
async def open_ours(site: Site) -> AsyncIterator[Ours]:
    clock = Clock()
    async with open_pool(site) as (pool, store):
        carrier = Carrier(store, Room(store.files, clock, 0), clock, Pace())
        yield Ours(pool, await pool.chat(f"@{CHAT}"), store, carrier)


@asynccontextmanager
async def open_pool(site: Site) -> AsyncIterator[tuple[Pool, Store]]:
    """Sign the account in, and open the pool of this one account."""
    access = Access(1, "race", DataCentre(HOME, *site.addresses[HOME]), site.pem)
    clock = Clock()
    async with open_store(site.folder / "data", site.folder / "music") as store:
        account = Account(site.user, "Race", AccountState.READY)
        await store.accounts.save(account, _session(site).dump())
        async with open_sources(access, store, clock=clock) as sources:
            yield Pool(sources, store, clock), store


def _session(site: Site) -> Session:
    session = Session()
    session.set_dc(HOME, *site.addresses[HOME])
    session.auth_key = AuthKey(site.key)
    return session


async def _pull(turn: Turn, run: Run, nowhere: int) -> None:
    try:
        os.write(nowhere, await turn.part(run.offset, run.limit))
    finally:
        turn.give_back()


def _ignore(_: int) -> None:
    """Nobody watches this download."""
