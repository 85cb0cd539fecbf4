"""The tables as they are now; `storage.migrations` tells how they came to be."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import Duration, Foreign, LibraryPath, RowId, UtcTime, word
from storage.models import AccountState, ChatKind, ItemState, JobState, Reason, Role

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_one_%(column_0_N_name)s",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "pk": "%(table_name)s_pk",
    }
)

chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Foreign, nullable=False),
    Column("username", String(64)),
    Column("kind", word(ChatKind), nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Foreign, nullable=False),
    Column("role", word(Role), nullable=False),
)

boards = Table(
    "boards",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),
    Column("first_job_id", BigInteger, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Foreign, nullable=False),
    Column("state", word(AccountState), nullable=False),
    Column("rests_until", UtcTime),
    Column("session", LargeBinary, nullable=False),  # sealed by the vault
    Column("login", BigInteger, nullable=False, server_default="0"),  # tells it from the next one
)

# What an account needs to name a chat to Telegram. No foreign keys: the hash arrives in passing,
# often before anybody wants the chat.
access = Table(
    "access",
    metadata,
    Column("account_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("access_hash", BigInteger, nullable=False),
    Index("access_by_chat_id", "chat_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("request", Text, nullable=False),  # a document of storage.documents
    Column("person_id", BigInteger, nullable=False),
    Column("origin_chat_id", BigInteger, nullable=False),
    Column("state", word(JobState), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("chat_id", BigInteger, ForeignKey("chats.id")),
    Column("reason", word(Reason)),
    Column("detail", Foreign, nullable=False, default=""),
    Column("until", UtcTime),
    Index("jobs_by_state", "state", "id"),
    Index("jobs_by_origin_chat_id", "origin_chat_id", "id"),
    sqlite_autoincrement=True,  # a button pressed late must never reach a younger job
)

tracks = Table(
    "tracks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("document_id", BigInteger, nullable=False, unique=True),
    Column("title", Foreign, nullable=False),
    Column("performer", Foreign, nullable=False),
    Column("duration", Duration, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mime", Foreign, nullable=False),
    Column("name", Foreign, nullable=False),
    Column("path", LibraryPath, unique=True),
    Column("sha256_source", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("added_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

postings = Table(
    "postings",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), nullable=False),
    Column("posted_at", UtcTime, nullable=False),
    Column("caption", Foreign, nullable=False),
    Column("album", BigInteger),
    Column("topic", BigInteger),
    Column("voice", Boolean, nullable=False),
    Index("postings_by_track_id", "track_id"),
)

items = Table(
    "items",
    metadata,
    Column("id", RowId, primary_key=True),  # also the planned order
    Column("job_id", RowId, ForeignKey("jobs.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("document_id", BigInteger),
    Column("size", BigInteger, nullable=False, default=0),
    Column("audio", Text),  # a document of storage.documents
    Column("state", word(ItemState), nullable=False),
    Column("reason", word(Reason)),
    Column("detail", Foreign, nullable=False, default=""),
    Column("until", UtcTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("kills", Integer, nullable=False, server_default="0"),  # of the program that had it
    Column("track_id", RowId, ForeignKey("tracks.id")),
    UniqueConstraint("job_id", "chat_id", "message_id"),
    Index("items_by_job_id", "job_id", "state", "id", "size"),  # claiming and counting
    Index("items_by_state", "state", "until"),
    Index("items_by_document_id", "document_id", "state"),
    sqlite_autoincrement=True,
)

transfers = Table(
    "transfers",
    metadata,
    Column("document_id", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("part_size", Integer, nullable=False),
    Column("done", LargeBinary, nullable=False),
    Column("path", LibraryPath),  # set together: the name it is about to be published under
    Column("sha256_source", String(64)),
)
