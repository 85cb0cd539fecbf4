"""The vocabulary of the product: frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath

from storage.action import Action
from storage.description import Description, Provenance
from storage.entry import Entry, Intent
from storage.forwarded import Forwarded
from storage.sound import Flaw, Grade, Sound


class JobState(StrEnum):
    QUEUED = "queued"
    PLANNING = "planning"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    PARTLY_DONE = "partly done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    QUEUED = "queued"
    FETCHING = "fetching"
    WAITING = "waiting"
    CHECKING = "checking"
    TAGGING = "tagging"
    PUBLISHING = "publishing"
    SAVED = "saved"
    LINKED = "linked"
    SKIPPED = "skipped"
    REMOVED = "removed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PARKED = "parked"


class Reason(StrEnum):
    """Why a job or an item is where it is; the sentence for it is made in `bot.texts`."""

    # The chat, as a whole.
    CHAT_NOT_FOUND = "chat not found"
    CHAT_PRIVATE = "chat private"
    CHAT_NOT_JOINED = "chat not joined"
    NOT_A_CHAT = "not a chat"
    NO_AUDIO = "no audio"
    NOTHING_MATCHES = "nothing matches"
    # The posting or its file, for good.
    DELETED = "deleted"
    REPLACED = "replaced"
    EMPTY_FILE = "empty file"
    INCOMPLETE_AT_SOURCE = "incomplete at source"
    DAMAGED_AT_SOURCE = "damaged at source"
    TAMPERED = "tampered"
    REFUSED = "refused"
    BROKEN = "broken"
    # Wait: it goes on by itself.
    FLOOD = "flood"
    OFFLINE = "offline"
    SERVER_TROUBLE = "server trouble"
    TOO_MANY_FILES = "too many open files"
    OUTSIDE_HOURS = "outside the hours"
    TAKEOUT_DELAY = "takeout delay"
    # No trouble of its own: said of a job that goes on.
    NO_TAKEOUT = "no takeout"
    NOT_KEPT = "not kept"
    # Park: a person or the world must act first.
    LOGIN = "login"
    NO_ACCESS = "no access"
    DISK_FULL = "disk full"
    DISK_DENIED = "disk denied"
    DISK_MISSING = "disk missing"
    DISK_BROKEN = "disk broken"
    LOCKED = "encrypted with another key"
    QUARANTINED = "quarantined"
    OVER_LIMIT = "over the limit"


class Sameness(StrEnum):
    """By what a posting was known to carry a track that the library has."""

    DOCUMENT = "same document"
    BYTES = "same bytes"
    FILE = "same file"  # by all that Telegram says of it: nothing was fetched


class ChatKind(StrEnum):
    CHANNEL = "channel"
    GROUP = "group"
    PRIVATE = "private"


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"


class AccountState(StrEnum):
    READY = "ready"
    NEEDS_LOGIN = "needs login"
    USED_ELSEWHERE = "used elsewhere"  # its session was, which Telegram ends at once
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that audio is read from.

    `id` is the marked id that the Bot API uses too: -100… for channels and supergroups, negative
    for small groups, positive for people. `username` comes without `@`. Where it `is_protected`,
    its owner does not want its posts passed on.
    """

    id: int
    title: str
    username: str | None
    kind: ChatKind
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked, and in which chat with the bot."""

    person_id: int
    chat_id: int


@dataclass(frozen=True, slots=True)
class Request:
    """Which audio of a chat to fetch: the `limit` newest (or oldest) that pass every filter.

    `chat` is `@username`, or a marked id in decimal (see `Chat.id`). `message_ids` names exact
    messages and then nothing else filters. `first_id` and `last_id` are inclusive, `since` is
    inclusive, `until` exclusive. `topic` is the id of a forum topic. `takeout` asks to read within
    an export that Telegram allows the account, where that can be had. `query` is text as
    `storage.query` reads it; relative times in it are seen from when the job was accepted. `watch`
    is the one that asks, and no board shows what `is_quiet`. `actions` is what is done with each
    track that comes, and `folder` a template for where it lies.
    """

    chat: str
    limit: int
    order: Order = Order.NEWEST
    since: datetime | None = None
    until: datetime | None = None
    first_id: int | None = None
    last_id: int | None = None
    message_ids: tuple[int, ...] = ()
    topic: int | None = None
    voice: bool = False
    takeout: bool = False
    query: str = ""
    watch: int | None = None
    is_quiet: bool = False
    actions: tuple[Action, ...] = ()
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A request accepted for a person, durable.

    `chat` is unknown until planning has found it. `until` is set while the job waits for a time.
    """

    id: int
    request: Request
    origin: Origin
    state: JobState
    created_at: datetime
    chat: Chat | None = None
    reason: Reason | None = None
    detail: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audio:
    """An audio posting as Telegram describes it; nothing here is to be trusted as a file name.

    `size` in bytes; `album` groups postings that were sent together; `caption` is plain text.
    `account` is the one account for which `message_id` means this posting: in small groups and
    private chats each account numbers the messages by itself. None where all share the numbers.
    """

    chat_id: int
    message_id: int
    document_id: int
    title: str
    performer: str
    duration: timedelta
    size: int
    name: str
    mime: str
    posted_at: datetime
    voice: bool = False
    caption: str = ""
    album: int | None = None
    topic: int | None = None
    account: int | None = None
    forwarded: Forwarded | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One posting inside a job. `audio` is None where the posting holds none (then skipped).

    `attempts` came to an end; `kills` are those of a program that had the bytes in hand. `detail`
    is data: of a linked item its `Sameness`, of a saved one the posting that it was fetched from
    where that is another.
    """

    id: int
    job_id: int
    chat_id: int
    message_id: int
    audio: Audio | None
    state: ItemState
    reason: Reason | None = None
    detail: str = ""
    until: datetime | None = None
    attempts: int = 0
    track_id: int | None = None
    kills: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """One audio file in the catalogue.

    `path` is relative to the library, None when the track is remembered without a file. The two
    SHA-256 (hex) differ only where we wrote tags into the published file. `document_id` is that of
    the document whose bytes the file has, None where it was imported. `bitrate` is the average, in
    bits per second. `changed_at` is of the file, and known where it was imported. `better_id` names
    the track of the same recording that is served instead. What it is called is told by
    `description`, how it sounds by `sound`; `grade` is None until it was listened to. A file
    that `is_damaged` is to be fetched anew.
    """

    id: int
    document_id: int | None
    title: str
    performer: str
    duration: timedelta
    size: int
    mime: str
    name: str
    path: PurePosixPath | None
    sha256_source: str
    sha256: str
    added_at: datetime
    album: str = ""
    genre: str = ""
    year: int | None = None
    format: str = ""
    bitrate: int | None = None
    has_cover: bool = False
    changed_at: datetime | None = None
    better_id: int | None = None
    album_artist: str = ""
    composer: str = ""
    date: str = ""
    track_number: int | None = None
    track_total: int | None = None
    disc_number: int | None = None
    disc_total: int | None = None
    is_compilation: bool = False
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    codec: str = ""
    sample_rate: int | None = None
    channels: int | None = None
    bits: int | None = None
    grade: Grade | None = None
    flaws: frozenset[Flaw] = frozenset()
    has_lyrics: bool = False
    published_size: int | None = None
    is_damaged: bool = False

    @property
    def file_size(self) -> int:
        """Bytes that the file in the library had when it was entered."""
        return self.size if self.published_size is None else self.published_size

    @property
    def description(self) -> Description:
        return Description(
            title=self.title,
            artist=self.performer,
            album=self.album,
            album_artist=self.album_artist,
            genre=self.genre,
            composer=self.composer,
            date=self.date or (f"{self.year:04}" if self.year else ""),
            track_number=self.track_number,
            track_total=self.track_total,
            disc_number=self.disc_number,
            disc_total=self.disc_total,
            is_compilation=self.is_compilation,
            provenance=self.provenance,
        )

    @property
    def sound(self) -> Sound:
        return Sound(
            codec=self.codec,
            duration=self.duration or None,
            bitrate=self.bitrate,
            sample_rate=self.sample_rate,
            channels=self.channels,
            bits=self.bits,
        )


@dataclass(frozen=True, slots=True)
class Posting:
    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class LocalFile:
    """An audio file that was in the library before the catalogue knew of it.

    `path` is relative to the library. `format` is empty where its ending tells the truth, and
    `changed_at` tells when the file is another one, and to be read again.
    """

    path: PurePosixPath
    entry: Entry
    mime: str = ""
    format: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """The bytes of one document on their way to disk.

    `done` is a bitmap, least significant bit of byte 0 first: bit n claims that part n, of
    `part_size` bytes at offset `n * part_size`, is on disk and synced.
    """

    document_id: int
    size: int
    part_size: int
    done: bytes
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a job is: items by state, and bytes of its items that are wanted, and at rest."""

    items: dict[ItemState, int] = field(default_factory=dict)
    bytes_wanted: int = 0
    bytes_done: int = 0
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """The one status message of a chat, showing the jobs from `first_job_id` on."""

    chat_id: int
    message_id: int
    first_job_id: int


@dataclass(frozen=True, slots=True)
class Account:
    """One logged-in Telegram user session. `id` is the Telegram user id."""

    id: int
    name: str
    state: AccountState
    rests_until: datetime | None = None
