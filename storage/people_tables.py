"""The tables of how people come in, and of what they may use."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.columns import RowId, UtcTime, word
from storage.models import Role
from storage.plea import Excess
from storage.tables import metadata

__all__ = ["charges", "claim_codes", "invites", "metadata", "person_numbers", "pleas", "quotas"]

# At most one row. Only digests of codes are stored, here and below.
claim_codes = Table(
    "claim_codes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary),  # none after too many tries
    Column("valid_from", UtcTime, nullable=False),
    Column("valid_until", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
)

invites = Table(
    "invites",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("role", word(Role), nullable=False),
    Column("made_by", BigInteger, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_by", BigInteger),
    Column("used_at", UtcTime),
    Column("withdrawn_at", UtcTime),
    sqlite_autoincrement=True,  # a button pressed late must never reach a younger one
)

# By what somebody is called in lists. It stays, also when they are removed: in a list of before it
# would else be somebody else's.
person_numbers = Table(
    "person_numbers",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("person_id", BigInteger, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

# Of a role by its word, of a person by the number: what is null is not said, and 0 is no limit.
quotas = Table(
    "quotas",
    metadata,
    Column("whose", String(32), primary_key=True),
    Column("jobs", Integer),
    Column("queued", Integer),
    Column("daily", BigInteger),
    Column("largest", BigInteger),
)

# What each job counts in the day of the person who ordered it.
charges = Table(
    "charges",
    metadata,
    Column("job_id", RowId, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("charges_by_person_id", "person_id", "at"),
)

pleas = Table(
    "pleas",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("job_id", RowId, ForeignKey("jobs.id"), nullable=False, unique=True),
    Column("person_id", BigInteger, nullable=False),
    Column("excess", word(Excess), nullable=False),
    Column("wanted", BigInteger, nullable=False),
    Column("limit", BigInteger, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    Column("is_granted", Integer),
    Column("decided_by", BigInteger),
    Column("decided_at", UtcTime),
    Column("settled_at", UtcTime),
    sqlite_autoincrement=True,  # a button pressed late must never reach a younger one
)
