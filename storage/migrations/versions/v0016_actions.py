"""Something can be done with each track that a watch brings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "deeds",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("track_id", _ROW_ID, nullable=False),
        sa.Column("watch_id", sa.BigInteger, nullable=False),
        sa.Column("job_id", _ROW_ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("holds", sa.Boolean, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", sa.BigInteger),
        sa.Column("snag", sa.String(32)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="deeds_track_id_fk"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="deeds_job_id_fk"),
        sa.PrimaryKeyConstraint("id", name="deeds_pk"),
        sa.UniqueConstraint(
            *("person_id", "kind", "target", "track_id"),
            name="deeds_one_person_id_kind_target_track_id",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("deeds_by_kind", "deeds", ["kind", "state", "posted_at"])
    op.create_index("deeds_by_watch_id", "deeds", ["watch_id", "state"])
    op.create_table(
        "webhooks",
        sa.Column("person_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "url", name="webhooks_pk"),
    )


def downgrade() -> None:
    op.drop_table("webhooks")
    op.drop_table("deeds")
