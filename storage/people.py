"""The people who may talk to the bot."""

from __future__ import annotations

from sqlalchemy import select, update

from storage.database import Database
from storage.journal import Journal
from storage.models import Person
from storage.record import What
from storage.tables import people
from storage.upsert import upsert


class People:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def save(self, person: Person) -> None:
        values = {"id": person.id, "name": person.name, "role": person.role}
        its = select(people.c.role).where(people.c.id == person.id)
        async with self._database.write() as connection:
            was = await connection.scalar(its)
            await upsert(connection, people, values)
            if was is not person.role:
                about = {"person": person.id, "role": person.role.value, "was": was and was.value}
                await self._journal.append(connection, What.ROLE_SET, about)

    async def rename(self, person_id: int, name: str) -> None:
        """Note what somebody is called now, if it is known who that is."""
        its = people.c.id == person_id
        async with self._database.write() as connection:
            await connection.execute(update(people).where(its).values(name=name))

    async def get(self, person_id: int) -> Person | None:
        async with self._database.read() as connection:
            rows = await connection.execute(select(people).where(people.c.id == person_id))
            row = rows.first()
        return Person(row.id, row.name, row.role) if row else None
