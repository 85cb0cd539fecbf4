"""Notes in a transaction that an update has acted in it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import ActedBeforeError
from storage.handling import Handling, UpdateState
from storage.update_tables import updates
from storage.upsert import upsert_where


async def mark(connection: AsyncConnection, handling: Handling) -> None:
    """Note it, and enter the update where it is not: the inbox may not have come to it yet.

    Raises `ActedBeforeError` for one that has acted before, or was set aside.
    """
    for one in (handling, *handling.together):
        # Of those that act together the first answers for all.
        words = handling.words if one is handling else ""
        is_told = words == ""
        row = {
            **one.key._asdict(),
            "body": None if is_told else one.body,
            "received_at": one.received_at,
            "state": UpdateState.DONE if is_told else UpdateState.ACTED,
            "words": words or None,
        }
        is_new = updates.c.state == UpdateState.NEW
        if not await upsert_where(connection, updates, row, is_new):
            raise ActedBeforeError(one.key.update_id)
