"""Tracks can be known by how they sound."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("outline", sa.BigInteger),
        sa.Column("family", _ROW_ID),
        sa.Column("bits", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="fingerprints_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", name="fingerprints_pk"),
    )
    op.create_index("fingerprints_by_length", "fingerprints", ["length", "outline"])
    op.create_index("fingerprints_by_family", "fingerprints", ["family"])


def downgrade() -> None:
    op.drop_index("fingerprints_by_family", "fingerprints")
    op.drop_index("fingerprints_by_length", "fingerprints")
    op.drop_table("fingerprints")
