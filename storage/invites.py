"""Links that let somebody in once, with a role. Only digests of their tokens are stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from storage.database import Database
from storage.journal import Journal
from storage.models import Person, Role
from storage.people import put_person
from storage.people_tables import invites
from storage.record import What
from storage.tables import people

BYTES = 16


@dataclass(frozen=True, slots=True)
class Invite:
    id: int
    role: Role
    made_by: int
    made_at: datetime
    expires_at: datetime


class Invites:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def make(
        self, role: Role, by: int, now: datetime, expires_at: datetime
    ) -> tuple[Invite, str]:
        """Make one, and return the token for its link, which is known to nobody else."""
        token = secrets.token_urlsafe(BYTES)
        made = Invite(0, role, by, now, expires_at)
        values = {"role": role, "made_by": by, "made_at": now, "expires_at": expires_at}
        stored = insert(invites).values(digest=_digest(token), **values).returning(invites.c.id)
        async with self._database.write() as connection:
            invite_id = await connection.scalar(stored)
            assert invite_id is not None
            about = {"invite": invite_id, "role": role.value}
            await self._journal.append(connection, What.INVITE_MADE, about)
        return replace(made, id=invite_id), token

    async def open(self, now: datetime) -> list[Invite]:
        """Return those that can still be used, the oldest first."""
        wanted = select(invites).where(_is_open(now)).order_by(invites.c.id)
        async with self._database.read() as connection:
            return [_invite(row) for row in await connection.execute(wanted)]

    async def get(self, invite_id: int) -> Invite | None:
        async with self._database.read() as connection:
            rows = await connection.execute(select(invites).where(invites.c.id == invite_id))
            row = rows.first()
        return _invite(row) if row else None

    async def named(self, token: str, now: datetime) -> Invite | None:
        """Return the one behind a token, as long as it can be used."""
        its = (invites.c.digest == _digest(token)) & _is_open(now)
        async with self._database.read() as connection:
            row = (await connection.execute(select(invites).where(its))).first()
        return _invite(row) if row else None

    async def use(
        self, invite: Invite, person: Person, now: datetime, was: Role | None = None
    ) -> bool:
        """Let the person in, if nobody was before; who is banned stays so.

        Nobody is let in whose role is not what it `was` any more: it may be a higher one by now.
        """
        its = (invites.c.id == invite.id) & _is_open(now)
        known = select(people.c.role, people.c.banned_at).where(people.c.id == person.id)
        async with self._database.write() as connection:
            row = (await connection.execute(known)).first()
            if (row and row.role) is not was or (row and row.banned_at):
                return False
            used = update(invites).where(its).values(used_by=person.id, used_at=now)
            if not (await connection.execute(used)).rowcount:
                return False
            await put_person(connection, person, now)
            about = {"invite": invite.id, "role": invite.role.value}
            await self._journal.append(connection, What.INVITE_USED, about)
            return True

    async def withdraw(self, invite_id: int, now: datetime) -> bool:
        its = (invites.c.id == invite_id) & _is_open(now)
        async with self._database.write() as connection:
            withdrawn = update(invites).where(its).values(withdrawn_at=now)
            is_withdrawn = bool((await connection.execute(withdrawn)).rowcount)
            if is_withdrawn:
                about = {"invite": invite_id}
                await self._journal.append(connection, What.INVITE_WITHDRAWN, about)
            return is_withdrawn


def _is_open(now: datetime) -> ColumnElement[bool]:
    unused = invites.c.used_at.is_(None) & invites.c.withdrawn_at.is_(None)
    return unused & (invites.c.expires_at > now)


def _invite(row: Row[Any]) -> Invite:
    return Invite(row.id, row.role, row.made_by, row.made_at, row.expires_at)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
