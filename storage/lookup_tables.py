"""The tables of what public databases of music have said."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text

from storage.columns import RowId, UtcTime
from storage.tables import metadata

# What was asked, and what came of it; nothing for what they do not know. Kept for a time only.
lookups = Table(
    "lookups",
    metadata,
    Column("question", Text, primary_key=True),
    Column("answer", LargeBinary),  # compressed
    Column("fetched_at", UtcTime, nullable=False),
    Index("lookups_by_fetched_at", "fetched_at"),
)

# What a track is known as there. Ids are MusicBrainz', empty where it is not known.
identities = Table(
    "identities",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("recording_id", String(36), nullable=False),
    Column("release_id", String(36), nullable=False),
    Column("description", Text, nullable=False),  # of storage.documents
    Column("asked_at", UtcTime, nullable=False),
    Column("again_at", UtcTime),  # when it may be asked again; none: never
)
