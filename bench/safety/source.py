"""The Telegram behind the bot: two chats, one that is closed, and answers to all at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from bench.crash.source import JAZZ, ROCK, SteadyFile, SteadySource, body, song
from downloader.errors import ChatUnavailableError, RefusedError
from downloader.hands import Address
from downloader.news import News
from downloader.source import Surroundings
from downloader.standing import Standing
from storage.models import AccountState, Audio, Chat, Order, Reason, Request, Track

_SONGS = 12
_SIZE = 2_000  # bytes
_REFUSALS = {"@closed": Reason.CHAT_PRIVATE, "@me": Reason.NOT_A_CHAT}


def shelf() -> list[Audio]:
    """Return what was posted: many songs into one chat, few into the other."""
    jazz = [song(number, _SIZE) for number in range(1, _SONGS + 1)]
    return [*jazz, song(1, _SIZE, chat=ROCK), song(2, _SIZE, chat=ROCK, document=500)]


@dataclass(slots=True)
class Telegram:
    """Is a `bot.works.Source`; it sends nothing for anybody."""

    songs: Sequence[Audio] = field(default_factory=shelf)
    news: News = field(default_factory=News)

    async def chat(self, name: str) -> Chat:
        for chat in (JAZZ, ROCK):
            if name in {f"@{chat.username}", str(chat.id)}:
                return chat
        raise ChatUnavailableError(_REFUSALS.get(name, Reason.CHAT_NOT_FOUND), name)

    async def comments(self, chat: Chat) -> Chat | None:
        return ROCK if chat == JAZZ else None

    async def topic(self, chat: Chat, number: int) -> str | None:
        return f"Topic {number}" if chat == ROCK and number < 100 else None

    async def audio(self, chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        newest_first = request.order is Order.NEWEST
        left = request.limit
        for audio in sorted(self.songs, key=_number, reverse=newest_first):
            if left and audio.chat_id == chat.id and _is_meant(request, audio.message_id):
                left -= 1
                yield audio

    async def open(self, audio: Audio) -> SteadyFile:
        return SteadyFile(SteadySource(self.songs), body(audio.document_id, audio.size))

    async def end_takeouts(self) -> None:
        """There are none."""

    async def surroundings(self, audio: Audio, *, with_picture: bool) -> Surroundings:
        del audio, with_picture
        return Surroundings()

    async def hand_over(self, track: Track, address: Address) -> None:
        del address
        raise RefusedError(f"track {track.id} is handed to nobody")

    async def standings(self) -> list[Standing]:
        return [Standing(1, "Olga", AccountState.READY), Standing(2, "<b>", AccountState.READY)]


def _number(audio: Audio) -> int:
    return audio.message_id


def _is_meant(request: Request, number: int) -> bool:
    if request.message_ids:
        return number in request.message_ids
    first, last = request.first_id or number, request.last_id or number
    return first <= number <= last
