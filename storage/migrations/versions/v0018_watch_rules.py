"""There are rules for all watches, and what they bring can be told once a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("watches", sa.Column("told_title", sa.Text))
    op.add_column("watches", sa.Column("told_username", sa.Text))
    op.create_table(
        "watch_defaults",
        sa.Column("person_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="watch_defaults_pk"),
    )
    op.create_table(
        "watch_budget",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("most_a_day", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="watch_budget_pk"),
    )
    op.create_table(
        "untold_jobs",
        sa.Column("job_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="untold_jobs_job_id_fk"),
        sa.PrimaryKeyConstraint("job_id", name="untold_jobs_pk"),
    )
    op.create_table(
        "digests",
        sa.Column("chat_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("minute", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sent_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "minute", name="digests_pk"),
    )


def downgrade() -> None:
    for table in ("digests", "untold_jobs", "watch_budget", "watch_defaults"):
        op.drop_table(table)
    op.drop_column("watches", "told_username")
    op.drop_column("watches", "told_title")
