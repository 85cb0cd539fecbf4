from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.actor import acting
from storage.record import Broken, By, Fact, Head, Record, Verified, What, Who, Wrong
from storage.store import DATABASE_NAME, Store

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
OWNER = 7
_KEY = "journal_keys set key"


@contextmanager
def acts(who: Who = OWNER, at: datetime = NOW) -> Iterator[None]:
    with acting(who, lambda: at):
        yield


async def fill(store: Store, count: int) -> None:
    for number in range(1, count + 1):
        with acts(at=NOW + timedelta(minutes=number)):
            await store.journal.add(What.BANNED, {"person": number})


@contextmanager
def by_hand(store: Store) -> Iterator[sqlite3.Connection]:
    """Write into the database as somebody who has the file, and takes the triggers away."""
    connection = sqlite3.connect(store.journal._database._path, isolation_level=None)
    names = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
    for (name,) in names:
        if name.startswith("journal"):
            connection.execute(f"drop trigger {name}")
    yield connection
    connection.close()


async def broken(store: Store, noted: Head | None = None) -> Broken | None:
    return (await store.journal.verify(noted)).broken


def at(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


async def test_a_record_tells_who_did_what_and_when(store: Store) -> None:
    with acts():
        await store.journal.add(What.ROLE_SET, {"person": 9, "role": "admin", "was": None})
    with acts(By.CONSOLE):
        await store.journal.add(What.COMMANDED, {"command": "library move"})

    about: dict[str, Fact] = {"person": 9, "role": "admin", "was": None}
    assert [
        Record(2, NOW, By.CONSOLE, What.COMMANDED, {"command": "library move"}),
        Record(1, NOW, OWNER, What.ROLE_SET, about),
    ] == await store.journal.newest(10)


async def test_nothing_is_entered_where_nobody_acts(store: Store) -> None:
    await store.journal.add(What.BANNED, {"person": 9})

    assert [] == await store.journal.newest(10)
    assert await store.journal.head() is None


async def test_a_page_begins_where_it_is_wanted(store: Store) -> None:
    await fill(store, 5)

    assert [3, 2] == [one.number for one in await store.journal.newest(2, 3)]


async def test_the_last_of_some_acts_of_somebody_is_found(store: Store) -> None:
    with acts(By.PROGRAM):
        await store.journal.add(What.STARTED)
        await store.journal.add(What.STOPPED)
    with acts():
        await store.journal.add(What.STARTED)

    last = await store.journal.last(By.PROGRAM, [What.STARTED, What.STOPPED])
    assert last is not None
    assert (2, What.STOPPED) == (last.number, last.what)
    assert await store.journal.last(9, [What.STARTED]) is None


async def test_a_whole_journal_is_verified_up_to_its_head(store: Store) -> None:
    await fill(store, 3)
    head = await store.journal.head()

    assert head is not None
    assert Verified(3, head, None) == await store.journal.verify(head)


async def test_an_empty_journal_is_whole(store: Store) -> None:
    assert Verified(0, Head(0, "0" * 64), None) == await store.journal.verify()


async def test_more_records_than_are_read_at_once_are_verified(store: Store) -> None:
    with acts():
        async with store.journal._database.write() as connection:
            for number in range(1001):
                await store.journal.append(connection, What.BANNED, {"person": number})

    assert (1001, None) == ((await store.journal.verify()).count, await broken(store))


async def test_of_a_long_journal_only_the_newest_may_be_read(store: Store) -> None:
    await fill(store, 5)
    head = await store.journal.head()
    assert head is not None
    whole = [await store.journal.verify(newest=newest) for newest in (2, 5, 9)]
    async with store.journal._database.write() as connection:
        for name in ("changes", "loses"):
            await connection.exec_driver_sql(f"drop trigger journal_{name}_nothing")
        await connection.exec_driver_sql("update journal set who = '88' where number = 2")
    found = [(await store.journal.verify(newest=newest)).broken for newest in (2, 3, 4)]
    async with store.journal._database.write() as connection:
        await connection.exec_driver_sql("delete from journal where number = 4")
    missing = (await store.journal.verify(newest=2)).broken

    assert [Verified(count, head, None) for count in (2, 5, 5)] == whole
    assert [None, None, 2] == [one and one.number for one in found]
    assert missing is not None
    assert (4, Wrong.MISSING) == (missing.number, missing.wrong)


async def test_what_is_not_committed_is_not_in_the_journal_either(store: Store) -> None:
    async def fail() -> None:
        async with store.journal._database.write() as connection:
            await store.journal.append(connection, What.BANNED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), acts():
        await fail()

    assert [] == await store.journal.newest(10)
    await fill(store, 1)
    assert await broken(store) is None


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set about = '{}' where number = 2",
        "delete from journal where number = 3",
        "insert or replace into journal select * from journal where number = 1",
        "delete from journal_keys",
    ],
)
async def test_the_database_refuses_to_change_or_lose_a_record(
    store: Store, statement: str
) -> None:
    await fill(store, 3)

    with pytest.raises(IntegrityError, match="only grows"):
        async with store.journal._database.write() as connection:
            await connection.exec_driver_sql(statement)

    assert await broken(store) is None


@pytest.mark.parametrize("column", ["at", "who", "what", "about", "before", "digest"])
@pytest.mark.parametrize("value", ["1", "", None, b"\xff\xfe", "{"])
async def test_a_changed_column_is_named_whatever_stands_there(
    store: Store, column: str, value: object
) -> None:
    await fill(store, 3)
    with by_hand(store) as database:
        database.execute("pragma writable_schema = on")
        database.execute("update sqlite_master set sql = replace(sql, 'NOT NULL', '')")
        database.execute("pragma schema_version = 9999")
    with by_hand(store) as database:
        database.execute(f"update journal set {column} = ? where number = 2", (value,))

    found = await broken(store)
    shown = await store.journal.newest(10)
    assert found is not None
    assert (2, Wrong.CHANGED) == (found.number, found.wrong)
    assert [3, 2, 1] == [one.number for one in shown]


async def test_a_missing_record_is_named_with_the_time_of_the_next(store: Store) -> None:
    await fill(store, 5)
    with by_hand(store) as database:
        database.execute("delete from journal where number in (2, 4)")

    assert Broken(2, at(3), Wrong.MISSING) == await broken(store)


async def test_swapped_records_are_named_at_the_first_of_them(store: Store) -> None:
    await fill(store, 5)
    with by_hand(store) as database:
        for old, new in ((2, 99), (4, 2), (99, 4)):
            database.execute("update journal set number = ? where number = ?", (new, old))

    assert Broken(2, at(4), Wrong.ORDER) == await broken(store)


async def test_a_record_put_in_between_is_named(store: Store) -> None:
    await fill(store, 3)
    with by_hand(store) as database:
        database.execute("update journal set number = -number where number >= 2")
        database.execute("update journal set number = 1 - number where number < 0")
        database.execute(
            "insert into journal select 2, at, who, what, '{}', before, digest from journal"
            " where number = 1"
        )

    assert Broken(2, at(1), Wrong.CHANGED) == await broken(store)


async def test_that_the_end_was_cut_off_is_told(store: Store) -> None:
    await fill(store, 4)
    with by_hand(store) as database:
        database.execute("delete from journal where number > 2")

    assert Broken(3, at(2), Wrong.CUT) == await broken(store)


async def test_an_end_that_is_moved_with_the_cut_is_known_by_its_mark(store: Store) -> None:
    await fill(store, 4)
    with by_hand(store) as database:
        database.execute("delete from journal where number > 2")
        digest = database.execute("select digest from journal where number = 2").fetchone()[0]
        database.execute("update journal_end set number = 2, digest = ?", (digest,))

    assert Broken(3, at(2), Wrong.CUT) == await broken(store)


async def test_what_was_cut_off_stays_known_when_more_is_written(store: Store) -> None:
    await fill(store, 4)
    with by_hand(store) as database:
        database.execute("delete from journal where number > 2")
    await fill(store, 2)

    assert Broken(3, at(1), Wrong.MISSING) == await broken(store)
    assert What.JOURNAL_BROKEN in {one.what for one in await store.journal.newest(10)}


@pytest.mark.parametrize("table", ["journal_end", "journal_keys"])
async def test_what_the_journal_lost_beside_its_records_stays_known(
    store: Store, table: str
) -> None:
    await fill(store, 4)
    with by_hand(store) as database:
        database.execute(f"delete from {table}")

    first = await broken(store)
    await fill(store, 2)

    assert first is not None
    assert await broken(store) is not None
    told = [one for one in await store.journal.newest(10) if one.what is What.JOURNAL_BROKEN]
    assert [(5, By.PROGRAM)] == [(one.number, one.who) for one in told]


@pytest.mark.parametrize(
    "place", [*(f"journal_end set {one}" for one in ("number", "digest", "mark")), _KEY]
)
@pytest.mark.parametrize("value", ["'abc'", "cast(x'fffe' as text)", "x'00'", "1e300"])
async def test_whatever_is_written_beside_the_records_stops_nobody(
    store: Store, place: str, value: str
) -> None:
    await fill(store, 2)
    with by_hand(store) as database:
        database.execute(f"update {place} = {value}")

    first = await broken(store)
    await fill(store, 1)

    assert first is not None
    assert await broken(store) is not None


async def test_all_records_gone_is_a_cut_at_the_first(store: Store) -> None:
    await fill(store, 2)
    with by_hand(store) as database:
        database.execute("delete from journal")
        database.execute("delete from journal_end")

    assert Broken(1, None, Wrong.CUT) == await broken(store)


async def test_a_noted_head_tells_of_a_cut_that_nothing_else_tells_of(store: Store) -> None:
    """Whoever has kept the end of an earlier moment can put it back."""
    await fill(store, 2)
    with by_hand(store) as database:
        earlier = database.execute("select number, digest, mark from journal_end").fetchone()
    await fill(store, 2)
    noted = await store.journal.head()
    with by_hand(store) as database:
        database.execute("delete from journal where number > 2")
        database.execute("update journal_end set number = ?, digest = ?, mark = ?", earlier)

    assert await broken(store) is None
    assert Broken(3, at(2), Wrong.CUT) == await broken(store, noted)


async def test_another_record_than_the_noted_one_is_named(store: Store) -> None:
    await fill(store, 3)
    head = await store.journal.head()
    assert head is not None

    assert await broken(store, Head(3, head.digest[:12])) is None
    assert Broken(2, at(2), Wrong.NOT_AS_NOTED) == await broken(store, Head(2, "0" * 12))


async def test_what_is_written_about_is_short_and_of_one_line(store: Store) -> None:
    with acts():
        await store.journal.add(What.COMMANDED, {"command": "x" * 500 + "\n\0"})

    record = (await store.journal.newest(1))[0]
    assert {"command": "x" * 100} == record.about
    assert await broken(store) is None


async def test_two_programs_write_into_one_chain(store: Store, tmp_path: object) -> None:
    from storage.database import open_database  # noqa: PLC0415
    from storage.journal import Journal  # noqa: PLC0415

    del tmp_path
    await fill(store, 1)
    path = store.journal._database._path
    assert DATABASE_NAME == path.name
    async with open_database(path) as database:
        other = Journal(database, store.vault)
        with acts(By.CONSOLE):
            await other.add(What.COMMANDED, {"command": "import"})
    await fill(store, 1)

    assert (3, None) == ((await store.journal.verify()).count, await broken(store))
