"""What public databases of music say of tracks is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "lookups",
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("fetched_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("question", name="lookups_pk"),
    )
    op.create_index("lookups_by_fetched_at", "lookups", ["fetched_at"])
    op.create_table(
        "identities",
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("recording_id", sa.String(36), nullable=False),
        sa.Column("release_id", sa.String(36), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("again_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="identities_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", name="identities_pk"),
    )


def downgrade() -> None:
    op.drop_table("identities")
    op.drop_index("lookups_by_fetched_at", "lookups")
    op.drop_table("lookups")
