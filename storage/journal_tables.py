"""The tables of the journal. Triggers refuse to change or delete a record (`v0023`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from storage.columns import RowId
from storage.tables import metadata

# All text as it is hashed: it is read back whatever somebody may have made of it.
journal = Table(
    "journal",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),  # microseconds since 1970
    Column("who", String(20), nullable=False),
    Column("what", String(32), nullable=False),
    Column("about", Text, nullable=False),
    Column("before", String(64), nullable=False),  # the digest of the one before
    Column("digest", String(64), nullable=False),
    Index("journal_by_who", "who", "what", "at"),
)

# Each counts from a record on to the next key. There is one, unless it was lost.
journal_keys = Table(
    "journal_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=False),  # sealed by the vault
)

# Where the journal ends: one row, or none. The mark proves that we wrote it.
journal_end = Table(
    "journal_end",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("mark", String(64), nullable=False),
)

# What each setting was at the last start: a mark that tells whether it is another now.
setting_marks = Table(
    "setting_marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("mark", String(64), nullable=False),
)
