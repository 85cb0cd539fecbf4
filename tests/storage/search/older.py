"""A catalogue as a program without search has left it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.search.index import leave


async def unindex(connection: AsyncConnection, track_ids: Sequence[int]) -> None:
    """Let these tracks, and none after them, be of such a program."""
    await leave(connection, track_ids)
    await connection.exec_driver_sql(
        "update search_state set unindexed_before = ?", (max(track_ids) + 1,)
    )
