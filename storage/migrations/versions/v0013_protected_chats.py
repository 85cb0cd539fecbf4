"""Chats whose owners do not want their posts passed on are known as such."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    flag = sa.Column("is_protected", sa.Boolean, nullable=False, server_default="0")
    op.add_column("chats", flag)


def downgrade() -> None:
    op.drop_column("chats", "is_protected")
