"""Files of the library may be sealed, with a key of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "library_keys",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("is_of_today", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="library_keys_pk"),
    )


def downgrade() -> None:
    op.drop_table("library_keys")
