"""Tracks are listened to for more than one thing, and edits stand for a recording."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "listened",
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("loudness_heard", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("spectrum_heard", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("loudness", sa.Float),
        sa.Column("peak", sa.Float),
        sa.Column("moments", sa.LargeBinary),
        sa.Column("album_loudness", sa.Float),
        sa.Column("album_peak", sa.Float),
        sa.Column("album_tracks", sa.String(64)),
        sa.Column("is_written", sa.Boolean, nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="listened_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", name="listened_pk"),
    )
    unwritten = sa.text("loudness is not null and is_written = 0")
    op.create_index("listened_unwritten", "listened", ["track_id"], sqlite_where=unwritten)
    op.add_column("edits", sa.Column("inherited_from", _ROW_ID))


def downgrade() -> None:
    op.drop_column("edits", "inherited_from")
    op.drop_index("listened_unwritten", "listened")
    op.drop_table("listened")
