"""Notes what was looked at of a chat, as the program does with what came of it."""

from __future__ import annotations

from storage.store import Store
from storage.stretch import Looked
from storage.stretches import put_looked


async def note(store: Store, looked: Looked) -> None:
    async with store.stretches._database.write() as connection:
        await put_looked(connection, looked)
