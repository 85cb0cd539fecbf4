"""Sends tracks of the library to chats; the bytes of each go to Telegram only once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import FSInputFile, InlineKeyboardMarkup, Message

from bot import media
from bot.errors import (
    FileGoneError,
    NotHandedError,
    Obstacle,
    ProtectedError,
    TooLargeError,
    UnconvertibleError,
)
from bot.hatch import Hatch
from bot.media import Parcel, Spot
from bot.promptness import promptly
from bot.sources import link_to_source
from downloader.clock import Clock
from downloader.errors import RefusedError
from storage.errors import StorageError
from storage.models import Track
from storage.playing import SentFile
from storage.store import Store

log = structlog.get_logger(__name__)

_TAKES_A_WHILE = media.MB
# For five seconds at most (https://core.telegram.org/bots/api#sendchataction).
_SHOWN = 4.5


class Delivery:
    """`is_local`: the Bot API server is one's own, so it takes more, and paths as well.

    What the bot may not upload comes through the `hatch`, where there is one. What the chats do not
    want passed on goes nowhere, unless it `sends_protected`.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        clock: Clock,
        hatch: Hatch | None = None,
        *,
        is_local: bool = False,
        sends_protected: bool = False,
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._hatch = hatch
        self._is_local = is_local
        self._sends_protected = sends_protected
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @property
    def largest(self) -> int:
        """The size of the largest file that can be sent."""
        return media.LARGEST_HANDED if self._hatch else self.room

    @property
    def room(self) -> int:
        """The size of the largest file that the bot may upload."""
        return media.LARGEST_LOCAL if self._is_local else media.LARGEST

    async def send(
        self,
        spot: Spot,
        track: Track,
        markup: InlineKeyboardMarkup | None = None,
        *,
        by_itself: bool = True,
        is_chosen: bool = False,
    ) -> Message:
        """Send a track; count that it was played, if it was asked for `by_itself`.

        It is the best one of its recording, unless it `is_chosen` among them. Raises
        `UndeliverableError`.
        """
        track = track if is_chosen else await self._served(track)
        message = await self._send(spot, track, markup)
        if by_itself:
            await self._count(track)
        return message

    async def pass_on(self, spot: Spot, parcel: Parcel) -> None:
        """Send what was made of a track; nothing is kept of it. Raises `UndeliverableError`."""
        await self._check_protection(parcel.track)
        if parcel.size > self.room:
            raise TooLargeError(parcel.track, parcel.size, self.room)
        if parcel.size >= _TAKES_A_WHILE:
            await self._show_upload(spot)
        try:
            await self._send_file(media.sending(spot, parcel, parcel.bytes), parcel)
        except TelegramBadRequest as error:
            if media.is_no_voice(error.message):
                raise UnconvertibleError(Obstacle.NO_VOICE, parcel.track) from error
            raise

    async def protected(self, track_ids: Collection[int]) -> dict[int, str]:
        """Return those of the tracks that are not to be passed on, with the title of their chat."""
        return {} if self._sends_protected else await self._store.protection.among(track_ids)

    async def on_disk(self, track: Track) -> Track:
        """Return the best one of its recording that has a file. Raises `FileGoneError`."""
        track = await self._best(track)
        for one in (track, *await self._store.duplicates.instead_of(track.id)):
            if await self._size(one):
                return one
        raise FileGoneError(track, await link_to_source(self._store, track.id))

    async def introduce(self, chat_id: int, track: Track) -> None:
        """Make sure that Telegram knows a track, sending it in silence; this is no play."""
        await self._check_protection(track)
        async with self._alone([track]):
            if await self._known(track) is None:
                parcel = await self._parcel(track, None)
                await self._upload(Spot(chat_id), parcel, quiet=True)

    async def _send(
        self, spot: Spot, track: Track, markup: InlineKeyboardMarkup | None = None
    ) -> Message:
        await self._check_protection(track)
        file = await self._known(track)
        if file and (message := await self._send_known(spot, track, file, markup)):
            return message
        async with self._alone([track]):
            # Whoever had the turn before may have sent it.
            newer = await self._known(track)
            if newer and newer != file:
                message = await self._send_known(spot, track, newer, markup)
                if message:
                    return message
            if newer:
                await self._store.sent_files.forget(self._bot.id, track.id)
            return await self._upload(spot, await self._parcel(track, None), markup)

    async def _send_known(
        self,
        spot: Spot,
        track: Track,
        file: SentFile,
        markup: InlineKeyboardMarkup | None,
        *,
        quiet: bool = False,
    ) -> Message | None:
        """Send by an id; None where Telegram does not take it any more."""
        parcel = media.known(track, file)
        method = media.sending(spot, parcel, file.file_id, markup, quiet=quiet)
        try:
            return await self._bot(method)
        except TelegramBadRequest as error:
            if not media.is_refusal(error.message):
                raise
            log.info("file id refused", track=track.id, error=error.message)
            return None

    async def _upload(
        self,
        spot: Spot,
        parcel: Parcel,
        markup: InlineKeyboardMarkup | None = None,
        *,
        quiet: bool = False,
    ) -> Message:
        if self._hatch and parcel.size > self.room:
            sending = self._send_handed(spot, parcel, self._hatch, markup, quiet=quiet)
            if quiet:
                return await sending
            return await promptly(sending, partial(self._go_on_showing, spot), self._clock)
        log.debug("uploading", track=parcel.track.id, size=parcel.size)
        if parcel.size >= _TAKES_A_WHILE and not quiet:
            await self._show_upload(spot)
        async with self._plain(parcel) as plain:
            message = await self._send_bytes(spot, plain, markup, quiet=quiet)
        await self._note(parcel.track, message)
        return message

    async def _send_bytes(
        self, spot: Spot, parcel: Parcel, markup: InlineKeyboardMarkup | None, *, quiet: bool
    ) -> Message:
        method = media.sending(spot, parcel, self._file(parcel), markup, quiet=quiet)
        try:
            return await self._send_file(method, parcel)
        except TelegramBadRequest:
            if not self._is_local:
                raise
        # The server is one's own, but not on this disk: then it needs the bytes.
        method = media.sending(spot, parcel, parcel.bytes, markup, quiet=quiet)
        return await self._send_file(method, parcel)

    @asynccontextmanager
    async def _plain(self, parcel: Parcel) -> AsyncIterator[Parcel]:
        """Give the parcel with bytes that can be read, for the block, also where it is sealed."""
        track = parcel.track
        assert track.path is not None, "see `_parcel`"
        async with AsyncExitStack() as held:
            try:
                path = await held.enter_async_context(self._store.files.plain(track.path))
            except StorageError as error:
                log.warning("track cannot be read", track=track.id, error=str(error))
                raise FileGoneError(track, await link_to_source(self._store, track.id)) from error
            yield replace(parcel, path=path)

    async def _send_handed(
        self,
        spot: Spot,
        parcel: Parcel,
        hatch: Hatch,
        markup: InlineKeyboardMarkup | None,
        *,
        quiet: bool,
    ) -> Message:
        async with hatch.handed(parcel) as file:
            message = await self._send_known(spot, parcel.track, file, markup, quiet=quiet)
        if message is None:
            await self._store.sent_files.forget(self._bot.id, parcel.track.id)
            raise NotHandedError(parcel.track, parcel.size, RefusedError("file id"))
        return message

    async def _go_on_showing(self, spot: Spot) -> None:
        """Show until cancelled that a file comes: it may be gigabytes."""
        while True:
            await self._show_upload(spot)
            await self._clock.sleep(_SHOWN)

    async def _show_upload(self, spot: Spot) -> None:
        with suppress(TelegramAPIError):
            await self._bot.send_chat_action(
                spot.chat_id, ChatAction.UPLOAD_DOCUMENT, message_thread_id=spot.topic
            )

    async def _send_file(self, method: media.Sending, parcel: Parcel) -> Message:
        try:
            return await self._bot(method, int(parcel.patience.total_seconds()))
        except TelegramEntityTooLarge as error:
            raise TooLargeError(parcel.track, parcel.size, media.LARGEST) from error

    def _file(self, parcel: Parcel) -> str | FSInputFile:
        # A server that takes a path calls the file by it.
        is_named = parcel.path.name == parcel.name
        return parcel.path.absolute().as_uri() if self._is_local and is_named else parcel.bytes

    async def _parcel(self, track: Track, file: SentFile | None) -> Parcel:
        """Raise `UndeliverableError` where the bytes are needed, and cannot be had or sent."""
        if file is not None:
            return media.known(track, file)
        size = await self._size(track)
        if not track.path or not size:
            raise FileGoneError(track, await link_to_source(self._store, track.id))
        if size > self.largest:
            raise TooLargeError(track, size, self.largest)
        return media.unknown(track, self._store.files.locate(track.path), size)

    async def _size(self, track: Track) -> int | None:
        """Return how many bytes its file has; where that is gone, let the catalogue know."""
        if track.path is None:
            return None
        files = self._store.files
        try:
            size = await files.size_published(track.path)
            if size is None and await files.is_gone(track.path):
                log.info("file gone", track=track.id)
                await self._store.catalog.lose(track)
        except StorageError as error:
            log.warning("track cannot be read", track=track.id, error=str(error))
            return None
        return size

    async def _known(self, track: Track) -> SentFile | None:
        return (await self._store.sent_files.of(self._bot.id, [track.id])).get(track.id)

    async def _served(self, track: Track) -> Track:
        """Return the best one of the same recording that can be sent, where there are several."""
        track = await self._best(track)
        others = await self._store.duplicates.instead_of(track.id)
        for one in (track, *others) if others else ():
            if await self._can_be_sent(one):
                return one
        return track

    async def _best(self, track: Track) -> Track:
        seen = {track.id}
        while track.better_id is not None and track.better_id not in seen:
            better = await self._store.catalog.get(track.better_id)
            if better is None:
                break
            track = better
            seen.add(track.id)
        return track

    async def _check_protection(self, track: Track) -> None:
        if title := (await self.protected([track.id])).get(track.id):
            raise ProtectedError(track, title)

    async def _can_be_sent(self, track: Track) -> bool:
        if await self.protected([track.id]):
            return False
        size = await self._size(track)
        return 0 < (size or 0) <= self.largest or await self._known(track) is not None

    async def _note(self, track: Track, message: Message) -> None:
        """Keep the file's id; what was sent is sent, whether or not that can be stored."""
        file = media.sent_file(message)
        if file is None:
            log.warning("nothing to keep of what was sent", track=track.id)
            return
        try:
            await self._store.sent_files.put(self._bot.id, track.id, file)
        except StorageError as error:
            log.warning("file id not stored", track=track.id, error=str(error))

    async def _count(self, track: Track) -> None:
        try:
            await self._store.plays.count(track.id, self._clock.now())
        except StorageError as error:
            log.warning("play not counted", track=track.id, error=str(error))

    @asynccontextmanager
    async def _alone(self, tracks: Sequence[Track]) -> AsyncIterator[None]:
        """Let nobody else upload these tracks meanwhile; asked for in one order by everybody."""
        async with AsyncExitStack() as held:
            for track_id in sorted({track.id for track in tracks}):
                lock = self._locks.setdefault(track_id, asyncio.Lock())
                await held.enter_async_context(lock)
            yield
