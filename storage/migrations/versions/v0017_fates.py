"""Of postings it is known what became of them, and of files that they were found damaged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("postings", sa.Column("gone_at", sa.BigInteger, nullable=True))
    op.add_column("postings", sa.Column("from_chat_id", sa.BigInteger, nullable=True))
    op.add_column("postings", sa.Column("from_message_id", sa.BigInteger, nullable=True))
    name = sa.Column("from_name", sa.Text, nullable=False, server_default="")
    op.add_column("postings", name)
    op.add_column("tracks", sa.Column("damaged_at", sa.BigInteger, nullable=True))


def downgrade() -> None:
    op.drop_column("tracks", "damaged_at")
    for name in ("from_name", "from_message_id", "from_chat_id", "gone_at"):
        op.drop_column("postings", name)
