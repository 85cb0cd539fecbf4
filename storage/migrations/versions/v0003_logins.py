"""One login of an account is told from the next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("login", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("accounts", "login")
