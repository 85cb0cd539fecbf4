"""The tables of chats that people follow."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from storage.columns import Foreign, RowId, UtcTime, word
from storage.models import Reason
from storage.tables import metadata
from storage.watch import WatchState

__all__ = [  # all tables are in one
    "digests",
    "metadata",
    "untold_jobs",
    "watch_budget",
    "watch_defaults",
    "watch_runs",
    "watches",
]

# Chats that people follow. `rules` is a document of `storage.documents`.
watches = Table(
    "watches",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", Foreign, nullable=False),
    Column("rules", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("origin_chat_id", BigInteger, nullable=False),
    Column("state", word(WatchState), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("chat_id", BigInteger, ForeignKey("chats.id")),
    Column("seen_id", BigInteger),  # the message up to which all was looked at
    Column("seen_at", UtcTime),
    Column("troubles", Integer, nullable=False, server_default="0"),
    Column("reason", word(Reason)),
    Column("detail", Foreign, nullable=False, server_default=""),
    Column("told_title", Foreign),  # what people were told that the chat is called
    Column("told_username", Foreign),
    Column("is_untold", Boolean, nullable=False, server_default="0"),
    Index("watches_by_state", "state", "next_at"),
    sqlite_autoincrement=True,  # a button pressed late must never reach a younger one
)

watch_runs = Table(
    "watch_runs",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("watch_id", RowId, ForeignKey("watches.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("read", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("job_id", RowId, ForeignKey("jobs.id")),
    Column("reason", word(Reason)),
    Column("detail", Foreign, nullable=False),
    Index("watch_runs_by_watch_id", "watch_id"),
)

# What a person wants of each new watch: the words of a sentence, in the language of the bot.
watch_defaults = Table(
    "watch_defaults",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("words", Text, nullable=False),
)

# How many bytes all watches together may ask for in a day: one row, or none.
watch_budget = Table(
    "watch_budget",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("most_a_day", BigInteger, nullable=False),
)

# Jobs that no board shows, until it was told what became of them.
untold_jobs = Table(
    "untold_jobs",
    metadata,
    Column("job_id", RowId, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
)

# When the digest of a minute of the day was last sent to a chat, or there was none to send.
digests = Table(
    "digests",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("sent_at", UtcTime, nullable=False),
)
