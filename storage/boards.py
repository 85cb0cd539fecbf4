"""Which message is the status board of a chat."""

from __future__ import annotations

from sqlalchemy import delete, select

from storage.database import Database
from storage.models import Board
from storage.tables import boards
from storage.upsert import upsert


class Boards:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, chat_id: int) -> Board | None:
        async with self._database.read() as connection:
            rows = await connection.execute(select(boards).where(boards.c.chat_id == chat_id))
            row = rows.first()
        return Board(row.chat_id, row.message_id, row.first_job_id) if row else None

    async def save(self, board: Board) -> None:
        values = {
            "chat_id": board.chat_id,
            "message_id": board.message_id,
            "first_job_id": board.first_job_id,
        }
        async with self._database.write(is_aside=True) as connection:
            await upsert(connection, boards, values)

    async def forget(self, chat_id: int) -> None:
        async with self._database.write(is_aside=True) as connection:
            await connection.execute(delete(boards).where(boards.c.chat_id == chat_id))
