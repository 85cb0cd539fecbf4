"""The table of the keys that files of the library are sealed with."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, String, Table

from storage.tables import metadata

# None is ever deleted: some file may still need it.
library_keys = Table(
    "library_keys",
    metadata,
    Column("id", String(16), primary_key=True),  # as in the files, in hex
    Column("key", LargeBinary, nullable=False),  # sealed by the vault
    Column("is_of_today", Boolean, nullable=False),
)
