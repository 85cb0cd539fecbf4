"""The tables of what is done with the tracks that watches bring."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from storage.action import ActionKind, DeedState, Snag
from storage.columns import Foreign, RowId, UtcTime, word
from storage.tables import metadata

# Entered together with the end of the item that brought the track. No track goes twice to the same
# place for the same person, whichever watch brings it.
deeds = Table(
    "deeds",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", word(ActionKind), nullable=False),
    Column("target", Foreign, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), nullable=False),
    Column("watch_id", BigInteger, nullable=False),  # which may be gone
    Column("job_id", RowId, ForeignKey("jobs.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("posted_at", UtcTime, nullable=False),
    Column("state", word(DeedState), nullable=False),
    Column("due_at", UtcTime),  # none: at once
    Column("holds", Boolean, nullable=False),  # all others of its target, until it is due
    Column("tries", Integer, nullable=False),
    Column("since", UtcTime),
    Column("snag", word(Snag)),
    Column("detail", Foreign, nullable=False),
    UniqueConstraint("person_id", "kind", "target", "track_id"),
    Index("deeds_by_kind", "kind", "state", "posted_at"),
    Index("deeds_by_watch_id", "watch_id", "state"),
    sqlite_autoincrement=True,  # whom it is told to tells by the number what came before
)

# With which secret what is told to an address is signed. The vault has sealed it.
webhooks = Table(
    "webhooks",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("url", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)
