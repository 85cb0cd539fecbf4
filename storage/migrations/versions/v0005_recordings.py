"""Tracks know their recording, and people can merge those of one or tell them apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    # What recording a track is, the program finds out after the start.
    op.add_column("tracks", sa.Column("recording", sa.BigInteger))
    op.create_index("tracks_by_recording", "tracks", ["recording", "better_id"])
    op.create_table(
        "rulings",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("track_id", _ROW_ID),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="rulings_track_id_fk"),
        sa.PrimaryKeyConstraint("id", name="rulings_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("rulings_by_state", "rulings", ["state"])
    op.create_table(
        "ruled_tracks",
        sa.Column("ruling_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("path", sa.Text),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["ruling_id"], ["rulings.id"], name="ruled_tracks_ruling_id_fk"),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="ruled_tracks_track_id_fk"),
        sa.PrimaryKeyConstraint("ruling_id", "track_id", name="ruled_tracks_pk"),
    )
    op.create_index("ruled_tracks_by_track_id", "ruled_tracks", ["track_id"])


def downgrade() -> None:
    op.drop_table("ruled_tracks")
    op.drop_table("rulings")
    op.drop_index("tracks_by_recording", "tracks")
    # The older program serves every track.
    op.execute("update tracks set better_id = null")
    op.drop_column("tracks", "recording")
