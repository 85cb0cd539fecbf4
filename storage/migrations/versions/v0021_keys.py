"""It is known which key a database is used with, so that a damaged secret is no wrong key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "vault_key",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("key_id", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="vault_key_pk"),
    )


def downgrade() -> None:
    op.drop_table("vault_key")
