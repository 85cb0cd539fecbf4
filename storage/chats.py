"""Chats that audio is read from, and which account may name them to Telegram."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.models import Chat
from storage.tables import access, accounts, chats
from storage.upsert import upsert


class Chats:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, chat: Chat) -> None:
        async with self._database.write() as connection:
            await put_chat(connection, chat)

    async def get(self, chat_id: int) -> Chat | None:
        async with self._database.read() as connection:
            rows = await connection.execute(select(chats).where(chats.c.id == chat_id))
            row = rows.first()
        return _chat(row) if row else None

    async def by_username(self, name: str) -> Chat | None:
        """Find the chat that had this username when last seen, whatever its case."""
        wanted = func.lower(chats.c.username) == name.removeprefix("@").lower()
        async with self._database.read() as connection:
            row = (await connection.execute(select(chats).where(wanted))).first()
        return _chat(row) if row else None

    async def grant(self, account_id: int, chat_id: int, access_hash: int) -> None:
        values = {"account_id": account_id, "chat_id": chat_id, "access_hash": access_hash}
        async with self._database.write() as connection:
            await upsert(connection, access, values)

    async def revoke(self, account_id: int, chat_id: int) -> None:
        this = (access.c.account_id == account_id) & (access.c.chat_id == chat_id)
        async with self._database.write() as connection:
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
    values = {"id": chat.id, "title": chat.title, "username": chat.username, "kind": chat.kind}
    await upsert(connection, chats, values)


def _chat(row: Row[Any]) -> Chat:
    return Chat(row.id, row.title, row.username, row.kind)
