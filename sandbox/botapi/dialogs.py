"""A bot's chats and the messages in them, as they stand now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sandbox.botapi.formatted import Entity, Formatted, Json
from sandbox.world import Chat, Document, User


class MediaKind(StrEnum):
    AUDIO = "audio"
    VOICE = "voice"
    DOCUMENT = "document"
    PHOTO = "photo"


class HeardKind(StrEnum):
    MESSAGE = "message"
    EDIT = "edit"
    DELETE = "delete"
    ANSWER = "answer"  # to a pressed button


@dataclass(frozen=True, slots=True)
class Media:
    kind: MediaKind
    document: Document


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is the one field beside the text: `callback_data`, `url` and so on."""

    text: str
    action: str
    value: Any

    @property
    def data(self) -> str | None:
        return self.value if self.action == "callback_data" else None


Keyboard = tuple[tuple[Button, ...], ...]
NOTHING = Formatted()


@dataclass(frozen=True, slots=True)
class Message:
    """One state of a message; an edit makes a new value with the same id."""

    id: int
    date: datetime
    sender: User | None  # None: the chat itself, as in a channel
    body: Formatted = NOTHING
    media: Media | None = None
    keyboard: Keyboard = ()
    origin: Json | None = None  # forward_origin
    reply_to: int | None = None
    topic: int | None = None
    album: str | None = None
    via: User | None = None
    inline_id: str | None = None
    edited: datetime | None = None

    @property
    def text(self) -> str:
        """The text, or the caption of a file."""
        return self.body.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        return self.body.entities

    @property
    def buttons(self) -> list[str]:
        """The labels of all buttons, row after row."""
        return [button.text for row in self.keyboard for button in row]

    @property
    def document(self) -> Document | None:
        return self.media.document if self.media else None

    @property
    def is_audio(self) -> bool:
        return self.media is not None and self.media.kind is MediaKind.AUDIO

    def button(self, label: str) -> Button:
        """Return the first button whose text holds `label`."""
        for row in self.keyboard:
            for button in row:
                if label in button.text:
                    return button
        raise LookupError(f"no button {label!r} among {self.buttons}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What answerCallbackQuery showed."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that a chat showed; `message` is its state after it."""

    kind: HeardKind
    message: Message
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """The bot is typing, or uploading something."""

    action: str


@dataclass(frozen=True, slots=True)
class Pinned:
    """The message at the top of the chat is now this one."""

    message: Message | None


Event = Heard | Acting | Pinned
Listener = Callable[[Event], None]


@dataclass(slots=True, eq=False)
class Dialog:
    """One chat of one bot: with a person, or a group or channel that it is a member of."""

    bot: User
    peer: User | Chat
    messages: dict[int, Message] = field(default_factory=dict)
    started: bool = False  # a bot may not write to a person who never wrote to it
    blocked: bool = False
    pinned: list[int] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.peer.id if isinstance(self.peer, User) else self.peer.marked_id

    @property
    def group(self) -> Chat | None:
        return self.peer if isinstance(self.peer, Chat) else None

    def show(self, message: Message) -> Message:
        """Add a message."""
        self.messages[message.id] = message
        self.tell(Heard(HeardKind.MESSAGE, message))
        return message

    def change(self, message: Message, **changes: Any) -> Message:
        """Put an edited state in the place of `message`."""
        edited = replace(message, **changes)
        self.messages[message.id] = edited
        self.tell(Heard(HeardKind.EDIT, edited))
        return edited

    def remove(self, message_id: int) -> Message | None:
        message = self.messages.pop(message_id, None)
        if message:
            if message_id in self.pinned:
                self.unpin(message_id)
            self.tell(Heard(HeardKind.DELETE, message))
        return message

    def pin(self, message: Message) -> None:
        self.pinned = [*self._others(message.id), message.id]
        self.tell(Pinned(message))

    def unpin(self, message_id: int) -> None:
        self.pinned = self._others(message_id)
        newest = self.pinned[-1] if self.pinned else None
        self.tell(Pinned(self.messages[newest] if newest else None))

    def tell(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)

    def _others(self, message_id: int) -> list[int]:
        return [pinned for pinned in self.pinned if pinned != message_id]
