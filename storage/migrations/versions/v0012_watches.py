"""Chats can be followed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("origin_chat_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("seen_id", sa.BigInteger),
        sa.Column("seen_at", sa.BigInteger),
        sa.Column("troubles", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reason", sa.String(32)),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="watches_chat_id_fk"),
        sa.PrimaryKeyConstraint("id", name="watches_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("watches_by_state", "watches", ["state", "next_at"])
    op.create_table(
        "watch_runs",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("watch_id", _ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("job_id", _ROW_ID),
        sa.Column("reason", sa.String(32)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name="watch_runs_watch_id_fk"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="watch_runs_job_id_fk"),
        sa.PrimaryKeyConstraint("id", name="watch_runs_pk"),
    )
    op.create_index("watch_runs_by_watch_id", "watch_runs", ["watch_id"])


def downgrade() -> None:
    op.drop_table("watch_runs")
    op.drop_table("watches")
