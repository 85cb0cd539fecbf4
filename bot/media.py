"""How tracks travel to Telegram: as which kind of file, and which of them together. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from aiogram.methods import SendAudio, SendDocument, SendVoice
from aiogram.types import (
    FSInputFile,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
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
# https://core.telegram.org/bots/api#sendmediagroup
ALBUM = 10

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


class SentAs(StrEnum):
    """What Telegram takes a file for."""

    AUDIO = "audio"
    DOCUMENT = "document"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A track to be sent: by an id that Telegram knows, else as the `size` bytes at `path`."""

    track: Track
    kind: SentAs
    file_id: str = ""
    path: Path = Path()
    size: int = 0

    @property
    def bytes(self) -> FSInputFile:
        return FSInputFile(self.path, self.path.name, _CHUNK)

    @property
    def patience(self) -> timedelta:
        return patience(self.size)


def known(track: Track, file: SentFile) -> Parcel:
    return Parcel(track, SentAs(file.kind), file.file_id)


def unknown(track: Track, path: Path, size: int) -> Parcel:
    kind = SentAs.AUDIO if track.format in _PLAYED else SentAs.DOCUMENT
    return Parcel(track, kind, path=path, size=size)


def sending(
    chat_id: int,
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
                chat_id=chat_id,
                audio=file,
                title=title(parcel.track) or None,
                performer=performer(parcel.track) or None,
                duration=seconds(parcel.track),
                reply_markup=markup,
                disable_notification=quiet,
            )
        case SentAs.DOCUMENT:
            return SendDocument(
                chat_id=chat_id, document=file, reply_markup=markup, disable_notification=quiet
            )
        case SentAs.VOICE:
            return SendVoice(
                chat_id=chat_id, voice=file, reply_markup=markup, disable_notification=quiet
            )


def in_album(parcel: Parcel, file: str | FSInputFile) -> InputMediaAudio | InputMediaDocument:
    if parcel.kind is not SentAs.AUDIO:
        return InputMediaDocument(media=file)
    track = parcel.track
    return InputMediaAudio(
        media=file,
        title=title(track) or None,
        performer=performer(track) or None,
        duration=seconds(track),
    )


def albums(parcels: Sequence[Parcel], room: int) -> list[list[Parcel]]:
    """Put together what one message can carry: one kind, ten at most, `room` bytes to upload.

    Voices go alone, as Telegram wants it. Within a kind the order stays.
    """
    found: list[list[Parcel]] = []
    for kind in SentAs:
        album: list[Parcel] = []
        for parcel in (one for one in parcels if one.kind is kind):
            is_full = len(album) == (1 if kind is SentAs.VOICE else ALBUM)
            if is_full or sum(one.size for one in album) + parcel.size > room:
                found.append(album)
                album = []
            album.append(parcel)
        found.append(album)
    return [album for album in found if album]


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


def title(track: Track) -> str:
    return cut(cleaned(track.title or without_ending(track.name)), _NAME)


def performer(track: Track) -> str:
    return cut(cleaned(track.performer), _NAME)


def seconds(track: Track) -> int | None:
    """Return how long a track is, None where that is not known."""
    return round(track.duration.total_seconds()) or None
