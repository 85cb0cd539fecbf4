"""`AudioSource` for one account, over Telethon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from telethon.tl.functions.channels import GetMessagesRequest as GetChannelMessagesRequest
from telethon.tl.functions.messages import GetMessagesRequest
from telethon.tl.types import InputChannel, InputMessageID, InputPeerChannel

from downloader.conduct import Conduct
from downloader.errors import ChatUnavailableError, PostingGoneError, RefusedError, ThrottledError
from downloader.hands import Address, Read
from downloader.source import RemoteFile, Surroundings
from downloader.standing import Outage
from downloader.telegram.audio import audio_of, document_of
from downloader.telegram.centres import Centres
from downloader.telegram.client import Client
from downloader.telegram.errors import is_stale
from downloader.telegram.file import TelethonFile
from downloader.telegram.handing import Handing
from downloader.telegram.peers import Peers, numbers_are_shared
from downloader.telegram.places import Places
from downloader.telegram.search import LAST_ID, Asking, Postings, open_window
from downloader.telegram.surroundings import Neighbourhood
from downloader.telegram.takeout import Takeout
from storage.models import Audio, Chat, Posting, Reason, Request, Track

log = structlog.get_logger(__name__)

_BATCH = 100
_PATIENCE = timedelta(seconds=30)
_WAITS = 3


class TelethonSource:
    """Reads chats and files as one account. Raises `downloader.errors` only."""

    def __init__(
        self,
        client: Client,
        centres: Centres,
        peers: Peers,
        takeout: Takeout,
        conduct: Conduct,
        beside: asyncio.TaskGroup,
    ) -> None:
        self.account_id = conduct.account_id
        self.conduct = conduct
        self._client = client
        self._centres = centres
        self._peers = peers
        self._takeout = takeout
        self._beside = beside
        self._clock = conduct.clock
        self._places = Places()
        self._handing = Handing(client, peers, conduct.clock)
        self._neighbourhood = Neighbourhood(self._messages, centres)

    @property
    def connections(self) -> int:
        """To the data centres of files; one more goes home."""
        return self._centres.connections

    @property
    def outage(self) -> Outage | None:
        return self._centres.outage

    async def chat(self, name: str) -> Chat:
        return await self._peers.find(name)

    async def comments(self, chat: Chat) -> Chat | None:
        return await self._peers.comments(chat)

    async def topic(self, chat: Chat, number: int) -> str | None:
        return await self._peers.topic(chat, number)

    async def audio(self, chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        if request.message_ids:
            async for named in self._named(chat.id, request.message_ids):
                yield named
            return
        asking: Asking = self._client
        if request.takeout:
            await self._takeout.begin()
            asking = self._takeout
        peer = await self._peers.peer(chat.id)
        window = await open_window(asking, peer, request)
        postings = Postings(asking, peer, window, self._beside)
        left = request.limit
        try:
            while left > 0 and (message := await self._next(postings)) is not None:
                if audio := self._seen(message, chat.id, voice=request.voice):
                    left -= 1
                    yield _with_origin(audio, postings.names)
        finally:
            await postings.close()

    async def open(self, audio: Audio) -> RemoteFile:
        key = (audio.chat_id, audio.message_id)
        place = self._places.find(*key, audio.document_id)
        if place is None:
            document = await self._same_document(*key, audio.document_id)
            place = self._places.keep(*key, document)
        return TelethonFile(
            place, self._centres, self._takeout, lambda: self._document(*key), self._clock
        )

    async def surroundings(self, audio: Audio, *, with_picture: bool) -> Surroundings:
        return await self._neighbourhood.around(audio, with_picture=with_picture)

    async def refer(self, posting: Posting, document_id: int, address: Address) -> None:
        try:
            await self._refer(posting, document_id, address)
        except RefusedError as error:
            if not is_stale(error.detail):
                raise
            await self._refer(posting, document_id, address)  # it expired just now

    async def upload(self, track: Track, size: int, read: Read, address: Address) -> None:
        await self._handing.upload(track, size, read, address)

    async def listen(self) -> None:
        """Have a line on which news come, if they are wanted. Raises `downloader.errors`."""
        await self._client.ready()

    async def end_takeouts(self) -> None:
        await self._takeout.end()

    async def close(self) -> None:
        # The client first: to reach another data centre the home one is needed.
        await self._client.aclose()
        await self._centres.close()

    async def _next(self, postings: Postings) -> Any | None:
        """Return the next message, waiting out what throttles are not too long.

        Only here it is known how far was read since the last audio, and in a chat with little of it
        that may be further than one gets between two throttles.
        """
        for _ in range(_WAITS):
            try:
                return await postings.next()
            except ThrottledError as error:
                if error.wait > _PATIENCE:
                    raise
                log.info("reading is throttled", wait=error.wait.total_seconds())
                await self._clock.sleep(error.wait.total_seconds())
        return await postings.next()

    async def _named(self, chat_id: int, message_ids: Sequence[int]) -> AsyncIterator[Audio]:
        """Yield the audio among these messages, in the order they were named."""
        wanted = [number for number in dict.fromkeys(message_ids) if 0 < number <= LAST_ID]
        for first in range(0, len(wanted), _BATCH):
            batch = wanted[first : first + _BATCH]
            messages = await self._messages(chat_id, batch)
            seen = (self._seen(message, chat_id, voice=True) for message in messages)
            found = [audio for audio in seen if audio]
            for audio in sorted(found, key=lambda one: batch.index(one.message_id)):
                yield audio

    async def _refer(self, posting: Posting, document_id: int, address: Address) -> None:
        place = (posting.chat_id, posting.message_id)
        document = await self._same_document(*place, document_id)
        await self._handing.refer(document, address)

    async def _same_document(self, chat_id: int, message_id: int, document_id: int) -> Any:
        document = await self._document(chat_id, message_id)
        if document.id != document_id:
            raise PostingGoneError(Reason.REPLACED, str(document.id))
        return document

    async def _document(self, chat_id: int, message_id: int) -> Any:
        try:
            messages = await self._messages(chat_id, [message_id])
        except ChatUnavailableError as error:
            raise ChatUnavailableError(Reason.NO_ACCESS, error.detail) from error
        document = next(filter(None, map(document_of, messages)), None)
        if document is None:
            raise PostingGoneError(Reason.DELETED, str(message_id))
        return document

    async def _messages(self, chat_id: int, message_ids: Sequence[int]) -> Sequence[Any]:
        """Return what Telegram has under these ids; what is gone comes as an empty message."""
        peer = await self._peers.peer(chat_id)
        ids = [InputMessageID(number) for number in message_ids]
        if isinstance(peer, InputPeerChannel):
            channel = InputChannel(peer.channel_id, peer.access_hash)
            answer = await self._client.ask(GetChannelMessagesRequest(channel, ids))
        else:
            answer = await self._client.ask(GetMessagesRequest(ids))
        messages: Sequence[Any] = answer.messages
        return messages

    def _seen(self, message: Any, chat_id: int, *, voice: bool) -> Audio | None:
        audio = audio_of(message, chat_id, voice=voice)
        if audio is None:
            return None
        self._places.keep(chat_id, message.id, document_of(message))
        return audio if numbers_are_shared(chat_id) else replace(audio, account=self.account_id)


def _with_origin(audio: Audio, names: Mapping[int, str]) -> Audio:
    """Add what the chat is called from which a posting was forwarded, where that is known."""
    origin = audio.forwarded
    if origin is None or origin.name:
        return audio
    return replace(audio, forwarded=replace(origin, name=names.get(origin.chat_id or 0, "")))
