"""That a watch stands still is known until somebody was told of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    is_untold = sa.Column("is_untold", sa.Boolean, nullable=False, server_default="0")
    op.add_column("watches", is_untold)


def downgrade() -> None:
    op.drop_column("watches", "is_untold")
