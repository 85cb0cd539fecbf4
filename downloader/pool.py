"""Many accounts behind one `AudioSource`: lends the freest, rests the throttled, drops the lost."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

import structlog

from downloader.allowance import Allowance
from downloader.clock import Clock
from downloader.errors import (
    BRIEF,
    AccountLostError,
    CentreThrottledError,
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    OutsideHoursError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.lending import Call, Errand, Member, freest
from downloader.listing import rest_of
from downloader.oneaccount import AccountSource
from downloader.outcomes import LONGEST_WAIT, throttle
from downloader.source import Bytes, PieceHash, RemoteFile, Surroundings, Turn
from downloader.standing import Standing, standings
from storage.errors import NotStoredError
from storage.models import AccountState, Audio, Chat, Reason, Request
from storage.store import Store

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

# So often in a row, with nothing found in between, a list may be sent to rest.
_RESTS = 5
# Another account may do better; of everything else it would hear the same.
_PASSED_ON = (ThrottledError, AccountLostError, ChatUnavailableError)
_NOT_MINE = frozenset({Reason.CHAT_PRIVATE, Reason.CHAT_NOT_JOINED, Reason.NO_ACCESS})


class Pool:
    """Is an `AudioSource` itself.

    Raises `ThrottledError` with the earliest awakening when every account that could help rests,
    and `AccountLostError` when none is left.
    """

    def __init__(
        self,
        sources: Sequence[AccountSource],
        store: Store,
        clock: Clock,
        allowance: Allowance | None = None,
        logins: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """Lend these accounts; `logins` are those that they were opened with."""
        self._store = store
        self._clock = clock
        self.allowance = allowance or Allowance(clock)
        self._logins = logins
        self._sources = {source.account_id: source for source in sources}
        self._members = [Member(account_id) for account_id in self._sources]
        self._recalling = asyncio.Lock()
        self._recalled = False
        self._losses: dict[Member, AccountState] = {}  # that are not stored yet

    async def standings(self) -> list[Standing]:
        """Tell how every stored account stands, those that are not in here too."""
        accounts = await self._store.accounts.all()
        return standings(accounts, self._members, self._clock.now(), self._sources)

    async def chat(self, name: str) -> Chat:
        # Who knows a chat by its id is stored; a username is the same for everybody.
        chat_id = int(name) if name.removeprefix("-").isdecimal() else None
        chat, _ = await self.ask(lambda source: source.chat(name), Errand(chat_id))
        return chat

    async def comments(self, chat: Chat) -> Chat | None:
        return (await self.ask(lambda source: source.comments(chat), Errand(chat.id)))[0]

    async def topic(self, chat: Chat, number: int) -> str | None:
        return (await self.ask(lambda source: source.topic(chat, number), Errand(chat.id)))[0]

    async def audio(self, chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        """Yield the postings; a list that is broken off goes on where it was."""
        errand = Errand(chat.id, is_steady=request.takeout)
        rest: Request | None = request
        breaks = 0
        while rest is not None:
            member = await self._awake(errand, BRIEF if breaks <= _RESTS else timedelta(0))
            listed = self._listed(member, chat, rest)
            last: Audio | None = None
            arrived = 0
            try:
                async for audio in listed:
                    last, arrived, breaks = audio, arrived + 1, 0
                    errand.account = audio.account
                    yield audio
            except _PASSED_ON as error:
                breaks += 1
                await self._blame(member, error, errand)
                rest = rest_of(rest, last, arrived) if last else rest
            else:
                return
            finally:
                await listed.aclose()

    async def _listed(
        self, member: Member, chat: Chat, request: Request
    ) -> AsyncGenerator[Audio, None]:
        with member.working():
            async with aclosing(self._sources[member.account_id].audio(chat, request)) as listed:
                async for audio in listed:
                    yield audio

    async def open(self, audio: Audio) -> RemoteFile:
        self.allowance.check()
        remote, member = await self.lend(audio)
        return PooledFile(self, audio, remote, member)

    async def surroundings(self, audio: Audio, *, with_picture: bool) -> Surroundings:
        self.allowance.check()
        found, _ = await self.ask(
            lambda source: source.surroundings(audio, with_picture=with_picture),
            Errand(audio.chat_id, audio.account),
            Call.FILES,
        )
        return found

    async def end_takeouts(self) -> None:
        for member in self._members:
            if not member.lost:
                try:
                    await self._sources[member.account_id].end_takeouts()
                except AccountLostError as error:
                    await self.lose(member, error)

    async def lend(
        self, audio: Audio, refused: Mapping[Member, DownloaderError] | None = None
    ) -> tuple[RemoteFile, Member]:
        """Open a file with the freest account, none of those that were `refused`."""

        async def ask(source: AccountSource) -> RemoteFile:
            return await source.open(audio)

        errand = Errand(audio.chat_id, audio.account, refused=dict(refused or {}))
        return await self.ask(ask, errand, Call.FILES)

    def arrived(self, member: Member, count: int) -> None:
        self._sources[member.account_id].conduct.arrived.add(count)

    def may_fetch(self, member: Member) -> bool:
        left = member.rest_left(Call.FILES, self._clock.now())
        return not member.lost and left <= BRIEF

    @contextmanager
    def noting_trouble(self, member: Member) -> Iterator[None]:
        """Remember whose trouble it is, so that another account is tried the next time."""
        try:
            yield
        except (ServerTroubleError, OfflineError):
            member.troubled = self._clock.now()
            raise

    @asynccontextmanager
    async def blaming(self, member: Member) -> AsyncIterator[None]:
        """Note what goes wrong with fetching of an account; the error goes on."""
        try:
            with self.noting_trouble(member):
                yield
        except ThrottledError as error:
            if not error.is_brief and not isinstance(error, CentreThrottledError):
                await self.rest(member, error, _call_of(error))
            raise
        except AccountLostError as error:
            await self.lose(member, error)
            raise

    async def give_up(self, member: Member, error: ThrottledError | AccountLostError) -> None:
        """Note that an account may not fetch for now; raise what is best sat out with it."""
        if isinstance(error, AccountLostError):
            await self.lose(member, error)
        elif error.is_brief:
            raise error
        else:
            await self.rest(member, error, _call_of(error))

    async def rest(self, member: Member, error: ThrottledError, call: Call) -> None:
        now = self._clock.now()
        until = now + throttle(error.wait, seed=member.account_id)
        if until <= member.rests[call] or member.lost:
            return
        member.rests[call] = until
        if until - now > BRIEF:
            log.warning("account rests", account=member.account_id, until=until, call=call)
            await self._note(member, AccountState.READY, max(member.rests.values()))

    async def lose(self, member: Member, error: AccountLostError) -> None:
        if member.lost:
            return
        member.lost = True
        log.warning(
            "account lost", account=member.account_id, state=error.state, error=error.detail
        )
        self._losses[member] = error.state
        await self._note_losses()

    async def _note_losses(self) -> None:
        """Store what could not be stored yet: a login is noticed by what is stored only."""
        for member, state in tuple(self._losses.items()):
            # One that was logged in again meanwhile has lost its old session only.
            await self._note(member, state, login=self._logins.get(member.account_id))
            self._losses.pop(member, None)

    async def _note(
        self,
        member: Member,
        state: AccountState,
        rests_until: datetime | None = None,
        *,
        login: int | None = None,
    ) -> None:
        try:
            await self._store.accounts.move(
                member.account_id, state, rests_until=rests_until, login=login
            )
        except NotStoredError:
            member.lost = True
            log.info("account was removed or logged in again", account=member.account_id)

    async def ask(
        self, ask: Callable[[AccountSource], Awaitable[Answer]], errand: Errand, *also: Call
    ) -> tuple[Answer, Member]:
        """Ask one account after the other until one can answer."""
        while True:
            member = await self._freest(errand, *also)
            try:
                with member.working(), self.noting_trouble(member):
                    return await ask(self._sources[member.account_id]), member
            except _PASSED_ON as error:
                await self._blame(member, error, errand)

    async def _awake(self, errand: Errand, patience: timedelta) -> Member:
        """Return the freest account, when a rest that is no longer than `patience` is over."""
        while True:
            try:
                return await self._freest(errand)
            except ThrottledError as error:
                if error.wait > patience:
                    raise
                await self._clock.sleep(error.wait.total_seconds())

    async def _freest(self, errand: Errand, *also: Call) -> Member:
        await self._recall()
        await self._note_losses()
        readers = frozenset[int]()
        matter = len(self._members) > 1 or errand.refused  # else there is nothing to choose
        if errand.chat_id is not None and matter:
            readers = await self._store.chats.readers(errand.chat_id)
        now = self._clock.now()
        return freest(self._members, readers, errand, now, BRIEF, (Call.MESSAGES, *also))

    async def _blame(self, member: Member, error: DownloaderError, errand: Errand) -> None:
        """Note what an error says about the account; raise it when no other would do better."""
        match error:
            case ThrottledError():
                await self.rest(member, error, Call.MESSAGES)
            case AccountLostError():
                await self.lose(member, error)
            case ChatUnavailableError():
                if error.reason is Reason.NOT_A_CHAT:
                    raise error
                if error.reason is Reason.CHAT_NOT_FOUND and errand.chat_id is None:
                    raise error
                errand.refused[member] = error
                if errand.chat_id is not None:
                    member.shut_out[errand.chat_id] = self._clock.now()
                if errand.chat_id is not None and error.reason in _NOT_MINE:
                    await self._store.chats.revoke(member.account_id, errand.chat_id)

    async def _recall(self) -> None:
        """Take over the rests that were running when the last process ended."""
        async with self._recalling:
            if self._recalled:
                return
            stored = await self._store.accounts.all()
            rests = {account.id: account.rests_until for account in stored}
            for member in self._members:
                until = rests.get(member.account_id)
                # Longer than Telegram ever asks for: since then the clock was put back.
                if until and until - self._clock.now() <= LONGEST_WAIT:
                    member.rests = dict.fromkeys(Call, until)
            self._recalled = True


def _call_of(error: ThrottledError) -> Call:
    """Return what an account is to rest from: a file may have had to be looked up anew."""
    return Call.MESSAGES if error.of_reading else Call.FILES


class PooledFile:
    """A document that changes to another account when its own may not go on."""

    def __init__(self, pool: Pool, audio: Audio, remote: RemoteFile, member: Member) -> None:
        self._pool = pool
        self._audio = audio
        self._remote = remote
        self._member = member
        self._changing = asyncio.Lock()

    @property
    def size(self) -> int:
        return self._remote.size

    async def turn(self, left: int) -> PooledTurn:
        allowed = await self._pool.allowance.take(left)
        unused = allowed
        try:
            turn, member = await self._asked(lambda remote: remote.turn(allowed))
            try:
                self._pool.allowance.check()  # a turn may be long in coming
            except OutsideHoursError:
                turn.give_back()
                raise
            unused -= min(turn.limit, allowed)
        finally:
            self._pool.allowance.give_back(unused)
        return PooledTurn(self._pool, member, turn, self._audio.document_id)

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        hashes, _ = await self._asked(lambda remote: remote.hashes(offset))
        return hashes

    async def _asked(self, ask: Callable[[RemoteFile], Awaitable[Answer]]) -> tuple[Answer, Member]:
        refused: dict[Member, DownloaderError] = {}
        while True:
            if not self._pool.may_fetch(self._member):
                await self._change_from(self._member, refused)
            remote, member = self._remote, self._member
            try:
                with self._pool.noting_trouble(member):
                    return await ask(remote), member
            except CentreThrottledError as error:
                if error.is_brief:
                    raise
                refused[member] = error  # what lies elsewhere it may still fetch
            except (ThrottledError, AccountLostError) as error:
                await self._pool.give_up(member, error)
            await self._change_from(member, refused)

    async def _change_from(self, member: Member, refused: Mapping[Member, DownloaderError]) -> None:
        async with self._changing:
            # Several parts are in flight, and the first to come here has changed for all.
            if self._member is member:
                self._remote, self._member = await self._pool.lend(self._audio, refused)
                log.info("account changed", account=self._member.account_id)


class PooledTurn:
    """A turn whose errors are noted of its account: the next turn may be another's."""

    def __init__(self, pool: Pool, member: Member, turn: Turn, document: int) -> None:
        self._pool = pool
        self._member = member
        self._turn = turn
        self._document = document
        self._over = False
        member.begin(document)

    @property
    def limit(self) -> int:
        return self._turn.limit

    async def part(self, offset: int, limit: int) -> Bytes:
        async with self._pool.blaming(self._member):
            data = await self._turn.part(offset, limit)
        self._pool.arrived(self._member, len(data))
        return data

    def give_back(self) -> None:
        self._turn.give_back()
        if not self._over:
            self._over = True
            self._member.end(self._document)
