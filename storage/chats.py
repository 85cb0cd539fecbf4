"""Chats that audio is read from, and which account may name them to Telegram."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chat_rows import chat_from
from storage.database import Database
from storage.models import Chat
from storage.serving import SERVED
from storage.tables import access, accounts, chats, postings, tracks
from storage.upsert import upsert


class Chats:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, chat: Chat) -> None:
        async with self._database.write(is_aside=True) as connection:
            await put_chat(connection, chat)

    async def get(self, chat_id: int) -> Chat | None:
        async with self._database.read() as connection:
            rows = await connection.execute(select(chats).where(chats.c.id == chat_id))
            row = rows.first()
        return chat_from(row, row.id) if row else None

    async def by_username(self, name: str) -> Chat | None:
        """Find the chat that had this username when last seen, whatever its case."""
        wanted = func.lower(chats.c.username) == name.removeprefix("@").lower()
        async with self._database.read() as connection:
            row = (await connection.execute(select(chats).where(wanted))).first()
        return chat_from(row, row.id) if row else None

    async def named(self, name: str) -> Chat | None:
        """Find the chat that a request writes so (see `storage.models.Request`)."""
        return await (self.by_username(name) if name.startswith("@") else self.get(int(name)))

    async def with_tracks(self) -> list[Chat]:
        """Return the chats from which the library has postings."""
        its = select(postings.c.chat_id).where(postings.c.chat_id == chats.c.id)
        async with self._database.read() as connection:
            rows = await connection.execute(select(chats).where(its.exists()).order_by(chats.c.id))
            return [chat_from(row, row.id) for row in rows]

    async def tracks(self, chat_id: int) -> list[int]:
        """Return the tracks that are served for what was posted there, the oldest first."""
        held = postings.join(tracks, tracks.c.id == postings.c.track_id)
        wanted = select(SERVED).select_from(held).where(postings.c.chat_id == chat_id)
        ordered = wanted.order_by(postings.c.posted_at, postings.c.message_id)
        async with self._database.read() as connection:
            return list(dict.fromkeys(await connection.scalars(ordered)))

    async def grant(self, account_id: int, chat_id: int, access_hash: int) -> None:
        values = {"account_id": account_id, "chat_id": chat_id, "access_hash": access_hash}
        async with self._database.write(is_aside=True) as connection:
            await upsert(connection, access, values)

    async def revoke(self, account_id: int, chat_id: int) -> None:
        this = (access.c.account_id == account_id) & (access.c.chat_id == chat_id)
        async with self._database.write(is_aside=True) as connection:
            await connection.execute(delete(access).where(this))

    async def access(self, account_id: int) -> dict[int, int]:
        """Return the access hash of each chat this account may read."""
        wanted = select(access.c.chat_id, access.c.access_hash)
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.where(access.c.account_id == account_id))
            return {row.chat_id: row.access_hash for row in rows}

    async def readers(self, chat_id: int) -> frozenset[int]:
        """Return the stored accounts that may read this chat, whether logged in or not."""
        # An account that was removed while the bot ran may have been granted something after that.
        stored = access.join(accounts, accounts.c.id == access.c.account_id)
        wanted = select(accounts.c.id).select_from(stored).where(access.c.chat_id == chat_id)
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(wanted))


async def put_chat(connection: AsyncConnection, chat: Chat) -> None:
    if chat.username is not None:
        # A username moves from one chat to another; nobody tells us but its new owner.
        lost = func.lower(chats.c.username) == chat.username.lower()
        await connection.execute(
            update(chats).where(lost, chats.c.id != chat.id).values(username=None)
        )
    values = {
        "id": chat.id,
        "title": chat.title,
        "username": chat.username,
        "kind": chat.kind,
        "is_protected": chat.is_protected,
    }
    await upsert(connection, chats, values)
