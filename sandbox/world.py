"""The one world both servers show: people, bots, channels, groups, posts and documents.

It is plain memory and knows no protocol. Everything in it is made from one seed in the order of
the calls, so that the same script builds the same ids twice.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

NOISE_PERIOD = 8 << 20
_MIB = 1 << 20


class ChatKind(StrEnum):
    CHANNEL = "channel"
    GROUP = "group"  # a supergroup; with topics it is a forum


class ChangeKind(StrEnum):
    NEW = "new"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(slots=True, eq=False)
class User:
    """A person or a bot. `phone` is digits only; `password` is the second factor."""

    id: int
    access_hash: int
    first_name: str
    username: str | None = None
    phone: str | None = None
    password: str | None = None
    token: str | None = None

    @property
    def is_bot(self) -> bool:
        return self.token is not None


@dataclass(slots=True, eq=False)
class Document:
    """A file on one data centre. `epoch` ages its file references: raise it to expire them."""

    id: int
    access_hash: int
    dc: int
    size: int
    name: str | None
    mime: str
    date: datetime
    body: bytes | Path | None = None
    title: str | None = None
    performer: str | None = None
    duration: timedelta | None = None  # set: it carries Telegram's audio attribute
    voice: bool = False
    cover: bytes | None = None  # JPEG
    photo: bool = False  # it is sent as a picture, not as a file
    epoch: int = 0
    noise: Noise | None = None

    @property
    def reference(self) -> bytes:
        return b"\x02" + self.id.to_bytes(8, "little") + self.epoch.to_bytes(4, "little")

    def read(self, offset: int, count: int) -> bytes | memoryview:
        """Return up to `count` bytes from `offset`; empty at and after the end."""
        count = max(0, min(count, self.size - offset))
        if isinstance(self.body, Path):
            with self.body.open("rb") as file:
                file.seek(offset)
                return file.read(count)
        if self.body is not None:
            return memoryview(self.body)[offset : offset + count]
        assert self.noise is not None
        return self.noise.read(self.id, offset, count)

    def digest(self) -> str:
        """Return the SHA-256 of the whole file, hex."""
        total = sha256()
        for offset in range(0, self.size, _MIB):
            total.update(self.read(offset, _MIB))
        return total.hexdigest()


class Noise:
    """Bytes that never compress and cost nothing: a pure function of (document, offset)."""

    def __init__(self, seed: int) -> None:
        self._pool = _pool(seed)

    def read(self, document: int, offset: int, count: int) -> bytes | memoryview:
        if count > _MIB:
            starts = range(offset, offset + count, _MIB)
            end = offset + count
            return b"".join(self.read(document, at, min(_MIB, end - at)) for at in starts)
        start = (document * 4099 + offset) % NOISE_PERIOD
        return memoryview(self._pool)[start : start + count]


@lru_cache(maxsize=1)
def _pool(seed: int) -> bytes:
    pool = random.Random(seed).randbytes(NOISE_PERIOD)
    return pool + pool[:_MIB]


@dataclass(slots=True, eq=False)
class Post:
    """A message in a chat. `album` groups posts sent together; `topic` is a forum topic's id."""

    id: int
    date: datetime
    text: str = ""
    document: Document | None = None
    sender: User | None = None
    album: int | None = None
    topic: int | None = None
    reply_to: int | None = None
    edited: datetime | None = None
    forwarded: tuple[Chat, Post] | None = None  # from where


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a chat's history; `pts` is the chat's counter after it."""

    pts: int
    kind: ChangeKind
    post: Post


@dataclass(slots=True, eq=False)
class Chat:
    """A channel or group. `id` is the bare id; `posts` is ascending by id, deleted ones removed."""

    id: int
    access_hash: int
    title: str
    kind: ChatKind
    username: str | None = None
    private: bool = False  # only members may read it
    protected: bool = False  # "restrict saving content"
    invite: str | None = None  # the hash of its t.me/+ link
    posts: dict[int, Post] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    log: list[Change] = field(default_factory=list)
    last_id: int = 0
    discussion: Chat | None = None  # the group in which the postings of a channel are discussed

    @property
    def pts(self) -> int:
        return len(self.log) + 1

    @property
    def marked_id(self) -> int:
        """The id that the Bot API uses."""
        return -(10**12) - self.id


@dataclass(frozen=True, slots=True)
class Letter:
    """A message from one user to another. The world hands it on and keeps none."""

    id: int
    date: datetime
    sender: User
    receiver: User
    text: str = ""
    document: Document | None = None


Listener = Callable[[Chat, Change], None]


class World:
    """`listeners` are told of every change that is not posted quietly, `postmen` of letters."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._ids = itertools.count(1_000_001)
        self._noise = Noise(seed)
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.documents: dict[int, Document] = {}
        self.listeners: list[Listener] = []
        self.postmen: list[Callable[[Letter], None]] = []

    def add_user(
        self,
        first_name: str,
        *,
        username: str | None = None,
        phone: str | None = None,
        password: str | None = None,
        token: str | None = None,
    ) -> User:
        """Add a person, or with a `token` like `700:AA` a bot (its id is the token's)."""
        user_id = int(token.split(":")[0]) if token else next(self._ids)
        user = User(user_id, self._hash(), first_name, username, phone, password, token)
        self.users[user.id] = user
        return user

    def add_chat(
        self,
        title: str,
        kind: ChatKind = ChatKind.CHANNEL,
        *,
        username: str | None = None,
        private: bool = False,
        members: Iterable[User] = (),
        given_id: int | None = None,
    ) -> Chat:
        chat_id = given_id or next(self._ids)
        chat = Chat(chat_id, self._hash(), title, kind, username, private)
        chat.members.update(member.id for member in members)
        self.chats[chat.id] = chat
        return chat

    def add_document(
        self,
        *,
        size: int = 0,
        body: bytes | Path | None = None,
        dc: int = 2,
        name: str | None = None,
        mime: str = "audio/mpeg",
        title: str | None = None,
        performer: str | None = None,
        duration: timedelta | None = None,
        voice: bool = False,
        cover: bytes | None = None,
        given_id: int | None = None,
    ) -> Document:
        """Add a file: its bytes are `body`, else `size` bytes of noise."""
        if body is not None:
            size = body.stat().st_size if isinstance(body, Path) else len(body)
        document = Document(
            given_id or next(self._ids), self._hash(), dc, size, name, mime, self.now(), body,
            title, performer, duration, voice, cover, noise=self._noise,
        )  # fmt: skip
        self.documents[document.id] = document
        return document

    def add_photo(self, body: bytes, *, dc: int = 2) -> Document:
        """Add a JPEG that is sent as a picture."""
        photo = self.add_document(body=body, dc=dc, mime="image/jpeg")
        photo.photo = True
        return photo

    def post(
        self,
        chat: Chat,
        text: str = "",
        document: Document | None = None,
        *,
        sender: User | None = None,
        date: datetime | None = None,
        album: int | None = None,
        topic: int | None = None,
        reply_to: int | None = None,
        quiet: bool = False,
    ) -> Post:
        """Post into a chat. A `quiet` post counts but is pushed to nobody (a gap to be found)."""
        chat.last_id += 1
        when = date or self.now()
        post = Post(chat.last_id, when, text, document, sender, album, topic, reply_to)
        chat.posts[post.id] = post
        self._tell(chat, ChangeKind.NEW, post, quiet=quiet)
        return post

    def forward(self, chat: Chat, source: Chat, post: Post, *, quiet: bool = False) -> Post:
        """Post into a chat what was posted in another."""
        chat.last_id += 1
        forwarded = (source, post)
        copy = Post(chat.last_id, self.now(), post.text, post.document, forwarded=forwarded)
        chat.posts[copy.id] = copy
        self._tell(chat, ChangeKind.NEW, copy, quiet=quiet)
        return copy

    def write(
        self, sender: User, receiver: User, text: str = "", document: Document | None = None
    ) -> Letter:
        """Send a message from one user to another."""
        letter = Letter(next(self._ids), self.now(), sender, receiver, text, document)
        for tell in self.postmen:
            tell(letter)
        return letter

    def edit(
        self,
        chat: Chat,
        post: Post,
        *,
        text: str | None = None,
        document: Document | None = None,
        quiet: bool = False,
    ) -> None:
        if text is not None:
            post.text = text
        if document is not None:
            post.document = document
        post.edited = self.now()
        self._tell(chat, ChangeKind.EDIT, post, quiet=quiet)

    def delete(self, chat: Chat, post: Post, *, quiet: bool = False) -> None:
        del chat.posts[post.id]
        self._tell(chat, ChangeKind.DELETE, post, quiet=quiet)

    def named(self, username: str) -> User | Chat | None:
        """Find a user or chat by username, in any case."""
        everyone: list[User | Chat] = [*self.chats.values(), *self.users.values()]
        wanted = username.lower()
        return next((one for one in everyone if (one.username or "").lower() == wanted), None)

    def new_album(self) -> int:
        return next(self._ids)

    def _tell(self, chat: Chat, kind: ChangeKind, post: Post, *, quiet: bool) -> None:
        change = Change(chat.pts + 1, kind, post)
        chat.log.append(change)
        if not quiet:
            for listener in self.listeners:
                listener(chat, change)

    def _hash(self) -> int:
        return self._random.getrandbits(62)
