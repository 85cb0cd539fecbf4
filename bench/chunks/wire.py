"""The same faults on a wire: the product's own pool and adapter before the sandbox's Telegram."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from telethon.crypto import AuthKey
from telethon.tl import types

from bench.chunks.faults import Fault, Mishap
from bench.chunks.passage import Passage, judged
from bench.light import at_rest, opened, order, running
from bench.noise import CHAT, Ask
from downloader.clock import Clock
from downloader.pool import Pool
from downloader.proof import CheckBytes
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.accounts import open_sources
from downloader.telegram.session import Session
from sandbox.faults import Faults, Rule
from sandbox.mtproto.cluster import Cluster
from sandbox.mtproto.replies import FilePart
from sandbox.world import Document, User, World
from storage.models import Account, AccountState
from storage.store import Store

_HOME = 2
_SIZES = (90_000, 128 << 10, 500_000)  # bytes of the files of a seed
_WORKERS = 4


class Road:
    """One fault as many seeds have it, between a Telegram and the product."""

    def __init__(self, fault: Fault, seeds: Sequence[int], check: CheckBytes) -> None:
        self._check = check
        self._world = World()
        self._owner = self._world.add_user("Owner")
        chat = self._world.add_chat(CHAT.title, username=CHAT.username)
        self._mishaps: dict[int, Mishap] = {}
        self._asked: Counter[int] = Counter()
        self._ask: Any = None
        for seed in seeds:
            for size in _SIZES:
                document = self._document(size, f"{seed} {size}")
                self._world.post(chat, "", document, quiet=True)
                self._mishaps[document.id] = Mishap(fault, seed)
        self._passage = Passage(files=len(self._mishaps))

    async def run(self, place: Path) -> Passage:
        """Bring everything to its end, and look at what there is."""
        rule = Rule("upload.getFile", when=self._hear, reply=self._reply, times=None)
        faults = Faults([rule])
        numbers = range(1, len(self._mishaps) + 1)
        async with Cluster(self._world, faults) as cluster, opened(place) as store:
            async with (
                _signed_in(cluster, self._owner, store) as pool,
                running(store, pool, workers=_WORKERS, check_bytes=self._check) as engine,
            ):
                await order(engine, *numbers)
                await at_rest(store, engine)
            await judged(store, self._mishaps, self._body, self._passage)
        return self._passage

    def _document(self, size: int, title: str) -> Document:
        return self._world.add_document(
            size=size, name=f"{title}.mp3", title=title, duration=timedelta(minutes=3)
        )

    def _body(self, document_id: int) -> bytes:
        document = self._world.documents[document_id]
        return bytes(document.read(0, document.size))

    def _hear(self, request: Any) -> bool:
        """Keep the request for its reply, which is made in the same step."""
        self._ask = request
        return True

    def _reply(self, answer: FilePart) -> Any:
        document_id = self._ask.location.id
        self._asked[document_id] += 1
        nth, number = self._asked[document_id], self._asked.total()
        ask = Ask(number, document_id, self._ask.offset, self._ask.limit)
        mishap = self._mishaps[document_id]
        if not mishap.strikes(ask, nth):
            return answer
        self._passage.struck += 1
        if mishap.fault is Fault.CDN:
            # Telegram sends the client elsewhere, though it did not offer to go.
            return types.upload.FileCdnRedirect(203, b"token", bytes(32), bytes(16), [])
        return FilePart(mishap.answer(ask, nth, bytes(answer.data), self._body(document_id)))


@asynccontextmanager
async def _signed_in(cluster: Cluster, user: User, store: Store) -> AsyncIterator[Pool]:
    home = cluster.address(_HOME)
    session = Session()
    session.set_dc(_HOME, *home)
    session.auth_key = AuthKey(cluster.mint_key(user))
    account = Account(user.id, user.first_name, AccountState.READY)
    await store.accounts.save(account, session.dump())
    access, clock = Access(1, "chunks", DataCentre(_HOME, *home), cluster.pem), Clock()
    async with open_sources(access, store, clock=clock) as sources:
        yield Pool(sources, store, clock)
