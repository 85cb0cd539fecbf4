"""The tables of the search: nothing but SQL written by hand reads them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from storage.columns import RowId
from storage.tables import metadata

# What of a track is searched, folded. The index over these texts, `search_index`, is one of FTS5,
# which SQLAlchemy does not know.
search_texts = Table(
    "search_texts",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("artist", Text, nullable=False),
    Column("album", Text, nullable=False),
    Column("genre", Text, nullable=False),
    Column("latin", Text, nullable=False),
)

# The tracks whose title or artist is a name of this checksum: they are found however many others
# have its words.
search_names = Table(
    "search_names",
    metadata,
    Column("checksum", BigInteger, primary_key=True, autoincrement=False),
    Column("track_id", RowId, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# One row: how often what can be found has changed. Whoever keeps an answer sees by it whether that
# still holds.
search_state = Table(
    "search_state",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    # Tracks before this one may be of a program that knew no search, and cannot be found yet.
    Column("unindexed_before", BigInteger, nullable=False),
)

# The words there are, and in how many tracks each is.
search_terms = Table(
    "search_terms",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("text", Text, nullable=False, unique=True),
    Column("tracks", Integer, nullable=False),
)

# Each word as it is with one letter left out, as a checksum: two words that differ in one letter
# share one of these.
search_misspellings = Table(
    "search_misspellings",
    metadata,
    Column("checksum", BigInteger, primary_key=True, autoincrement=False),
    Column("term_id", RowId, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
