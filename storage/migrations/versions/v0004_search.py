"""Tracks can be searched, imported and sent again, and may have many documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TABLES = (
    "sent_files", "playlist_tracks", "playlists", "favorites", "plays", "search_index",
    "search_misspellings", "search_terms", "search_state", "search_names", "search_texts",
    "documents",
)  # fmt: skip
_DESCRIBED = ("album", "genre", "year", "format", "bitrate", "has_cover", "changed_at", "better_id")


def upgrade() -> None:
    _describe_tracks()
    _documents()
    _search()
    _lists()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("tracks_by_size", "tracks")
    op.drop_index("tracks_by_better_id", "tracks")
    # What was imported has no document; the older program would fetch it like anything else.
    op.execute(
        "update items set track_id = null"
        " where track_id in (select id from tracks where document_id is null)"
    )
    op.execute(
        "delete from postings where track_id in (select id from tracks where document_id is null)"
    )
    op.execute("delete from tracks where document_id is null")
    with op.batch_alter_table(
        "tracks", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ) as changed:
        changed.alter_column("document_id", existing_type=sa.BigInteger, nullable=False)
        for name in _DESCRIBED:
            changed.drop_column(name)


def _describe_tracks() -> None:
    with op.batch_alter_table(
        "tracks", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ) as table:
        table.alter_column("document_id", existing_type=sa.BigInteger, nullable=True)
        table.add_column(sa.Column("album", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("genre", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("year", sa.Integer))
        table.add_column(sa.Column("format", sa.String(16), nullable=False, server_default=""))
        table.add_column(sa.Column("bitrate", sa.BigInteger))
        table.add_column(sa.Column("has_cover", sa.Boolean, nullable=False, server_default="0"))
        table.add_column(sa.Column("changed_at", sa.BigInteger))
        table.add_column(sa.Column("better_id", _ROW_ID))
        table.create_foreign_key("tracks_better_id_fk", "tracks", ["better_id"], ["id"])
    op.create_index("tracks_by_size", "tracks", ["size"])
    op.create_index(
        "tracks_by_better_id",
        "tracks",
        ["better_id"],
        sqlite_where=sa.text("better_id is not null"),
    )
    # The ending of a published file was chosen by what the file is: what follows the last dot.
    op.execute(
        "update tracks set format ="
        " lower(substr(path, length(rtrim(path, replace(path, '.', ''))) + 1, 16))"
        " where path like '%.%'"
    )
    # Bits in a second; a duration counts microseconds.
    op.execute("update tracks set bitrate = size * 8000000 / duration where duration > 0")


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("track_id", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="documents_track_id_fk"),
        sa.PrimaryKeyConstraint("id", name="documents_pk"),
    )
    op.create_index("documents_by_track_id", "documents", ["track_id"])
    op.execute("insert into documents select document_id, id from tracks")


def _search() -> None:
    op.create_table(
        "search_texts",
        sa.Column("track_id", _ROW_ID, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("title", "artist", "album", "genre")
        ),
        sa.Column("latin", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="search_texts_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", name="search_texts_pk"),
    )
    op.create_table(
        "search_names",
        sa.Column("checksum", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("checksum", "track_id", name="search_names_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_state",
        sa.Column("id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("unindexed_before", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="search_state_pk"),
    )
    op.execute("insert into search_state select 1, 0, coalesce(max(id) + 1, 0) from tracks")
    op.create_table(
        "search_terms",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("tracks", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="search_terms_pk"),
        sa.UniqueConstraint("text", name="search_terms_one_text"),
    )
    op.create_table(
        "search_misspellings",
        sa.Column("checksum", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("term_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("checksum", "term_id", name="search_misspellings_pk"),
        sqlite_with_rowid=False,
    )
    # The texts are folded: every sign that is not ASCII belongs to a word. How long they are would
    # only be needed to rank by bm25.
    op.execute(
        "create virtual table search_index using fts5 (title, artist, album, genre, latin,"
        " content='search_texts', content_rowid='track_id', prefix='2 3', tokenize='ascii',"
        " columnsize=0)"
    )


def _lists() -> None:
    op.create_table(
        "plays",
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="plays_track_id_fk"),
        sa.PrimaryKeyConstraint("track_id", name="plays_pk"),
    )
    op.create_table(
        "favorites",
        sa.Column("person_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="favorites_track_id_fk"),
        sa.PrimaryKeyConstraint("person_id", "track_id", name="favorites_pk"),
    )
    op.create_table(
        "playlists",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="playlists_pk"),
        sa.UniqueConstraint("person_id", "name", name="playlists_one_person_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "playlist_tracks",
        sa.Column("playlist_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("track_id", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name="playlist_tracks_playlist_id_fk"
        ),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="playlist_tracks_track_id_fk"),
        sa.PrimaryKeyConstraint("playlist_id", "place", name="playlist_tracks_pk"),
    )
    op.create_table(
        "sent_files",
        sa.Column("bot_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("track_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name="sent_files_track_id_fk"),
        sa.PrimaryKeyConstraint("bot_id", "track_id", name="sent_files_pk"),
    )
