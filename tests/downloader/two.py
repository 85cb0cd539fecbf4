"""A pool of two accounts that read the same songs."""

from __future__ import annotations

from downloader.pool import Pool
from storage.models import Account
from storage.store import Store
from tests.downloader.scripted import OwnedTime, ScriptedSource, song

SONGS = [song(1), song(2, size=6 << 20)]


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
