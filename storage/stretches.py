"""Keeps which message ids of each chat were looked at."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.stretch import Looked, Stretch, merged
from storage.stretch_tables import stretches

_WHOLE = 0  # no topic has this id


class Stretches:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, chat_id: int, topic: int | None = None, *, voice: bool = False
    ) -> list[Stretch]:
        """Return what was looked at of a chat, or of a topic of it, ascending.

        With `voice`, only where voice messages were read too.
        """
        its = (stretches.c.chat_id == chat_id) & (stretches.c.voice == voice)
        read = stretches.c.topic.in_({_WHOLE, topic or _WHOLE})
        wanted = select(stretches.c.first_id, stretches.c.last_id).where(its, read)
        async with self._database.read() as connection:
            rows = await connection.execute(wanted)
            return merged(Stretch(row.first_id, row.last_id) for row in rows)

    async def topics(self, chat_id: int) -> list[int]:
        """Return the topics of a chat that were read alone."""
        its = (stretches.c.chat_id == chat_id) & (stretches.c.topic != _WHOLE)
        async with self._database.read() as connection:
            return list(await connection.scalars(select(stretches.c.topic).where(its).distinct()))


async def put_looked(connection: AsyncConnection, looked: Looked | None) -> None:
    """Note what was looked at, in the transaction that stores what came of it."""
    if looked is not None:
        for voice in {False, looked.voice}:
            await _put(connection, looked, voice=voice)


async def _put(connection: AsyncConnection, looked: Looked, *, voice: bool) -> None:
    topic, new = looked.topic or _WHOLE, looked.stretch
    its = (stretches.c.chat_id == looked.chat_id) & (stretches.c.topic == topic)
    meeting = (stretches.c.first_id <= new.last + 1) & (stretches.c.last_id >= new.first - 1)
    joined = delete(stretches).where(its, stretches.c.voice == voice, meeting)
    rows = await connection.execute(joined.returning(stretches.c.first_id, stretches.c.last_id))
    [one] = merged([new, *(Stretch(row.first_id, row.last_id) for row in rows)])
    values = {"topic": topic, "voice": voice, "first_id": one.first, "last_id": one.last}
    await connection.execute(insert(stretches).values(chat_id=looked.chat_id, **values))
