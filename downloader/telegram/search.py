"""Postings of a chat in one order, out of Telegram's searches.

Telegram files music, voice notes and other files under separate search filters, and audio that was
sent as a file under the last. Each filter is read as a stream of its own, page by page, and the
streams are merged by message id, so that a page is asked for only when one of its messages may be
next. No message is read twice and nothing but files is read: for the 10 newest songs that is one
page of music, and other files back to the tenth song.

What was posted since is mostly little: then one page of the history shows all of it, in one call
where the searches take two or three.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from telethon import utils
from telethon.tl.functions.messages import GetHistoryRequest, SearchRequest
from telethon.tl.types import (
    InputMessagesFilterDocument,
    InputMessagesFilterMusic,
    InputMessagesFilterVoice,
    MessageEmpty,
)

from storage.models import Order, Request

_PAGE = 100  # the most that Telegram returns
_AT_A_STRETCH = 10  # messages
_LONG = 2  # pages: whoever has read so many is going to want the next one
# Both are 32 bits wide where they are sent, and 0 stands for no bound.
LAST_ID = (1 << 31) - 1
_FIRST_TIME = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
_LAST_TIME = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """What part of the history is wanted. Ids and `since` are inclusive, `until` is exclusive.

    `start` is where reading begins: below it when newest come first (0: the newest), else at it.
    """

    start: int
    request: Request

    @property
    def newest_first(self) -> bool:
        return self.request.order is Order.NEWEST

    @property
    def is_news(self) -> bool:
        """Tell whether it is all that was posted since."""
        wanted = self.request
        if self.newest_first:
            return False
        has_begin = wanted.first_id is not None or wanted.since is not None
        return has_begin and wanted.last_id is None and wanted.until is None

    def holds(self, message: Any) -> bool:
        first, last = self.request.first_id, self.request.last_id
        since, until = self.request.since, self.request.until
        return (
            (first is None or message.id >= first)
            and (last is None or message.id <= last)
            and (since is None or message.date >= since)
            and (until is None or message.date < until)
        )

    def is_past(self, message: Any) -> bool:
        """Tell whether reading has left the window at its far end."""
        wanted = self.request
        if self.newest_first:
            return (wanted.first_id is not None and message.id < wanted.first_id) or (
                wanted.since is not None and message.date < wanted.since
            )
        return (wanted.last_id is not None and message.id > wanted.last_id) or (
            wanted.until is not None and message.date >= wanted.until
        )


class Asking(Protocol):
    """Sends one request and returns the answer. Raises `downloader.errors` only."""

    async def ask(self, request: Any) -> Any: ...


async def open_window(client: Asking, peer: Any, request: Request) -> Window:
    """Find where to begin.

    Dates are turned into ids by the history, because a search with a filter may ignore them
    (https://github.com/LonamiWebs/Telethon/issues/1124).
    """
    if request.order is Order.NEWEST:
        start = 0
        if request.last_id is not None and request.last_id < LAST_ID:
            start = max(request.last_id, 0) + 1
        if request.until is not None:
            before = await _last_before(client, peer, request.until) + 1
            start = min(start, before) if start else before
        return Window(start, request)
    start = min(max(request.first_id or 1, 1), LAST_ID)
    if request.since is not None:
        start = max(start, await _last_before(client, peer, request.since) + 1)
    return Window(start, request)


class Postings:
    """The merged streams; `next` returns messages in order, each once, None at the end.

    To be closed, for the next pages of a long history may be on their way, as tasks of `beside`.
    """

    def __init__(
        self, client: Asking, peer: Any, window: Window, beside: asyncio.TaskGroup
    ) -> None:
        kinds = [InputMessagesFilterMusic(), InputMessagesFilterDocument()]
        if window.request.voice:
            kinds.append(InputMessagesFilterVoice())
        self.names: dict[int, str] = {}  # of the chats that messages speak of
        asking = [_Ahead(client, beside) for _ in kinds]
        self._streams = [
            _Stream(one, peer, window, kind, self.names)
            for one, kind in zip(asking, kinds, strict=True)
        ]
        self._direction = -1 if window.newest_first else 1
        self._client, self._peer, self._window = client, peer, window
        self._may_be_little = window.is_news
        self._given = 0

    async def close(self) -> None:
        for stream in self._streams:
            await stream.close()

    async def next(self) -> Any | None:
        self._given += 1
        if self._given % _AT_A_STRETCH == 0:
            await asyncio.sleep(0)  # lets the next page be asked for, and all others have a turn
        if self._may_be_little:
            await self._try_one_page()
            self._may_be_little = False
        heads = [(await stream.head(), stream) for stream in self._streams]
        ids = [message.id for message, _ in heads if message is not None]
        if not ids:
            return None
        wanted = min(ids, key=lambda number: number * self._direction)
        same = [(message, stream) for message, stream in heads if message and message.id == wanted]
        for _, stream in same:
            stream.drop()
        return same[0][0]

    async def _try_one_page(self) -> None:
        """Take all that is wanted from one page of the history, if it reaches back so far.

        Else nothing is taken that was posted after it. For it may be posted between two searches:
        only the later one would show it, and what the earlier one left out would lie before it.
        What belongs to a topic only a search tells, if there is anything.
        """
        known = self._window.start - 1
        answer = await self._client.ask(_newest(self._peer, above=known - 1))
        ids = [message.id for message in answer.messages]
        # Where what was there before is shown, nothing between it and the newest is left out.
        is_whole = self._window.request.topic is None and min(ids, default=0) <= max(known, 1)
        if is_whole or all(one <= known for one in ids):
            self.names.update(names_in(answer))
            shown = [one for one in answer.messages if not isinstance(one, MessageEmpty)]
            ascending = sorted(shown, key=lambda message: message.id)
            self._streams = self._streams[:1]
            self._streams[0].fill(list(filter(self._window.holds, ascending)))
        else:
            until_now = replace(self._window.request, last_id=max(ids))
            for stream in self._streams:
                stream.narrow(replace(self._window, request=until_now))


class _Ahead:
    """Asks for one thing now, or for the next while what came before is dealt with."""

    def __init__(self, client: Asking, beside: asyncio.TaskGroup) -> None:
        self._client = client
        self._beside = beside
        self._coming: asyncio.Task[Any] | None = None

    def begin(self, request: Any) -> None:
        self._coming = self._beside.create_task(self._outcome(request))

    async def ask(self, request: Any) -> Any:
        """Return the answer to what was begun; where nothing was, to this."""
        coming, self._coming = self._coming, None
        if coming is None:
            return await self._client.ask(request)
        outcome = await coming
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait({self._coming})

    async def _outcome(self, request: Any) -> Any:
        try:
            return await self._client.ask(request)
        except Exception as error:  # noqa: BLE001
            return error  # for whoever asks: it must not end the tasks beside it


class _Stream:
    def __init__(
        self, asking: _Ahead, peer: Any, window: Window, kind: Any, names: dict[int, str]
    ) -> None:
        self._asking = asking
        self._peer = peer
        self._window = window
        self._kind = kind
        self._names = names
        self._offset = window.start
        self._page: deque[Any] = deque()
        self._pages = 0  # that were read
        self._ended = window.newest_first and window.start == 1  # nothing is below the first id

    async def head(self) -> Any | None:
        while not self._page and not self._ended:
            await self._load()
        return self._page[0] if self._page else None

    def drop(self) -> None:
        self._page.popleft()

    def narrow(self, window: Window) -> None:
        """Read only this of what was to be read."""
        self._window = window

    def fill(self, messages: Sequence[Any]) -> None:
        """Take these for all that there is."""
        self._page.extend(messages)
        self._ended = True

    async def close(self) -> None:
        await self._asking.close()

    async def _load(self) -> None:
        answer = await self._asking.ask(self._request())
        self._pages += 1
        self._names.update(names_in(answer))
        fresh = sorted(filter(self._is_ahead, answer.messages), key=lambda message: message.id)
        if self._window.newest_first:
            fresh.reverse()
        # Only an empty page is the end: a page may be short of what cannot be shown somewhere. And
        # dates may be a little out of order, so a whole page must have left the window.
        if not fresh or all(map(self._window.is_past, fresh)):
            self._ended = True
            return
        self._offset = fresh[-1].id + (0 if self._window.newest_first else 1)
        self._page.extend(filter(self._window.holds, fresh))
        if self._pages >= _LONG and len(fresh) == _PAGE and self._is_wanted_more:
            self._asking.begin(self._request())

    @property
    def _is_wanted_more(self) -> bool:
        """Tell whether what was read cannot be enough, even if all of it is audio."""
        return self._pages * _PAGE < self._window.request.limit

    def _is_ahead(self, message: Any) -> bool:
        if not self._window.newest_first:
            return bool(message.id >= self._offset)
        return not self._offset or bool(message.id < self._offset)

    def _request(self) -> SearchRequest:
        wanted = self._window.request
        since, until = wanted.since, wanted.until
        return SearchRequest(
            peer=self._peer,
            q="",
            filter=self._kind,
            min_date=since and _sendable(since) - timedelta(seconds=1),  # both are exclusive
            max_date=until and _sendable(until),
            offset_id=self._offset,
            add_offset=0 if self._window.newest_first else -_PAGE,
            limit=_PAGE,
            max_id=0,
            min_id=0,
            hash=0,
            top_msg_id=wanted.topic and min(wanted.topic, LAST_ID),
        )


def names_in(answer: Any) -> dict[int, str]:
    """Return what the chats and people of an answer are called, by marked id."""
    named = {utils.get_peer_id(one): getattr(one, "title", "") for one in answer.chats}
    return named | {utils.get_peer_id(one): utils.get_display_name(one) for one in answer.users}


def _newest(peer: Any, above: int) -> GetHistoryRequest:
    return GetHistoryRequest(
        peer, 0, None, add_offset=0, limit=_PAGE, max_id=0, min_id=max(above, 0), hash=0
    )


async def _last_before(client: Asking, peer: Any, moment: datetime) -> int:
    """Return the id of the last message sent before a moment, 0 if there is none."""
    answer = await client.ask(
        GetHistoryRequest(
            peer, 0, _sendable(moment), add_offset=0, limit=1, max_id=0, min_id=0, hash=0
        )
    )
    return max((message.id for message in answer.messages), default=0)


def _sendable(moment: datetime) -> datetime:
    """Return the nearest moment that Telegram can be told; the window still holds the true one."""
    return min(max(moment, _FIRST_TIME), _LAST_TIME)
