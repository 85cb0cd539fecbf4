"""How tracks travel to Telegram: where to, and as which kind of file. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from aiogram.methods import SendAudio, SendDocument, SendVoice
from aiogram.types import (
    FSInputFile,
    InaccessibleMessage,
    InlineKeyboardMarkup,
    Message,
)

from bot.characters import cleaned, cut
from storage.formats import without_ending
from storage.models import Track
from storage.playing import SentFile

Sending = SendAudio | SendDocument | SendVoice

MB = 10**6
# What bots may upload (https://core.telegram.org/bots/api#sending-files), and what they may where
# the server is one's own (https://core.telegram.org/bots/api#using-a-local-bot-api-server).
LARGEST = 50 * MB
LARGEST_LOCAL = 2000 * MB
# What an account may, that pays nothing (https://core.telegram.org/api/files#uploading-files).
LARGEST_HANDED = 2000 * MB

# What Telegram's player takes (https://core.telegram.org/bots/api#sendaudio).
_PLAYED = frozenset({"mp3", "m4a"})
_NAME = 128
_CHUNK = 1 << 18
_LEAST_PATIENCE = timedelta(minutes=1)
_SLOWEST = 100_000  # bytes a second that an upload must not fall below
# The Bot API tells by these words alone that an id leads to no file, or to one of another kind
# (https://github.com/tdlib/telegram-bot-api, Client.cpp).
_REFUSED = re.compile(
    r"wrong (remote )?file.?id|file.?id.?invalid|file.?reference|(document|media).?(invalid|empty)"
    r"|can't use file of type|type of file mismatch|file is temporarily unavailable",
    re.IGNORECASE,
)
# By these words alone it says that it is the chat, and not the file, that is wrong.
_OF_CHAT = re.compile(r"chat|rights|peer|forbidden|kicked|deactivated", re.IGNORECASE)
_NO_VOICE = re.compile(r"voice_messages_forbidden", re.IGNORECASE)


class SentAs(StrEnum):
    """What Telegram takes a file for."""

    AUDIO = "audio"
    DOCUMENT = "document"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A track to be sent: by an id that Telegram knows, else as the `size` bytes at `path`.

    They go by this `name`, else by that of the path.
    """

    track: Track
    kind: SentAs
    file_id: str = ""
    path: Path = Path()
    size: int = 0
    name: str = ""

    @property
    def bytes(self) -> FSInputFile:
        return FSInputFile(self.path, self.name or self.path.name, _CHUNK)

    @property
    def patience(self) -> timedelta:
        return patience(self.size)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is to be sent: a chat, and the topic of it where it is a forum."""

    chat_id: int | str  # `@name` of one that is public
    topic: int | None = None

    @classmethod
    def of(cls, message: Message | InaccessibleMessage) -> Spot:
        if isinstance(message, Message) and message.is_topic_message:
            return cls(message.chat.id, message.message_thread_id)
        return cls(message.chat.id)


def known(track: Track, file: SentFile) -> Parcel:
    return Parcel(track, SentAs(file.kind), file.file_id)


def unknown(track: Track, path: Path, size: int) -> Parcel:
    kind = SentAs.AUDIO if track.format in _PLAYED else SentAs.DOCUMENT
    return Parcel(track, kind, path=path, size=size, name=path.name)


def sending(
    spot: Spot,
    parcel: Parcel,
    file: str | FSInputFile,
    markup: InlineKeyboardMarkup | None = None,
    *,
    quiet: bool = False,
) -> Sending:
    """Return the request that sends `file` as the track that it is."""
    match parcel.kind:
        case SentAs.AUDIO:
            return SendAudio(
                chat_id=spot.chat_id,
                message_thread_id=spot.topic,
                audio=file,
                title=title(parcel.track) or None,
                performer=performer(parcel.track) or None,
                duration=seconds(parcel.track),
                reply_markup=markup,
                disable_notification=quiet,
            )
        case SentAs.DOCUMENT:
            return SendDocument(
                chat_id=spot.chat_id,
                message_thread_id=spot.topic,
                document=file,
                reply_markup=markup,
                disable_notification=quiet,
            )
        case SentAs.VOICE:
            return SendVoice(
                chat_id=spot.chat_id,
                message_thread_id=spot.topic,
                voice=file,
                duration=seconds(parcel.track),
                reply_markup=markup,
                disable_notification=quiet,
            )


def patience(size: int) -> timedelta:
    """Return how long an upload of so many bytes may take."""
    return _LEAST_PATIENCE + timedelta(seconds=size / _SLOWEST)


def sent_file(message: Message) -> SentFile | None:
    """Return by which id Telegram knows what was sent, and what it took it for."""
    if message.audio is not None:
        return SentFile(message.audio.file_id, SentAs.AUDIO)
    if message.voice is not None:
        return SentFile(message.voice.file_id, SentAs.VOICE)
    if message.document is not None:
        return SentFile(message.document.file_id, SentAs.DOCUMENT)
    return None


def is_refusal(words: str) -> bool:
    """Tell whether Telegram complains of a file id, and not of the chat or anything else."""
    return bool(_REFUSED.search(words))


def is_of_chat(words: str) -> bool:
    """Tell whether Telegram complains of the chat."""
    return bool(_OF_CHAT.search(words))


def is_no_voice(words: str) -> bool:
    """Tell whether whoever a voice note was for takes none."""
    return bool(_NO_VOICE.search(words))


def title(track: Track) -> str:
    return cut(cleaned(track.title or without_ending(track.name)), _NAME)


def performer(track: Track) -> str:
    return cut(cleaned(track.performer), _NAME)


def seconds(track: Track) -> int | None:
    """Return how long a track is, None where that is not known."""
    return round(track.duration.total_seconds()) or None
