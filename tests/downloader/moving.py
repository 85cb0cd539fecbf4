"""One carrier over real storage and a scripted source, for the tests of transfers."""

from __future__ import annotations

from downloader.bell import Bell
from downloader.move import Pace
from downloader.parts import Layout
from downloader.proof import CheckBytes
from downloader.room import Room
from downloader.transfer import Carrier
from storage.models import Audio, Transfer
from storage.store import Store
from tests.downloader.scripted import OwnedTime, ScriptedSource, song

MIB = 1 << 20
BIG = song(1, size=7 * MIB + 5)


class Bench:
    """One carrier over real storage; `heard` are the bytes it told of."""

    def __init__(
        self,
        store: Store,
        *songs: Audio,
        width: int = 4,
        pace: Pace | None = None,
        reserve: int = 0,
        check_bytes: CheckBytes = CheckBytes.RISKY,
    ) -> None:
        self.store = store
        self.source = ScriptedSource(*songs)
        self.source.width = width
        self.time = OwnedTime()
        self.heard: list[int] = []
        self._bell = Bell()
        room = Room(store.files, self.time.clock, reserve)
        self.carrier = Carrier(store, room, self.time.clock, pace or Pace(), check_bytes)

    async def fetch(self, audio: Audio) -> None:
        remote = await self.source.open(audio)
        await self.carrier.fetch(remote, audio.document_id, await self.row(audio), self.hear)

    def hear(self, done: int) -> None:
        self.heard.append(done)
        self._bell.ring()

    async def all_is_here(self, audio: Audio) -> None:
        """Wait until every byte was told of."""
        while True:
            ring = self._bell.next_ring()
            if audio.size in self.heard:
                return
            await ring.wait()

    async def body(self, audio: Audio) -> bytes:
        part = await self.store.files.open_part(audio.document_id)
        assert part is not None
        async with part:
            return await part.read(0, audio.size + 1)

    async def has_come(self, audio: Audio) -> bool:
        whole = await self.carrier.is_whole(await self.row(audio), audio.size)
        return whole and self.source.bodies[audio.document_id] == await self.body(audio)

    async def row(self, audio: Audio) -> Transfer | None:
        return await self.store.transfers.get(audio.document_id)

    async def claims(self, audio: Audio) -> int:
        """Return how many whole MiB are claimed to be on disk."""
        row = await self.row(audio)
        return 0 if row is None else Layout(row.size, row.part_size).bytes_done(row.done) // MIB

    async def first_claims(self, audio: Audio) -> int:
        """Wait until anything is claimed."""
        while True:
            if count := await self.claims(audio):
                return count
