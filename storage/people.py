"""The people who may talk to the bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.journal import Journal
from storage.models import Person, Role
from storage.people_tables import person_numbers, quotas
from storage.record import Fact, What
from storage.tables import people
from storage.upsert import upsert

_LARGEST = (1 << 63) - 1

_PROFILES = select(people, person_numbers.c.number).join(
    person_numbers, person_numbers.c.person_id == people.c.id
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as those see them who see to people. `username` comes without `@`.

    The `number` is theirs in every list, and nobody else's ever.
    """

    person: Person
    number: int = 0
    username: str | None = None
    since: datetime | None = None
    seen_at: datetime | None = None
    banned_at: datetime | None = None


class People:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def save(self, person: Person, since: datetime | None = None) -> None:
        """Enter a person, or another role. There is one owner: another becomes an admin."""
        its = select(people.c.role).where(people.c.id == person.id)
        async with self._database.write() as connection:
            was = await connection.scalar(its)
            await put_person(connection, person, since)
            if was is not person.role:
                await self._journal.append(connection, *_role_set(person.id, person.role, was))

    async def note(
        self, person_id: int, name: str, username: str | None, seen_at: datetime
    ) -> None:
        """Note what somebody is called now, if it is known who that is."""
        its = people.c.id == person_id
        now = {"name": name, "username": username, "seen_at": seen_at}
        async with self._database.write() as connection:
            await connection.execute(update(people).where(its).values(**now))

    async def get(self, person_id: int) -> Person | None:
        """Return who it is; None for a stranger, and whoever is banned is one."""
        found = await self.profile(person_id)
        return found.person if found is not None and found.banned_at is None else None

    async def profile(self, person_id: int) -> Profile | None:
        if abs(person_id) > _LARGEST:
            return None  # whoever says such a number of themself, it is in no row
        return await self._first(people.c.id == person_id)

    async def owner(self) -> Person | None:
        found = await self._first(people.c.role == Role.OWNER)
        return found.person if found else None

    async def called(self, username: str) -> Profile | None:
        """Return who had this name when they last wrote; names of Telegram pass on."""
        return await self._first(func.lower(people.c.username) == username.lower())

    async def numbered(self, number: int) -> Profile | None:
        return await self._first(person_numbers.c.number == number)

    async def every(self) -> list[Profile]:
        """Return everybody, in the order in which they came, those banned too."""
        async with self._database.read() as connection:
            rows = await connection.execute(_PROFILES.order_by(person_numbers.c.number))
            return [_profile(row) for row in rows]

    async def set_role(self, before: Person, role: Role, now: datetime) -> bool:
        """Give another role; tell whether the person still had the one `before`."""
        entered = _role_set(before.id, role, before.role)
        return await self._change(before, {"role": role, "since": now}, *entered)

    async def ban(self, before: Person, now: datetime) -> bool:
        return await self._change(before, {"banned_at": now}, What.BANNED, {"person": before.id})

    async def let_in(self, before: Person) -> bool:
        """Let in again who was banned, with the role they had."""
        return await self._change(before, {"banned_at": None}, What.UNBANNED, {"person": before.id})

    async def remove(self, before: Person) -> bool:
        """Forget somebody, with the limits that were said of them."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(people).where(_is_still(before)))
            if gone.rowcount:
                await connection.execute(delete(quotas).where(quotas.c.whose == str(before.id)))
                await self._journal.append(connection, *_role_set(before.id, None, before.role))
            return bool(gone.rowcount)

    async def _change(
        self, before: Person, values: dict[str, Any], what: What, about: Mapping[str, Fact]
    ) -> bool:
        async with self._database.write() as connection:
            changed = update(people).where(_is_still(before)).values(**values)
            is_changed = bool((await connection.execute(changed)).rowcount)
            if is_changed:
                await self._journal.append(connection, what, about)
            return is_changed

    async def _first(self, which: ColumnElement[bool]) -> Profile | None:
        newest = people.c.seen_at.desc().nulls_last()
        async with self._database.read() as connection:
            rows = await connection.execute(_PROFILES.where(which).order_by(newest).limit(1))
            row = rows.first()
        return _profile(row) if row else None


async def put_person(
    connection: AsyncConnection, person: Person, since: datetime | None = None
) -> None:
    if person.role is Role.OWNER:
        others = (people.c.role == Role.OWNER) & (people.c.id != person.id)
        await connection.execute(update(people).where(others).values(role=Role.ADMIN))
    values: dict[str, Any] = {"id": person.id, "name": person.name, "role": person.role}
    if since is not None:
        values |= {"since": since, "banned_at": None}
    await upsert(connection, people, values)
    its = person_numbers.c.person_id == person.id
    if await connection.scalar(select(person_numbers.c.number).where(its)) is None:
        # Not by leaving out what is there: that would use up a number each time.
        await connection.execute(insert(person_numbers).values(person_id=person.id))


def _role_set(person_id: int, role: Role | None, was: Role | None) -> tuple[What, dict[str, Fact]]:
    about: dict[str, Fact] = {"person": person_id, "role": role and role.value}
    return What.ROLE_SET, {**about, "was": was and was.value}


def _is_still(before: Person) -> ColumnElement[bool]:
    return (people.c.id == before.id) & (people.c.role == before.role)


def _profile(row: Row[Any]) -> Profile:
    person = Person(row.id, row.name, row.role)
    return Profile(person, row.number, row.username, row.since, row.seen_at, row.banned_at)
