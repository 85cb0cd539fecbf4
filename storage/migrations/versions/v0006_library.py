"""Tracks keep all that they are called and how they sound; files can be moved and rewritten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TRACKS = (
    ("album_artist", sa.Text(), ""),
    ("composer", sa.Text(), ""),
    ("date", sa.String(10), ""),
    ("track_number", sa.Integer(), None),
    ("track_total", sa.Integer(), None),
    ("disc_number", sa.Integer(), None),
    ("disc_total", sa.Integer(), None),
    ("is_compilation", sa.Boolean(), "0"),
    ("provenance", sa.Text(), ""),
    ("codec", sa.String(16), ""),
    ("sample_rate", sa.Integer(), None),
    ("channels", sa.Integer(), None),
    ("bits", sa.Integer(), None),
    ("grade", sa.Integer(), None),
    ("flaws", sa.String(128), ""),
    ("has_lyrics", sa.Boolean(), "0"),
    ("published_size", sa.BigInteger(), None),
)


def upgrade() -> None:
    for name, kind, default in _TRACKS:
        column = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column("tracks", column)
    op.add_column("transfers", sa.Column("entry", sa.Text))
    op.create_table(
        "edits",
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="edits_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", "field", name="edits_pk"),
    )
    op.create_table(
        "moves",
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("from_path", sa.Text, nullable=False),
        sa.Column("to_path", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="moves_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", name="moves_pk"),
    )
    op.create_table(
        "companions",
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("former", sa.String(64), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("path", name="companions_pk"),
    )


def downgrade() -> None:
    op.drop_table("companions")
    op.drop_table("moves")
    op.drop_table("edits")
    op.drop_column("transfers", "entry")
    for name, _, _ in reversed(_TRACKS):
        op.drop_column("tracks", name)
