"""The one-time code by which somebody becomes the owner.

It has 128 bits and is stored as a digest alone: a digest of that much chance cannot be turned back.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.journal import Journal
from storage.models import Person
from storage.people import put_person
from storage.people_tables import claim_codes
from storage.record import What
from storage.upsert import upsert

LIFE = timedelta(minutes=15)
TRIES = 5
DELAY = timedelta(minutes=5)  # after the last of them
BYTES = 16

_ONLY = 1
_ITS = claim_codes.c.id == _ONLY


class Claimed(Enum):
    """What came of a code that somebody sent."""

    YES = auto()
    NO = auto()
    USED_UP = auto()  # it was the last try: a new code is needed, and counts after the delay


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code to be shown once, to whoever sits at the console."""

    code: str
    valid_from: datetime
    valid_until: datetime


class Ownership:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def new_code(self, now: datetime) -> NewCode:
        """Make a code in place of any other. After too many tries it counts a little later."""
        code = secrets.token_urlsafe(BYTES)
        async with self._database.write() as connection:
            row = (await connection.execute(select(claim_codes).where(_ITS))).first()
            is_closed = row is not None and row.tries >= TRIES
            valid_from = max(now, min(row.valid_from, now + DELAY)) if row and is_closed else now
            values = {
                "id": _ONLY,
                "digest": _digest(code),
                "valid_from": valid_from,
                "valid_until": valid_from + LIFE,
                "tries": 0,
            }
            await upsert(connection, claim_codes, values)
            await self._journal.append(connection, What.CODE_MADE)
        return NewCode(code, valid_from, valid_from + LIFE)

    async def closed_until(self) -> datetime | None:
        """Return until when no code counts, after too many tries; None while one may."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(claim_codes).where(_ITS))).first()
        return row.valid_from if row is not None and row.digest is None else None

    async def claim(
        self, code: str, person: Person, now: datetime, by_another: datetime | None = None
    ) -> Claimed:
        """Make the person the owner, if the code is right; the code is gone then.

        A code that does not count yet, or not any more, is not compared. It may be of another
        clock: of a process that began when the one on the wall was wrong.
        """
        moments = (now, by_another or now)
        async with self._database.write() as connection:
            row = (await connection.execute(select(claim_codes).where(_ITS))).first()
            if row is None or row.digest is None or not any(_is_valid(row, at) for at in moments):
                return Claimed.NO
            if hmac.compare_digest(row.digest, _digest(code)):
                await connection.execute(claim_codes.delete())
                await put_person(connection, person, now)
                about = {"person": person.id}
                await self._journal.append(connection, What.OWNER_CLAIMED, about)
                return Claimed.YES
            return await _missed(connection, row.tries + 1, now)


def _is_valid(row: Row[Any], now: datetime) -> bool:
    return bool(row.valid_from <= now < row.valid_until)


async def _missed(connection: AsyncConnection, tries: int, now: datetime) -> Claimed:
    if tries < TRIES:
        await connection.execute(update(claim_codes).where(_ITS).values(tries=tries))
        return Claimed.NO
    closed = {"tries": tries, "digest": None, "valid_from": now + DELAY}
    await connection.execute(update(claim_codes).where(_ITS).values(**closed))
    return Claimed.USED_UP


def _digest(code: str) -> bytes:
    return sha256(code.encode()).digest()
