"""A plan that is broken off goes on where it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "listings",
        sa.Column("job_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="listings_job_id_fk"),
        sa.PrimaryKeyConstraint("job_id", name="listings_pk"),
    )


def downgrade() -> None:
    op.drop_table("listings")
