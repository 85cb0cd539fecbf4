"""A Telegram in memory that does what it is told and records what it is asked; and owned time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Literal

from downloader.clock import Clock
from downloader.conduct import Conduct
from downloader.errors import ChatUnavailableError, NoForumError, OfflineError
from downloader.hands import Address, Read
from downloader.manners import MANNERS, Temper
from downloader.news import News
from downloader.source import PieceHash, Surroundings
from downloader.standing import Outage, Standing
from storage.models import (
    AccountState,
    Audio,
    Chat,
    ChatKind,
    Order,
    Posting,
    Reason,
    Request,
    Track,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
JAZZ = Chat(-1001, "Jazz", "jazz", ChatKind.CHANNEL)
HASHED = 128 << 10
ROCK = Chat(-1002, "Rock", "rock", ChatKind.CHANNEL)


def noise(document_id: int, size: int) -> bytes:
    return random.Random(document_id).randbytes(size)


def song(
    number: int,
    *,
    chat: Chat = JAZZ,
    document: int | None = None,
    size: int = 10_000,
    account: int | None = None,
) -> Audio:
    """Return the posting `number` of a chat; one is posted each day."""
    return Audio(
        chat_id=chat.id,
        message_id=number,
        document_id=number * 1000 - chat.id if document is None else document,
        title=f"Song {number}",
        performer="Band",
        duration=timedelta(seconds=200),
        size=size,
        name=f"{number}.mp3",
        mime="audio/mpeg",
        posted_at=START + timedelta(days=number),
        account=account,
    )


class OwnedTime:
    """Stands still until it is moved; records every sleep."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self._sleepers: dict[asyncio.Event, float] = {}
        self._gone_to_bed = asyncio.Event()

    @cached_property
    def clock(self) -> Clock:
        return Clock(now=self.now, monotonic=lambda: self.seconds, sleep=self._sleep)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        for alarm, due in self._sleepers.items():
            if due <= self.seconds:
                alarm.set()

    async def someone_sleeps(self) -> float:
        """Wait until somebody sleeps; return the seconds until the first is due."""
        while not self._sleepers:
            self._gone_to_bed.clear()
            await self._gone_to_bed.wait()
        return max(0.0, min(self._sleepers.values()) - self.seconds)

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Let every sleep end at once, as time passes as fast as it is slept."""

        async def pass_by() -> None:
            while True:
                self.advance(await self.someone_sleeps())
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as group:
            task = group.create_task(pass_by())
            try:
                yield
            finally:
                task.cancel()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        alarm = asyncio.Event()
        self._sleepers[alarm] = self.seconds + seconds
        self._gone_to_bed.set()
        try:
            await alarm.wait()
        finally:
            del self._sleepers[alarm]


@dataclass(slots=True, eq=False)
class Rule:
    """What happens to the calls of one method, after `skip` of them, `times` times."""

    method: str
    error: Exception | None = None
    answer: Callable[[bytes], bytes] | None = None
    hold: asyncio.Event | None = None
    skip: int = 0
    times: int = 1
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)  # a held call was let go, or cut off


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    what: str | int = ""
    offset: int = 0
    limit: int = 0


class ScriptedSource:
    """Is an `AccountSource`. `bodies` are the true bytes of each document."""

    def __init__(
        self, *songs: Audio, chats: Iterable[Chat] = (JAZZ, ROCK), account: int = 1
    ) -> None:
        self.account_id = account
        self.songs = list(songs)
        self.chats = list(chats)
        self.discussions: dict[int, Chat] = {}  # of channels
        self.topics: dict[int, dict[int, str]] = {}  # of forums
        self.bodies = {s.document_id: noise(s.document_id, s.size) for s in songs}
        self.sizes: dict[int, int] = {}  # declared when opened, where it differs
        self.asked: list[Asked] = []
        self.requests: list[Request] = []  # of lists
        self.conduct = Conduct(account, MANNERS[Temper.NORMAL], Clock())
        self.connections = 0
        self.outage: Outage | None = None
        self.handed: list[tuple[int, Address]] = []  # a document or a track, and to whom
        self.give: Callable[[Track, Address], object] = lambda _track, _address: None
        self.stands = [Standing(account, "Olga", AccountState.READY)]
        self.around = Surroundings()
        self.news = News()
        self.in_flight = self.most_in_flight = 0
        self.width, self.limit = 4, 1 << 20
        self.full = asyncio.Event()  # as many parts are in flight as there are turns
        self._rules: list[Rule] = []

    def script(
        self,
        method: str,
        error: Exception | None = None,
        *,
        answer: Callable[[bytes], bytes] | None = None,
        hold: asyncio.Event | None = None,
        skip: int = 0,
        times: int = 1,
    ) -> Rule:
        rule = Rule(method, error, answer, hold, skip, times)
        self._rules.append(rule)
        return rule

    def forget(self) -> None:
        """Let everything go well from now on."""
        self._rules.clear()

    def parts(self) -> list[tuple[str | int, int]]:
        return [(asked.what, asked.offset) for asked in self.asked if asked.method == "part"]

    def count(self, method: str) -> int:
        return sum(asked.method == method for asked in self.asked)

    async def standings(self) -> list[Standing]:
        return self.stands

    async def chat(self, name: str) -> Chat:
        self.asked.append(Asked("chat", name))
        await self.meet("chat")
        for chat in self.chats:
            if name in {f"@{chat.username}", str(chat.id)}:
                return chat
        raise ChatUnavailableError(Reason.CHAT_NOT_FOUND, name)

    async def comments(self, chat: Chat) -> Chat | None:
        self.asked.append(Asked("comments", chat.id))
        await self.meet("comments")
        return self.discussions.get(chat.id)

    async def topic(self, chat: Chat, number: int) -> str | None:
        self.asked.append(Asked("topic", chat.id))
        await self.meet("topic")
        if chat.id not in self.topics:
            raise NoForumError("CHANNEL_FORUM_MISSING")
        return self.topics[chat.id].get(number)

    async def audio(self, chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        self.asked.append(Asked("audio", chat.id))
        self.requests.append(request)
        await self.meet("audio")
        newest_first = request.order is Order.NEWEST
        for audio in sorted(self.songs, key=lambda s: s.message_id, reverse=newest_first):
            if audio.chat_id == chat.id and _is_asked_for(request, audio.message_id):
                await self.meet("posting")
                yield audio

    async def open(self, audio: Audio) -> ScriptedFile:
        self.asked.append(Asked("open", audio.document_id))
        await self.meet("open")
        size = self.sizes.get(audio.document_id, audio.size)
        return ScriptedFile(self, audio.document_id, size)

    async def refer(self, posting: Posting, document_id: int, address: Address) -> None:
        self.asked.append(Asked("refer", document_id))
        await self.meet("refer")
        self.handed.append((document_id, address))

    async def upload(self, track: Track, size: int, read: Read, address: Address) -> None:
        self.asked.append(Asked("upload", track.id))
        await self.meet("upload")
        assert size == len(await read(0, size))
        self.handed.append((track.id, address))

    async def hand_over(self, track: Track, address: Address) -> None:
        """Be the courier of the bot as well."""
        self.asked.append(Asked("hand over", track.id))
        await self.meet("hand over")
        self.handed.append((track.id, address))
        self.give(track, address)

    async def surroundings(self, audio: Audio, *, with_picture: bool) -> Surroundings:
        self.asked.append(Asked("surroundings", audio.document_id))
        await self.meet("surroundings")
        return self.around if with_picture else replace(self.around, picture=None)

    async def end_takeouts(self) -> None:
        self.asked.append(Asked("end takeouts"))
        await self.meet("end takeouts")

    async def read(self, document_id: int, offset: int, limit: int) -> bytes:
        self.asked.append(Asked("part", document_id, offset, limit))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        if self.in_flight == self.width:
            self.full.set()
        try:
            rule = await self.meet("part")
        finally:
            self.in_flight -= 1
        data = self.bodies[document_id][offset : offset + limit]
        return rule.answer(data) if rule and rule.answer else data

    async def meet(self, method: str) -> Rule | None:
        await asyncio.sleep(0)  # let others in, as a network would
        rule = self._pick(method)
        if rule is None:
            return None
        rule.reached.set()
        if rule.hold is not None:
            try:
                await rule.hold.wait()
            finally:
                rule.left.set()
        if rule.error is not None:
            raise rule.error
        return rule

    def _pick(self, method: str) -> Rule | None:
        for rule in self._rules:
            if rule.method != method or not rule.times:
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            rule.times -= 1
            return rule
        return None


def _is_asked_for(request: Request, number: int) -> bool:
    first, last = request.first_id, request.last_id
    if request.message_ids:
        return number in request.message_ids
    return (first is None or number >= first) and (last is None or number <= last)


@dataclass(slots=True, eq=False)
class ScriptedFile:
    """Gives `source.width` turns at once, of `source.limit` bytes each."""

    source: ScriptedSource
    document_id: int
    size: int
    _room: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.source.width)

    async def turn(self, left: int) -> ScriptedTurn:
        assert left > 0, "somebody asks for nothing"
        await self.source.meet("turn")
        await self._room.acquire()
        return ScriptedTurn(self, self._room, self.source.limit)

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        self.source.asked.append(Asked("hashes", self.document_id, offset))
        await self.source.meet("hashes")
        body = self.source.bodies[self.document_id][: self.size]
        ends = range(offset, min(len(body), offset + 8 * HASHED), HASHED)
        pieces = [(at, body[at : at + HASHED]) for at in ends]
        return [PieceHash(at, len(piece), sha256(piece).digest()) for at, piece in pieces]


@dataclass(slots=True, eq=False)
class ScriptedTurn:
    file: ScriptedFile
    room: asyncio.Semaphore
    limit: int
    used: bool = False
    over: bool = False

    async def part(self, offset: int, limit: int) -> bytes:
        assert not self.used, "a turn is used once"
        assert not self.over, "a turn that was given back is over"
        assert limit & (limit - 1) == 0, "a power of two"
        assert offset % limit == 0, "a multiple of the limit"
        assert 4096 <= limit <= 1 << 20, "between 4 KiB and 1 MiB"
        self.used = True
        return await self.file.source.read(self.file.document_id, offset, limit)

    def give_back(self) -> None:
        if not self.over:
            self.over = True
            self.room.release()


class Sulking(asyncio.Event):
    """Answers a cancellation with an error, as a line does that is cut off."""

    async def wait(self) -> Literal[True]:
        try:
            return await super().wait()
        except asyncio.CancelledError as cut:
            raise OfflineError("cut off") from cut
