from __future__ import annotations

import asyncio
import sqlite3
import stat
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database, open_database
from storage.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DiskFailure,
    DiskTrouble,
)
from storage.models import ItemState, Role
from storage.tables import items, people


async def _add(database: Database, person_id: int, name: str = "Ann") -> None:
    async with database.write() as connection:
        values = {"id": person_id, "name": name, "role": Role.OWNER}
        await connection.execute(insert(people).values(**values))


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(people)) or 0


async def _pragma(database: Database, name: str) -> object:
    async with database.read() as connection:
        return await connection.scalar(text(f"pragma {name}"))


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
async def test_every_connection_is_set_up_to_lose_nothing(
    database: Database, pragma: str, expected: object
) -> None:
    assert await _pragma(database, pragma) == expected


async def test_a_write_is_committed_at_the_end_of_its_block(database: Database) -> None:
    await _add(database, 1)

    assert await _count(database) == 1


async def test_an_error_rolls_the_whole_block_back(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert(people).values(id=1, name="a", role=Role.OWNER))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await _count(database) == 0


async def test_f32_a_commit_that_fails_leaves_nothing_and_frees_the_database(
    tmp_path: Path,
) -> None:
    """SQLite keeps the transaction open when a commit fails, and so its lock."""
    path = tmp_path / "tad.db"
    async with open_database(path, busy_timeout=timedelta(milliseconds=50)) as database:

        async def refused() -> None:
            async with database.write() as connection:
                # Checked only by the commit: no job has this number.
                await connection.execute(text("pragma defer_foreign_keys = on"))
                values = {"job_id": 7, "chat_id": 1, "message_id": 1, "state": ItemState.QUEUED}
                await connection.execute(insert(items).values(**values))

        with pytest.raises(IntegrityError):
            await refused()

        async with asyncio.TaskGroup() as group:
            for number in (1, 2, 3):
                group.create_task(_add(database, number))
        assert await _count(database) == 3
        async with database.read() as connection:
            assert not await connection.scalar(select(func.count()).select_from(items))


async def test_a_cancelled_write_leaves_nothing_and_frees_the_database(database: Database) -> None:
    inside = asyncio.Event()

    async def stuck() -> None:
        async with database.write() as connection:
            await connection.execute(insert(people).values(id=1, name="a", role=Role.OWNER))
            inside.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(stuck())
        await inside.wait()
        task.cancel()
    await _add(database, 2)

    assert await _count(database) == 1


async def test_writes_cancelled_at_any_point_are_whole_or_absent(database: Database) -> None:
    async def two(number: int) -> None:
        async with database.write() as connection:
            for person_id in (2 * number, 2 * number + 1):
                values = {"id": person_id, "name": "a", "role": Role.OWNER}
                await connection.execute(insert(people).values(**values))

    for number in range(60):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(two(number))
            for _ in range(number):  # so many turns of the loop, then stop it wherever it is
                await asyncio.sleep(0)
            task.cancel()

    async with database.read() as connection:
        ids = set(await connection.scalars(select(people.c.id)))
    assert all((person_id ^ 1) in ids for person_id in ids)
    await _add(database, 1000)


async def test_writers_take_turns(database: Database) -> None:
    async def raise_by_one() -> None:
        async with database.write() as connection:
            name = await connection.scalar(select(people.c.name))
            await connection.execute(people.update().values(name=str(int(name or 0) + 1)))

    await _add(database, 1, "0")
    async with asyncio.TaskGroup() as group:
        for _ in range(25):
            group.create_task(raise_by_one())

    async with database.read() as connection:
        assert await connection.scalar(select(people.c.name)) == "25"


async def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    await _add(database, 1)
    count = select(func.count()).select_from(people)

    async with database.read() as connection:
        before = await connection.scalar(count)
        await _add(database, 2)
        after = await connection.scalar(count)

    assert (before, after) == (1, 1)


async def test_a_reader_cannot_leave_a_change_behind(database: Database) -> None:
    async with database.read() as connection:
        await connection.execute(insert(people).values(id=1, name="a", role=Role.OWNER))

    assert await _count(database) == 0


async def test_references_are_enforced(database: Database) -> None:
    row = {"job_id": 99, "chat_id": 1, "message_id": 1, "state": "queued"}

    with pytest.raises(Exception, match="FOREIGN KEY"):
        async with database.write() as connection:
            await connection.execute(insert(items).values(**row))


async def test_the_database_and_its_side_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    async with open_database(tmp_path / "tad.db") as database:
        await _add(database, 1)
        modes = {
            name: stat.S_IMODE((tmp_path / name).stat().st_mode)
            for name in ("tad.db", "tad.db-wal", "tad.db-shm", "tad.db.lock")
        }

    assert set(modes.values()) == {0o600}


async def test_f43_a_short_lock_by_another_program_goes_unseen(
    database: Database, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "tad.db", isolation_level=None)
    other.execute("begin immediate")

    async with asyncio.TaskGroup() as group:
        group.create_task(_add(database, 1))
        await asyncio.sleep(0.02)  # nothing tells from outside that SQLite waits
        other.execute("commit")
    other.close()

    assert await _count(database) == 1


async def test_f43_a_lock_that_stays_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    async with open_database(path, busy_timeout=timedelta(0)) as database:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")

        with pytest.raises(DatabaseBusyError):
            await _add(database, 1)
        other.close()
        await _add(database, 1)


async def test_f32_a_full_disk_loses_only_the_write_that_hit_it(database: Database) -> None:
    async def fill() -> None:
        async with database.write() as connection:
            await connection.execute(text("pragma max_page_count = 1"))
            values = {"id": 1, "name": "a" * 1_000_000, "role": Role.OWNER}
            await connection.execute(insert(people).values(**values))

    with pytest.raises(DiskFailure) as failure:
        await fill()
    async with database.write() as connection:
        await connection.execute(text("pragma max_page_count = 1000000"))
    await _add(database, 2)

    assert failure.value.kind is DiskTrouble.FULL
    assert await _count(database) == 1


async def test_f37_a_connection_that_cannot_write_is_not_used_again(database: Database) -> None:
    async with database.read() as connection:
        # As SQLite is where it could not open the file for writing.
        await connection.execute(text("pragma query_only = on"))

    with pytest.raises(DiskFailure) as failure:
        await _add(database, 1)
    await _add(database, 2)

    assert failure.value.kind is DiskTrouble.CROWDED
    assert await _count(database) == 1


async def test_f44_a_file_that_is_no_database_is_kept_and_told(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    path.write_bytes(b"once upon a time " * 1000)

    with pytest.raises(DatabaseDamagedError) as damage:
        async with open_database(path):
            pass

    assert damage.value.path == path
    assert path.read_bytes() == b"once upon a time " * 1000


async def test_f44_a_damaged_page_is_found_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    async with open_database(path) as database:
        await _add(database, 1, "name" * 20_000)
    pages = bytearray(path.read_bytes())
    pages[-8192:] = b"\xff" * 8192
    path.write_bytes(pages)

    with pytest.raises(DatabaseDamagedError):
        async with open_database(path):
            pass


async def test_a_database_that_cannot_be_made_is_a_disk_failure(tmp_path: Path) -> None:
    with pytest.raises(DiskFailure):
        async with open_database(tmp_path / "missing" / "tad.db"):
            pass


async def test_a_folder_in_place_of_the_database_is_a_disk_failure(tmp_path: Path) -> None:
    with pytest.raises(DiskFailure):
        async with open_database(tmp_path):
            pass


async def test_errors_of_our_own_making_are_not_dressed_up(database: Database) -> None:
    await _add(database, 1)

    with pytest.raises(Exception, match="UNIQUE"):
        await _add(database, 1)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_f43_writers_cancelled_again_and_again_leave_no_lock_behind(
    database: Database, times: int
) -> None:
    """Also with statements that return rows: those used to outlive their connection."""
    new = insert(people).values(name="a", role=Role.OWNER).returning(people.c.id)

    async def write(first: int) -> None:
        for person_id in count(first):
            async with database.write() as connection:
                await connection.execute(new, {"id": person_id})
                await connection.scalars(select(people.c.id))

    for turn in range(40):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(write(turn * 10_000 + n * 1000)) for n in range(6)]
            for _ in range(turn * 7 % 41):  # so many turns of the loop, then stop all
                await asyncio.sleep(0)
            for _ in range(times):
                for task in tasks:
                    task.cancel()
                await asyncio.sleep(0)

        async with asyncio.timeout(60):
            await _add(database, 10**6 + turn)
