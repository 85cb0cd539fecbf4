"""What Telegram tells the bot is stored before it is confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "updates",
        sa.Column("update_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("body", sa.Text),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("words", sa.Text),
        sa.Column("starts", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("update_id", name="updates_pk"),
    )
    op.create_index("updates_by_received_at", "updates", ["received_at"])


def downgrade() -> None:
    op.drop_table("updates")
