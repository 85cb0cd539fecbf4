"""The tables of what was heard of tracks, as they are now."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    text,
)

from storage.columns import Duration, RowId
from storage.tables import metadata

# How tracks sound. One whose sound tells nothing has no family, and is not listened to again.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("length", Duration, nullable=False),
    Column("outline", BigInteger),
    # One of the tracks that sound the same: all of them have this number.
    Column("family", RowId),
    Column("bits", LargeBinary, nullable=False),
    Index("fingerprints_by_length", "length", "outline"),
    Index("fingerprints_by_family", "family"),
)

# What was heard of tracks beside that. `moments` holds how loud they are from moment to moment, as
# `downloader.gating` has it; of an album it is known of which tracks that was reckoned. All of it
# goes into the file, unless that `is_written`.
listened = Table(
    "listened",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("loudness_heard", Boolean, nullable=False, server_default="0"),
    Column("spectrum_heard", Boolean, nullable=False, server_default="0"),
    Column("loudness", Float),  # LUFS; none where there is nothing to hear
    Column("peak", Float),
    Column("moments", LargeBinary),
    Column("album_loudness", Float),
    Column("album_peak", Float),
    Column("album_tracks", String(64)),
    Column("is_written", Boolean, nullable=False, server_default="0"),
    Index(
        "listened_unwritten",
        "track_id",
        sqlite_where=text("loudness is not null and is_written = 0"),
    ),
)
