"""A pool of two accounts that read the same songs."""

from __future__ import annotations

from downloader.errors import AccountLostError, ThrottledError
from downloader.pool import Pool
from downloader.source import RemoteFile
from storage.models import Account
from storage.store import Store
from tests.downloader.scripted import OwnedTime, ScriptedSource, song

MIB = 1 << 20
SONGS = [song(1), song(2, size=6 * MIB)]


class Two:
    """Two accounts, 1 and 2, and their pool."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.time = OwnedTime()
        self.first = ScriptedSource(*SONGS, account=1)
        self.second = ScriptedSource(*SONGS, account=2)
        self.pool = self.build()

    def build(self) -> Pool:
        self.pool = Pool([self.first, self.second], self.store, self.time.clock)
        return self.pool

    async def account(self, number: int) -> Account:
        return (await self.store.accounts.all())[number - 1]


async def part(file: RemoteFile, offset: int) -> bytes:
    """Bring a MiB as the engine does, again where the first request was in vain."""
    while True:
        turn = await file.turn(MIB)
        try:
            return bytes(await turn.part(offset, MIB))
        except (ThrottledError, AccountLostError):
            continue
        finally:
            turn.give_back()
