from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.journal import Journal
from storage.models import Person, Role
from storage.ownership import DELAY, LIFE, TRIES, Claimed, Ownership
from storage.people import People
from storage.vault import Vault

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Person(7, "Ann", Role.OWNER)
BOB = Person(8, "Bob", Role.OWNER)


def journal_of(database: Database) -> Journal:
    return Journal(database, Vault(b"k" * 32, Path("tad.key")))


@pytest.fixture
def ownership(database: Database) -> Ownership:
    return Ownership(database, journal_of(database))


async def test_a_code_makes_an_owner_once(ownership: Ownership, database: Database) -> None:
    made = await ownership.new_code(NOW)

    assert Claimed.YES is await ownership.claim(made.code, ANN, NOW)
    assert Claimed.NO is await ownership.claim(made.code, BOB, NOW)
    assert ANN == await People(database, journal_of(database)).owner()


async def test_a_code_counts_for_a_quarter_of_an_hour(ownership: Ownership) -> None:
    made = await ownership.new_code(NOW)

    assert 22 == len(made.code)
    assert Claimed.NO is await ownership.claim(made.code, ANN, NOW + LIFE)
    assert Claimed.YES is await ownership.claim(made.code, ANN, NOW + LIFE - timedelta(seconds=1))


async def test_only_the_newest_code_counts(ownership: Ownership) -> None:
    old, new = await ownership.new_code(NOW), await ownership.new_code(NOW)

    assert Claimed.NO is await ownership.claim(old.code, ANN, NOW)
    assert Claimed.YES is await ownership.claim(new.code, ANN, NOW)


async def test_after_five_wrong_tries_the_right_code_is_void_and_a_new_one_counts_later(
    ownership: Ownership,
) -> None:
    made = await ownership.new_code(NOW)
    came = [await ownership.claim("x" * 22, BOB, NOW) for _ in range(TRIES)]
    right = await ownership.claim(made.code, ANN, NOW)
    closed = await ownership.closed_until()
    new = await ownership.new_code(NOW)

    assert [Claimed.NO] * 4 + [Claimed.USED_UP] == came
    assert Claimed.NO is right
    assert NOW + DELAY == closed == new.valid_from
    assert Claimed.NO is await ownership.claim(new.code, ANN, NOW)
    assert Claimed.YES is await ownership.claim(new.code, ANN, NOW + DELAY)


async def test_a_clock_that_was_put_back_closes_the_door_no_longer_than_the_delay(
    ownership: Ownership,
) -> None:
    await ownership.new_code(NOW)
    for _ in range(TRIES):
        await ownership.claim("x" * 22, BOB, NOW)
    earlier = NOW - timedelta(days=300)

    assert earlier + DELAY == (await ownership.new_code(earlier)).valid_from


async def test_a_new_owner_leaves_the_old_one_an_admin(
    ownership: Ownership, database: Database
) -> None:
    people = People(database, journal_of(database))
    await people.save(ANN)
    made = await ownership.new_code(NOW)
    await ownership.claim(made.code, BOB, NOW)

    assert BOB == await people.owner()
    assert Person(7, "Ann", Role.ADMIN) == await people.get(7)


async def test_the_code_stands_nowhere_in_the_database(
    ownership: Ownership, database: Database
) -> None:
    made = await ownership.new_code(NOW)

    async with database.read() as connection:
        rows = await connection.exec_driver_sql("select * from claim_codes")
        assert made.code not in str(rows.all())
