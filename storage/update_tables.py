"""The table of what Telegram has told the bot."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from storage.columns import Foreign, RowId, UtcTime, word
from storage.handling import UpdateState
from storage.tables import metadata

# The content goes when an update is done; its key stays for a while, to know it again.
updates = Table(
    "updates",
    metadata,
    Column("bot_id", RowId, primary_key=True, autoincrement=False),
    Column("update_id", RowId, primary_key=True, autoincrement=False),
    Column("body", Foreign),
    Column("received_at", UtcTime, nullable=False),
    Column("state", word(UpdateState), nullable=False),
    Column("words", Foreign),
    Column("starts", Integer, nullable=False, server_default="0"),  # that found it not handled
    Index("updates_by_received_at", "received_at"),
)
