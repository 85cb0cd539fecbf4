"""Postings of a chat in one order, out of Telegram's searches.

Telegram files music, voice notes and other files under separate search filters, and audio that was
sent as a file under the last. Each filter is read as a stream of its own, page by page, and the
streams are merged by message id, so that a page is asked for only when one of its messages may be
next. No message is read twice and nothing but files is read: for the 10 newest songs that is one
page of music, and other files back to the tenth song.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from telethon import utils
from telethon.tl.functions.messages import GetHistoryRequest, SearchRequest
from telethon.tl.types import (
    InputMessagesFilterDocument,
    InputMessagesFilterMusic,
    InputMessagesFilterVoice,
)

from storage.models import Order, Request

_PAGE = 100  # the most that Telegram returns
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
    """The merged streams; `next` returns messages in order, each once, None at the end."""

    def __init__(self, client: Asking, peer: Any, window: Window) -> None:
        kinds = [InputMessagesFilterMusic(), InputMessagesFilterDocument()]
        if window.request.voice:
            kinds.append(InputMessagesFilterVoice())
        self.names: dict[int, str] = {}  # of the chats that messages speak of
        self._streams = [_Stream(client, peer, window, kind, self.names) for kind in kinds]
        self._direction = -1 if window.newest_first else 1

    async def next(self) -> Any | None:
        heads = [(await stream.head(), stream) for stream in self._streams]
        ids = [message.id for message, _ in heads if message is not None]
        if not ids:
            return None
        wanted = min(ids, key=lambda number: number * self._direction)
        same = [(message, stream) for message, stream in heads if message and message.id == wanted]
        for _, stream in same:
            stream.drop()
        return same[0][0]


class _Stream:
    def __init__(
        self, client: Asking, peer: Any, window: Window, kind: Any, names: dict[int, str]
    ) -> None:
        self._client = client
        self._peer = peer
        self._window = window
        self._kind = kind
        self._names = names
        self._offset = window.start
        self._page: deque[Any] = deque()
        self._ended = window.newest_first and window.start == 1  # nothing is below the first id

    async def head(self) -> Any | None:
        while not self._page and not self._ended:
            await self._load()
        return self._page[0] if self._page else None

    def drop(self) -> None:
        self._page.popleft()

    async def _load(self) -> None:
        answer = await self._client.ask(self._request())
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
