"""The tables as they are now; `storage.migrations` tells how they came to be."""

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
from storage.models import (
    AccountState,
    ChatKind,
    ItemState,
    JobState,
    Reason,
    Role,
    RulingKind,
    RulingState,
)

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
)

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Foreign, nullable=False),
    Column("role", word(Role), nullable=False),
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
    Column("genre", Foreign, nullable=False, server_default=""),
    Column("year", Integer),
    Column("duration", Duration, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mime", Foreign, nullable=False),
    Column("format", String(16), nullable=False, server_default=""),
    Column("bitrate", BigInteger),
    Column("has_cover", Boolean, nullable=False, server_default="0"),
    Column("name", Foreign, nullable=False),
    Column("path", LibraryPath, unique=True),
    Column("sha256_source", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime),  # the file, when it was imported
    # What `storage.recordings` makes of the names; none until it has looked at them.
    Column("recording", BigInteger),
    # The track that is served instead, of the same recording and better.
    Column("better_id", RowId, ForeignKey("tracks.id")),
    Index("tracks_by_recording", "recording", "better_id"),
    Index("tracks_by_size", "size"),
    Index("tracks_by_better_id", "better_id", sqlite_where=text("better_id is not null")),
    sqlite_autoincrement=True,
)

# What a person has said of the tracks of a recording: they were merged, or kept apart.
rulings = Table(
    "rulings",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", word(RulingKind), nullable=False),
    Column("state", word(RulingState), nullable=False),
    Column("track_id", RowId, ForeignKey("tracks.id")),  # the best, of a ruling on one recording
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

transfers = Table(
    "transfers",
    metadata,
    Column("document_id", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("part_size", Integer, nullable=False),
    Column("done", LargeBinary, nullable=False),
    Column("path", LibraryPath),  # set together: the name it is about to be published under
    Column("sha256_source", String(64)),
)

# What of a track is searched, folded. The index over these texts, `search_index`, is one of FTS5,
# which SQLAlchemy does not know.
search_texts = Table(
    "search_texts",
    metadata,
    Column("track_id", RowId, ForeignKey("tracks.id"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("artist", Text, nullable=False),
    Column("album", Text, nullable=False),
    Column("genre", Text, nullable=False),
    Column("latin", Text, nullable=False),
)

# The tracks whose title or artist is a name of this checksum: they are found however many others
# have its words.
search_names = Table(
    "search_names",
    metadata,
    Column("checksum", BigInteger, primary_key=True, autoincrement=False),
    Column("track_id", RowId, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# One row: how often what can be found has changed. Whoever keeps an answer sees by it whether that
# still holds.
search_state = Table(
    "search_state",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    # Tracks before this one may be of a program that knew no search, and cannot be found yet.
    Column("unindexed_before", BigInteger, nullable=False),
)

# The words there are, and in how many tracks each is.
search_terms = Table(
    "search_terms",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("text", Text, nullable=False, unique=True),
    Column("tracks", Integer, nullable=False),
)

# Each word as it is with one letter left out, as a checksum: two words that differ in one letter
# share one of these.
search_misspellings = Table(
    "search_misspellings",
    metadata,
    Column("checksum", BigInteger, primary_key=True, autoincrement=False),
    Column("term_id", RowId, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
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
