from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.invites import Invites
from storage.journal import Journal
from storage.models import Person, Role
from storage.people import People
from storage.vault import Vault

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=24)
EVE = Person(9, "Eve", Role.MEMBER)


def journal_of(database: Database) -> Journal:
    return Journal(database, Vault(b"k" * 32, Path("tad.key")))


@pytest.fixture
def invites(database: Database) -> Invites:
    return Invites(database, journal_of(database))


async def test_an_invite_lets_one_person_in(invites: Invites, database: Database) -> None:
    made, token = await invites.make(Role.MEMBER, 7, NOW, LATER)
    found = await invites.named(token, NOW)
    used = [await invites.use(made, Person(id_, "Eve", Role.MEMBER), NOW) for id_ in (9, 10)]

    assert made == found
    assert [True, False] == used
    assert EVE == await People(database, journal_of(database)).get(9)
    assert await People(database, journal_of(database)).get(10) is None
    assert await invites.named(token, NOW) is None


async def test_an_invite_ends_with_its_time(invites: Invites) -> None:
    made, token = await invites.make(Role.GUEST, 7, NOW, LATER)

    assert await invites.named(token, LATER) is None
    assert not await invites.use(made, EVE, LATER)
    assert [] == await invites.open(LATER)


async def test_an_invite_that_was_withdrawn_opens_nothing(invites: Invites) -> None:
    made, token = await invites.make(Role.GUEST, 7, NOW, LATER)
    withdrawn = [await invites.withdraw(made.id, NOW) for _ in range(2)]

    assert [True, False] == withdrawn
    assert await invites.named(token, NOW) is None
    assert not await invites.use(made, EVE, NOW)


async def test_who_is_banned_is_let_in_by_no_invite(invites: Invites, database: Database) -> None:
    people = People(database, journal_of(database))
    await people.save(EVE)
    await people.ban(EVE, NOW)
    made, token = await invites.make(Role.MEMBER, 7, NOW, LATER)

    assert not await invites.use(made, EVE, NOW)
    assert made == await invites.named(token, NOW)


async def test_an_invite_takes_nothing_from_whom_another_role_was_given_meanwhile(
    invites: Invites, database: Database
) -> None:
    people, admin = People(database, journal_of(database)), Person(9, "Eve", Role.ADMIN)
    await people.save(admin)
    made, token = await invites.make(Role.MEMBER, 7, NOW, LATER)
    used = [await invites.use(made, EVE, NOW, was=was) for was in (None, Role.GUEST)]

    assert [False, False] == used
    assert admin == await people.get(9)
    assert made == await invites.named(token, NOW)


async def test_the_token_stands_nowhere_in_the_database(
    invites: Invites, database: Database
) -> None:
    _, token = await invites.make(Role.GUEST, 7, NOW, LATER)

    async with database.read() as connection:
        rows = await connection.exec_driver_sql("select * from invites")
        assert token not in str(rows.all())
