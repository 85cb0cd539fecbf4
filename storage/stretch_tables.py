"""The table of what was looked at."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Table

from storage.tables import metadata

__all__ = ["metadata", "stretches"]  # all tables are in one

# `topic` is 0 where the whole chat was read.
stretches = Table(
    "stretches",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", BigInteger, primary_key=True, autoincrement=False),
    Column("voice", Boolean, primary_key=True, autoincrement=False),
    Column("first_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last_id", BigInteger, nullable=False),
)
