"""What stands around a posting, as one account sees it: the picture before it, and its words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from telethon.tl.functions.upload import GetFileRequest
from telethon.tl.types import (
    InputDocumentFileLocation,
    InputPhotoFileLocation,
    Message,
    MessageMediaPhoto,
    Photo,
    PhotoSize,
    PhotoSizeProgressive,
)

from downloader.errors import AccountLostError, DownloaderError
from downloader.source import Surroundings
from downloader.telegram.answers import Bytes
from downloader.telegram.audio import audio_of, document_of
from downloader.telegram.centres import Centres
from downloader.telegram.errors import our_errors
from storage.models import Audio

log = structlog.get_logger(__name__)

_BACK = 30  # messages: an album with a picture before it is seldom longer
_AHEAD = 10  # messages: of an album, the oldest may be asked for first
_NEAR = timedelta(hours=1)  # a picture that is older belongs to something else
_KEPT = 2000
_LARGEST = 1 << 20  # bytes, which one request brings

Messages = Callable[[int, Sequence[int]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A message, as far as it matters here. `cover` is where its picture lies, with its centre."""

    is_audio: bool
    date: datetime
    text: str
    cover: tuple[int, Any] | None


class Neighbourhood:
    """Remembers what it has seen, so that the tracks of an album cost one look."""

    def __init__(self, messages: Messages, centres: Centres) -> None:
        self._messages = messages
        self._centres = centres
        self._seen: OrderedDict[tuple[int, int], _Seen | None] = OrderedDict()

    async def around(self, audio: Audio, *, with_picture: bool) -> Surroundings:
        numbers = range(max(1, audio.message_id - _BACK), audio.message_id + 1)
        own, before = await self._at(audio, numbers[-1]), await self._before(audio, numbers[:-1])
        cover = (own and own.cover) or (before and before.cover)
        picture = await self._fetched(*cover) if cover and with_picture else None
        return Surroundings(before.text if before else "", picture)

    async def _before(self, audio: Audio, numbers: Sequence[int]) -> _Seen | None:
        """Return the message with a picture that stands before the audio, or a run of audio."""
        for number in reversed(numbers):
            seen = await self._at(audio, number)
            if seen is None or seen.is_audio:
                continue
            is_near = audio.posted_at - seen.date <= _NEAR
            return seen if seen.cover and is_near else None
        return None

    async def _at(self, audio: Audio, number: int) -> _Seen | None:
        key = (audio.chat_id, number)
        if key not in self._seen:
            wanted = range(max(1, number - _BACK), number + _AHEAD)
            found = await self._messages(audio.chat_id, wanted)
            self._keep(audio.chat_id, wanted, found)
        return self._seen.get(key)

    def _keep(self, chat_id: int, wanted: Iterable[int], found: Sequence[Any]) -> None:
        by_number = {message.id: message for message in found if isinstance(message, Message)}
        last = max(by_number, default=0)
        for number in wanted:
            message = by_number.get(number)
            if message or number < last:  # what is not there yet may still come
                self._seen[chat_id, number] = _seen(message, chat_id) if message else None
        while len(self._seen) > _KEPT:
            self._seen.popitem(last=False)

    async def _fetched(self, dc: int, location: Any) -> bytes | None:
        """Return the picture, None where it cannot be had: then it is not worth more questions.

        No account is to rest for it: the data centre itself asks for no more meanwhile.
        """
        try:
            with our_errors():
                answer = await self._centres.of(dc).call(GetFileRequest(location, 0, _LARGEST))
        except AccountLostError:
            raise
        except DownloaderError as error:
            log.info("no picture", error=str(error))
            return None
        return bytes(answer.view) if isinstance(answer, Bytes) else None


def _seen(message: Message, chat_id: int) -> _Seen:
    is_audio = audio_of(message, chat_id, voice=True) is not None
    return _Seen(is_audio, message.date, message.message or "", _cover(message))


def _cover(message: Message) -> tuple[int, Any] | None:
    media = message.media
    photo = media.photo if isinstance(media, MessageMediaPhoto) else None
    if isinstance(photo, Photo):
        size = _largest(photo.sizes)
        place = (photo.id, photo.access_hash, photo.file_reference)
        return (photo.dc_id, InputPhotoFileLocation(*place, size)) if size else None
    document = document_of(message)
    size = _largest(document.thumbs or ()) if document else None
    if document is None or size is None:
        return None
    place = (document.id, document.access_hash, document.file_reference)
    return document.dc_id, InputDocumentFileLocation(*place, size)


def _largest(sizes: Iterable[Any]) -> str | None:
    """Return the name of the largest size that one request brings."""
    found = [(_bytes(one), one.type) for one in sizes]
    return max(((size, name) for size, name in found if 0 < size <= _LARGEST), default=(0, None))[1]


def _bytes(size: Any) -> int:
    match size:
        case PhotoSize():
            return int(size.size)
        case PhotoSizeProgressive():
            return max(size.sizes, default=0)
    return 0  # outlines, and what is sent along with the message
