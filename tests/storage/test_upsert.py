from __future__ import annotations

from sqlalchemy import select

from storage.database import Database
from storage.tables import boards
from storage.upsert import insert_new, upsert


async def _rows(database: Database) -> list[tuple[int, int, int]]:
    async with database.read() as connection:
        found = await connection.execute(select(boards).order_by(boards.c.chat_id))
        return [(row.chat_id, row.message_id, row.first_job_id) for row in found]


def _row(chat_id: int, message_id: int) -> dict[str, int]:
    return {"chat_id": chat_id, "message_id": message_id, "first_job_id": 1}


async def test_an_upsert_inserts_and_then_updates(database: Database) -> None:
    async with database.write() as connection:
        await upsert(connection, boards, _row(1, 10))
        await upsert(connection, boards, _row(2, 20))
        await upsert(connection, boards, _row(1, 11))

    assert await _rows(database) == [(1, 11, 1), (2, 20, 1)]


async def test_new_rows_are_inserted_and_old_ones_kept(database: Database) -> None:
    async with database.write() as connection:
        await insert_new(connection, boards, [_row(1, 10)])
        await insert_new(connection, boards, [_row(1, 99), _row(2, 20)])
        await insert_new(connection, boards, [])

    assert await _rows(database) == [(1, 10, 1), (2, 20, 1)]
