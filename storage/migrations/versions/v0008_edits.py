"""What people say of tracks can be taken back, and waits until it stands in the files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    found = sa.Column("found", sa.Text, nullable=False, server_default="")
    op.add_column("edits", found)
    found_from = sa.Column("found_from", sa.String(32), nullable=False, server_default="")
    op.add_column("edits", found_from)
    op.create_table(
        "rewritings",
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="rewritings_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", name="rewritings_pk"),
    )


def downgrade() -> None:
    op.drop_table("rewritings")
    op.drop_column("edits", "found_from")
    op.drop_column("edits", "found")
