"""Items count kills apart from the tries that came to an end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("items", sa.Column("kills", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("items", "kills")
