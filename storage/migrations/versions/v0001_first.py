"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "items",
    "postings",
    "jobs",
    "transfers",
    "tracks",
    "access",
    "accounts",
    "boards",
    "people",
    "chats",
)


def upgrade() -> None:
    _chats_and_people()
    _accounts()
    _jobs()
    _tracks()
    _items()
    _transfers()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _chats_and_people() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("username", sa.String(64)),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="chats_pk"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="people_pk"),
    )
    op.create_table(
        "boards",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("first_job_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="boards_pk"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("rests_until", sa.BigInteger),
        sa.Column("session", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="accounts_pk"),
    )
    op.create_table(
        "access",
        sa.Column("account_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("access_hash", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "chat_id", name="access_pk"),
    )
    op.create_index("access_by_chat_id", "access", ["chat_id"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("origin_chat_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("reason", sa.String(32)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="jobs_chat_id_fk"),
        sa.PrimaryKeyConstraint("id", name="jobs_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_by_state", "jobs", ["state", "id"])
    op.create_index("jobs_by_origin_chat_id", "jobs", ["origin_chat_id", "id"])


def _tracks() -> None:
    op.create_table(
        "tracks",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("document_id", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("performer", sa.Text, nullable=False),
        sa.Column("duration", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mime", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("path", sa.Text),
        sa.Column("sha256_source", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="tracks_pk"),
        sa.UniqueConstraint("document_id", name="tracks_one_document_id"),
        sa.UniqueConstraint("path", name="tracks_one_path"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "postings",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("track_id", _ROW_ID, nullable=False),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.Column("caption", sa.Text, nullable=False),
        sa.Column("album", sa.BigInteger),
        sa.Column("topic", sa.BigInteger),
        sa.Column("voice", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="postings_track_id_fk"),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name="postings_pk"),
    )
    op.create_index("postings_by_track_id", "postings", ["track_id"])


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("job_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("document_id", sa.BigInteger),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("audio", sa.Text),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("track_id", _ROW_ID),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="items_job_id_fk"),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="items_track_id_fk"),
        sa.PrimaryKeyConstraint("id", name="items_pk"),
        sa.UniqueConstraint(
            "job_id", "chat_id", "message_id", name="items_one_job_id_chat_id_message_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("items_by_job_id", "items", ["job_id", "state", "id", "size"])
    op.create_index("items_by_state", "items", ["state", "until"])
    op.create_index("items_by_document_id", "items", ["document_id", "state"])


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("document_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("part_size", sa.Integer, nullable=False),
        sa.Column("done", sa.LargeBinary, nullable=False),
        sa.Column("path", sa.Text),
        sa.Column("sha256_source", sa.String(64)),
        sa.PrimaryKeyConstraint("document_id", name="transfers_pk"),
    )
