"""Of a chat only so much may be kept; what was removed is known as such, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "retentions",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("keep_count", sa.Integer, nullable=True),
        sa.Column("keep_bytes", sa.BigInteger, nullable=True),
        sa.Column("keep_age", sa.BigInteger, nullable=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="retentions_chat_id_fk"),
        sa.PrimaryKeyConstraint("chat_id", name="retentions_pk"),
    )
    op.add_column("tracks", sa.Column("removed_at", sa.BigInteger, nullable=True))
    op.add_column("tracks", sa.Column("removed_for", sa.BigInteger, nullable=True))
    is_kept = sa.Column("is_kept", sa.Boolean, nullable=False, server_default="0")
    op.add_column("tracks", is_kept)
    op.add_column("rulings", sa.Column("chat_id", sa.BigInteger, nullable=True))


def downgrade() -> None:
    op.drop_column("rulings", "chat_id")
    for name in ("is_kept", "removed_for", "removed_at"):
        op.drop_column("tracks", name)
    op.drop_table("retentions")
