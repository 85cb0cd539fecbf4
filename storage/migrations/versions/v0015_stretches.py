"""Which messages of a chat were looked at is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "stretches",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("topic", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("voice", sa.Boolean, nullable=False),
        sa.Column("first_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "topic", "voice", "first_id", name="stretches_pk"),
    )


def downgrade() -> None:
    op.drop_table("stretches")
