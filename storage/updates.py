"""What Telegram has told the bot, stored before it is confirmed and until it is done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.handling import Handling, UpdateKey, UpdateState
from storage.update_tables import updates
from storage.upsert import insert_new

_KEY = tuple_(updates.c.bot_id, updates.c.update_id)
# One by one: SQLite finds a list of pairs by no index.
_THIS = (updates.c.bot_id == bindparam("its_bot")) & (updates.c.update_id == bindparam("its_id"))
_OVER = {"state": UpdateState.DONE, "body": None, "words": None}
_NOT_NOTED = 0  # the bot of what an older version of this program has entered
_AT_ONCE = 500  # rows that one transaction removes: others wait for it


@dataclass(frozen=True, slots=True)
class Left:
    """An update that an earlier life has left; `starts` have found it not handled.

    Another bot may have been told it.
    """

    handling: Handling
    state: UpdateState
    starts: int


class Updates:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, bot_id: int, update_ids: Collection[int]) -> set[int]:
        """Return those of a bot that were entered. Whoever writes does not hold this up."""
        its = updates.c.bot_id.in_((bot_id, _NOT_NOTED))
        found: set[int] = set()
        async with self._database.read() as connection:
            for some in batches(update_ids):
                there = select(updates.c.update_id).where(its, updates.c.update_id.in_(some))
                found |= set(await connection.scalars(there))
        return found

    async def keep(
        self,
        entered: Sequence[Handling],
        done: Collection[UpdateKey] = (),
        broken: Collection[UpdateKey] = (),
    ) -> None:
        """Enter updates that are not known yet, and note which are done or set aside."""
        rows = [
            {
                **one.key._asdict(),
                "body": one.body,
                "received_at": one.received_at,
                "state": UpdateState.NEW,
            }
            for one in entered
        ]
        async with self._database.write(is_aside=True) as connection:
            await insert_new(connection, updates, rows)
            for keys, values in ((done, _OVER), (broken, {"state": UpdateState.BROKEN})):
                if keys:
                    those = [{"its_bot": bot_id, "its_id": one} for bot_id, one in keys]
                    await connection.execute(update(updates).where(_THIS).values(values), those)

    async def acted(self) -> None:
        """Note that the update that is handled has acted, where its act is no one transaction."""
        async with self._database.write():
            pass

    async def take_up(self, bot_id: int, most: int) -> list[Left]:
        """Return what earlier lives have left, in the order in which it came.

        What the bot was told and has not acted counts the starts that found it so; at the last of
        the `most` it is set aside. What another bot was told is returned as it is.
        """
        new = (updates.c.bot_id == bot_id) & (updates.c.state == UpdateState.NEW)
        async with self._database.write(is_aside=True) as connection:
            await _note(connection, bot_id)
            await connection.execute(update(updates).where(new).values(starts=updates.c.starts + 1))
            last = update(updates).where(new, updates.c.starts >= most)
            await connection.execute(last.values(state=UpdateState.BROKEN))
            left = select(updates).where(updates.c.body.is_not(None))
            ordered = left.order_by(updates.c.received_at, updates.c.update_id)
            rows = await connection.execute(ordered)
            return [_left(row) for row in rows]

    async def forget(self, bot_id: int, before: datetime, most: int) -> None:
        """Remove what is old: from before then, and the oldest of what is more than the `most`.

        What the bot was told stays until it is done; of another, whose chats we may never see
        again, even that goes which is not.
        """
        while await self._forget_some(bot_id, before, most):
            pass

    async def _forget_some(self, bot_id: int, before: datetime, most: int) -> bool:
        over = updates.c.body.is_(None) | (updates.c.bot_id != bot_id)
        newest_first = updates.c.received_at.desc()
        surplus = select(updates.c.received_at).order_by(newest_first).offset(most).limit(1)
        async with self._database.write(is_aside=True) as connection:
            last = await connection.scalar(surplus)
            old = updates.c.received_at < before
            if last is not None:
                old = or_(old, updates.c.received_at <= last)
            these = select(updates.c.bot_id, updates.c.update_id).where(over, old).limit(_AT_ONCE)
            gone = await connection.execute(delete(updates).where(_KEY.in_(these)))
        return bool(gone.rowcount == _AT_ONCE)

    async def count(self) -> int:
        async with self._database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(updates)) or 0


async def _note(connection: AsyncConnection, bot_id: int) -> None:
    """Take what an older version has entered for what this bot was told."""
    older = updates.c.bot_id == _NOT_NOTED
    its = select(updates.c.update_id).where(updates.c.bot_id == bot_id)
    # It came again before it could be noted: what is entered now is handled now.
    await connection.execute(delete(updates).where(older, updates.c.update_id.in_(its)))
    await connection.execute(update(updates).where(older).values(bot_id=bot_id))


def _left(row: Row[Any]) -> Left:
    key = UpdateKey(row.bot_id, row.update_id)
    handling = Handling(key, row.body, row.received_at, row.words)
    return Left(handling, row.state, row.starts)
