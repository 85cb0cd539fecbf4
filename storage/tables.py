"""The tables as they are now; `storage.migrations` tells how they came to be.

Those of what was heard of tracks are in `storage.sound_tables`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Duration, Foreign, LibraryPath, RowId, UtcTime, word
from storage.models import AccountState, ChatKind, ItemState, JobState, Reason, Role
from storage.ruling import RulingKind, RulingState

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_one_%(column_0_N_name)s",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "pk": "%(table_name)s_pk",
    }
)

chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Foreign, nullable=False),
    Column("username", String(64)),
    Column("kind", word(ChatKind), nullable=False),
    Column("is_protected", Boolean, nullable=False, server_default="0"),
)

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Foreign, nullable=False),
    Column("role", word(Role), nullable=False),
    Column("username", Foreign),  # without @
    Column("since", UtcTime),  # when the role was given
    Column("seen_at", UtcTime),
    Column("banned_at", UtcTime),
)

boards = Table(
    "boards",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),
    Column("first_job_id", BigInteger, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Foreign, nullable=False),
    Column("state", word(AccountState), nullable=False),
    Column("rests_until", UtcTime),
    Column("session", LargeBinary, nullable=False),  # sealed by the vault
    Column("login", BigInteger, nullable=False, server_default="0"),  # tells it from the next one
)

# The key of the vault when this database was last opened: one row, without anything of the key.
vault_key = Table(
    "vault_key",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key_id", LargeBinary, nullable=False),
)

# What an account needs to name a chat to Telegram. No foreign keys: the hash arrives in passing,
# often before anybody wants the chat.
access = Table(
    "access",
    metadata,
    Column("account_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("access_hash", BigInteger, nullable=False),
    Index("access_by_chat_id", "chat_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("request", Text, nullable=False),  # a document of storage.documents
    Column("person_id", BigInteger, nullable=False),
    Column("origin_chat_id", BigInteger, nullable=False),
    Column("state", word(JobState), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("chat_id", BigInteger, ForeignKey("chats.id")),
    Column("reason", word(Reason)),
    Column("detail", Foreign, nullable=False, default=""),
    Column("until", UtcTime),
    Index("jobs_by_state", "state", "id"),
    Index("jobs_by_origin_chat_id", "origin_chat_id", "id"),
    sqlite_autoincrement=True,  # a button pressed late must never reach a younger job
)

tracks = Table(
    "tracks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("document_id", BigInteger, unique=True),  # that the file is; none where it was imported
    Column("title", Foreign, nullable=False),
    Column("performer", Foreign, nullable=False),
    Column("album", Foreign, nullable=False, server_default=""),
    Column("album_artist", Foreign, nullable=False, server_default=""),
    Column("genre", Foreign, nullable=False, server_default=""),
    Column("composer", Foreign, nullable=False, server_default=""),
    Column("year", Integer),
    Column("date", String(10), nullable=False, server_default=""),
    Column("track_number", Integer),
    Column("track_total", Integer),
    Column("disc_number", Integer),
    Column("disc_total", Integer),
    Column("is_compilation", Boolean, nullable=False, server_default="0"),
    Column("provenance", Text, nullable=False, server_default=""),  # of storage.documents
    Column("duration", Duration, nullable=False),
    Column("size", BigInteger, nullable=False),  # as it came
    Column("published_size", BigInteger),  # where that is another one, with our tags in it
    Column("mime", Foreign, nullable=False),
    Column("format", String(16), nullable=False, server_default=""),
    Column("bitrate", BigInteger),
    Column("codec", String(16), nullable=False, server_default=""),
    Column("sample_rate", Integer),
    Column("channels", Integer),
    Column("bits", Integer),
    Column("grade", Integer),  # none until it was listened to
    Column("flaws", String(128), nullable=False, server_default=""),
    Column("has_cover", Boolean, nullable=False, server_default="0"),
    Column("has_lyrics", Boolean, nullable=False, server_default="0"),
    Column("name", Foreign, nullable=False),
    Column("path", LibraryPath, unique=True),
    Column("sha256_source", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime),  # the file, when it was imported
    Column("damaged_at", UtcTime),  # since when its file is known to be another than was entered
    Column("removed_at", UtcTime),  # on purpose, and by the retention of which chat, if of any
    Column("removed_for", BigInteger),
    # A person wanted it back: no retention lets it go.
    Column("is_kept", Boolean, nullable=False, server_default="0"),
    # What `storage.recordings` makes of the names; none until it has looked at them.
    Column("recording", BigInteger),
    # The track that is served instead, of the same recording and better.
    Column("better_id", RowId, ForeignKey("tracks.id")),
    Index("tracks_by_recording", "recording", "better_id"),
    Index("tracks_by_size", "size"),
    Index("tracks_by_better_id", "better_id", sqlite_where=text("better_id is not null")),
    sqlite_autoincrement=True,
)

# What was said of tracks: they were merged, kept apart, or removed.
rulings = Table(
    "rulings",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", word(RulingKind), nullable=False),
    Column("state", word(RulingState), nullable=False),
    Column("track_id", RowId, ForeignKey("tracks.id")),  # the best, of a ruling on one recording
    Column("chat_id", BigInteger),  # by the retention of which chat, if by any
    Column("made_at", UtcTime, nullable=False),
    Index("rulings_by_state", "state"),
    sqlite_autoincrement=True,  # a button pressed late must never undo a younger one
)

# The tracks that a ruling is about. `path` is where the file was, or is about to be again, of one
# that lies in the trash.
ruled_tracks = Table(
    "ruled_tracks",
    metadata,
    Column("ruling_id", RowId, ForeignKey("rulings.id"), primary_key=True, autoincrement=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("path", LibraryPath),
    Column("size", BigInteger, nullable=False),
    Index("ruled_tracks_by_track_id", "track_id"),
)

# How much of a chat is kept, its newest tracks first. Where there is no row, all of it is.
retentions = Table(
    "retentions",
    metadata,
    Column("chat_id", BigInteger, ForeignKey("chats.id"), primary_key=True, autoincrement=False),
    Column("keep_count", Integer),
    Column("keep_bytes", BigInteger),
    Column("keep_age", Duration),
    # Since when it has let go as much as it does: what was removed before that was too strict.
    Column("made_at", UtcTime, nullable=False),
)

# Every Telegram document that is known to hold a track, whether or not its file came from it.
documents = Table(
    "documents",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), nullable=False),
    Index("documents_by_track_id", "track_id"),
)

postings = Table(
    "postings",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), nullable=False),
    Column("posted_at", UtcTime, nullable=False),
    Column("caption", Foreign, nullable=False),
    Column("album", BigInteger),
    Column("topic", BigInteger),
    Column("voice", Boolean, nullable=False),
    Column("gone_at", UtcTime),  # since when it is known to be deleted, or to hold another file
    # From where it was forwarded, as far as that is known.
    Column("from_chat_id", BigInteger),
    Column("from_message_id", BigInteger),
    Column("from_name", Foreign, nullable=False, server_default=""),
    Index("postings_by_track_id", "track_id"),
)

items = Table(
    "items",
    metadata,
    Column("id", RowId, primary_key=True),  # also the planned order
    Column("job_id", RowId, ForeignKey("jobs.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("document_id", BigInteger),
    Column("size", BigInteger, nullable=False, default=0),
    Column("audio", Text),  # a document of storage.documents
    Column("state", word(ItemState), nullable=False),
    Column("reason", word(Reason)),
    Column("detail", Foreign, nullable=False, default=""),
    Column("until", UtcTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("kills", Integer, nullable=False, server_default="0"),  # of the program that had it
    Column("track_id", RowId, ForeignKey("tracks.id")),
    UniqueConstraint("job_id", "chat_id", "message_id"),
    Index("items_by_job_id", "job_id", "state", "id", "size"),  # claiming and counting
    Index("items_by_state", "state", "until"),
    Index("items_by_document_id", "document_id", "state"),
    sqlite_autoincrement=True,
)

# Plans that are not whole yet: how far the chat was read.
listings = Table(
    "listings",
    metadata,
    Column("job_id", RowId, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
    Column("read", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("message_id", BigInteger, nullable=False),
)

transfers = Table(
    "transfers",
    metadata,
    Column("document_id", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("part_size", Integer, nullable=False),
    Column("done", LargeBinary, nullable=False),
    Column("path", LibraryPath),  # set together: the name it is about to be published under
    Column("sha256_source", String(64)),
    # What the catalogue is told of the file then.
    Column("entry", Text),  # a document of storage.documents
)

# What people have said of a track: it stands whatever else is found.
edits = Table(
    "edits",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("field", String(32), primary_key=True),
    Column("value", Foreign, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    # What there was before anybody said anything, and its provenance.
    Column("found", Foreign, nullable=False, server_default=""),
    Column("found_from", String(32), nullable=False, server_default=""),
    # The other track of the recording that it was said of; none where it was said of this one.
    Column("inherited_from", RowId),
)

# Tracks of which something was said that their files do not say yet. Counted, so that whoever has
# written it sees whether more was said meanwhile.
rewritings = Table(
    "rewritings",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("times", Integer, nullable=False),
)

# Files that are on their way from one name in the library to another, or from one content to
# another. The row is there from before the first step until after the last.
moves = Table(
    "moves",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("from_path", LibraryPath, nullable=False),
    Column("to_path", LibraryPath, nullable=False),
    Column("sha256", String(64), nullable=False),  # that the file has under its new name
    Column("size", BigInteger, nullable=False),
)

# Files that we lay beside tracks: covers, texts, lists. Ours is one that still has the SHA-256 it
# had when we wrote it, or before that, for we may have been cut off.
companions = Table(
    "companions",
    metadata,
    Column("path", LibraryPath, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("former", String(64), nullable=False, server_default=""),
)

# How often a track was chosen.
plays = Table(
    "plays",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("times", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)

favorites = Table(
    "favorites",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("added_at", UtcTime, nullable=False),
)

playlists = Table(
    "playlists",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    Column("name", Foreign, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("person_id", "name"),
    sqlite_autoincrement=True,  # a link that was shared must never open a younger list
)

playlist_tracks = Table(
    "playlist_tracks",
    metadata,
    Column("playlist_id", RowId, ForeignKey("playlists.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), nullable=False),
)

# By which id each bot sends a track that it has sent before: no byte need be uploaded again.
sent_files = Table(
    "sent_files",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True, autoincrement=False),
    Column("file_id", Text, nullable=False),
    Column("kind", String(16), nullable=False),
)
