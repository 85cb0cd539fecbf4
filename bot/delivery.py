"""Sends tracks of the library to chats; the bytes of each go to Telegram only once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramEntityTooLarge
from aiogram.methods import SendMediaGroup
from aiogram.types import FSInputFile, InlineKeyboardMarkup, Message

from bot import media
from bot.errors import FileGoneError, NotHandedError, TooLargeError, UndeliverableError
from bot.hatch import Hatch
from bot.media import Parcel
from bot.promptness import promptly
from bot.sources import link_to_source
from downloader.clock import Clock
from downloader.errors import RefusedError
from storage.errors import DiskFailure, StorageError
from storage.models import Track
from storage.playing import SentFile
from storage.store import Store

log = structlog.get_logger(__name__)

_TAKES_A_WHILE = media.MB
# For five seconds at most (https://core.telegram.org/bots/api#sendchataction).
_SHOWN = 4.5


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of sending several: the messages, and why the other tracks were not sent."""

    messages: tuple[Message, ...]
    failures: tuple[UndeliverableError, ...]


class Delivery:
    """`is_local`: the Bot API server is one's own, so it takes more, and paths as well.

    What the bot may not upload comes through the `hatch`, where there is one.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        clock: Clock,
        hatch: Hatch | None = None,
        *,
        is_local: bool = False,
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._hatch = hatch
        self._is_local = is_local
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @property
    def largest(self) -> int:
        """The size of the largest file that can be sent."""
        return media.LARGEST_HANDED if self._hatch else self._room

    @property
    def _room(self) -> int:
        """The size of the largest file that the bot may upload."""
        return media.LARGEST_LOCAL if self._is_local else media.LARGEST

    async def send(
        self, chat_id: int, track: Track, markup: InlineKeyboardMarkup | None = None
    ) -> Message:
        """Send a track that was asked for by itself, and count that it was played.

        Raises `UndeliverableError`.
        """
        track = await self._served(track)
        message = await self._send(chat_id, track, markup)
        await self._count(track)
        return message

    async def send_all(self, chat_id: int, tracks: Iterable[Track]) -> Delivered:
        """Send tracks in albums: first those for the player, then the others.

        What has to be handed in comes last, for it may take its time.
        """
        parcels: list[Parcel] = []
        messages: list[Message] = []
        failures: list[UndeliverableError] = []
        served = {track.id: track for track in [await self._served(one) for one in tracks]}
        sent_before = await self._store.sent_files.of(self._bot.id, served)
        for track in served.values():
            try:
                parcels.append(await self._parcel(track, sent_before.get(track.id)))
            except UndeliverableError as error:
                failures.append(error)
        handed = [parcel for parcel in parcels if parcel.size > self._room]
        others = [parcel for parcel in parcels if parcel.size <= self._room]
        for album in [*media.albums(others, self._room), *([parcel] for parcel in handed)]:
            messages += await self._send_album(chat_id, album, failures)
        return Delivered(tuple(messages), tuple(failures))

    async def introduce(self, chat_id: int, track: Track) -> None:
        """Make sure that Telegram knows a track, sending it in silence; this is no play."""
        async with self._alone([track]):
            if await self._known(track) is None:
                await self._upload(chat_id, await self._parcel(track, None), quiet=True)

    async def _send(
        self, chat_id: int, track: Track, markup: InlineKeyboardMarkup | None = None
    ) -> Message:
        file = await self._known(track)
        if file and (message := await self._send_known(chat_id, track, file, markup)):
            return message
        async with self._alone([track]):
            # Whoever had the turn before may have sent it.
            newer = await self._known(track)
            if newer and newer != file:
                message = await self._send_known(chat_id, track, newer, markup)
                if message:
                    return message
            if newer:
                await self._store.sent_files.forget(self._bot.id, track.id)
            return await self._upload(chat_id, await self._parcel(track, None), markup)

    async def _send_known(
        self,
        chat_id: int,
        track: Track,
        file: SentFile,
        markup: InlineKeyboardMarkup | None,
        *,
        quiet: bool = False,
    ) -> Message | None:
        """Send by an id; None where Telegram does not take it any more."""
        parcel = media.known(track, file)
        method = media.sending(chat_id, parcel, file.file_id, markup, quiet=quiet)
        try:
            return await self._bot(method)
        except TelegramBadRequest as error:
            if not media.is_refusal(error.message):
                raise
            log.info("file id refused", track=track.id, error=error.message)
            return None

    async def _upload(
        self,
        chat_id: int,
        parcel: Parcel,
        markup: InlineKeyboardMarkup | None = None,
        *,
        quiet: bool = False,
    ) -> Message:
        if self._hatch and parcel.size > self._room:
            sending = self._send_handed(chat_id, parcel, self._hatch, markup, quiet=quiet)
            if quiet:
                return await sending
            return await promptly(sending, partial(self._go_on_showing, chat_id), self._clock)
        log.debug("uploading", track=parcel.track.id, size=parcel.size)
        if parcel.size >= _TAKES_A_WHILE and not quiet:
            await self._show_upload(chat_id)
        method = media.sending(chat_id, parcel, self._file(parcel), markup, quiet=quiet)
        try:
            message = await self._send_file(method, parcel)
        except TelegramBadRequest:
            if not self._is_local:
                raise
            # The server is one's own, but not on this disk: then it needs the bytes.
            method = media.sending(chat_id, parcel, parcel.bytes, markup, quiet=quiet)
            message = await self._send_file(method, parcel)
        await self._note(parcel.track, message)
        return message

    async def _send_handed(
        self,
        chat_id: int,
        parcel: Parcel,
        hatch: Hatch,
        markup: InlineKeyboardMarkup | None,
        *,
        quiet: bool,
    ) -> Message:
        async with hatch.handed(parcel) as file:
            message = await self._send_known(chat_id, parcel.track, file, markup, quiet=quiet)
        if message is None:
            await self._store.sent_files.forget(self._bot.id, parcel.track.id)
            raise NotHandedError(parcel.track, parcel.size, RefusedError("file id"))
        return message

    async def _go_on_showing(self, chat_id: int) -> None:
        """Show until cancelled that a file comes: it may be gigabytes."""
        while True:
            await self._show_upload(chat_id)
            await self._clock.sleep(_SHOWN)

    async def _show_upload(self, chat_id: int) -> None:
        with suppress(TelegramAPIError):
            await self._bot.send_chat_action(chat_id, ChatAction.UPLOAD_DOCUMENT)

    async def _send_file(self, method: media.Sending, parcel: Parcel) -> Message:
        try:
            return await self._bot(method, int(parcel.patience.total_seconds()))
        except TelegramEntityTooLarge as error:
            raise TooLargeError(parcel.track, parcel.size, media.LARGEST) from error

    async def _send_album(
        self, chat_id: int, album: Sequence[Parcel], failures: list[UndeliverableError]
    ) -> list[Message]:
        messages = await self._send_together(chat_id, album) if len(album) > 1 else None
        if messages is not None:
            return messages
        messages = []
        for parcel in album:
            try:
                messages.append(await self._send(chat_id, parcel.track))
            except UndeliverableError as error:
                failures.append(error)
        return messages

    async def _send_together(self, chat_id: int, album: Sequence[Parcel]) -> list[Message] | None:
        """Send an album; None where something in it must be sent by itself to know what is wrong.

        Nothing of such an album was sent.
        """
        tracks = [parcel.track for parcel in album]
        async with self._alone([one.track for one in album if not one.file_id]):
            known = await self._store.sent_files.of(self._bot.id, [one.id for one in tracks])
            newer = [
                media.known(one.track, known[one.track.id]) if one.track.id in known else one
                for one in album
            ]
            if len({one.kind for one in newer}) > 1:
                return None
            items = [media.in_album(one, one.file_id or self._file(one)) for one in newer]
            patience = media.patience(sum(one.size for one in newer))
            method = SendMediaGroup(chat_id=chat_id, media=list(items))
            try:
                messages = await self._bot(method, int(patience.total_seconds()))
            except (TelegramBadRequest, TelegramEntityTooLarge) as error:
                log.info("album refused", tracks=[one.id for one in tracks], error=error.message)
                return None
            for parcel, message in zip(newer, messages, strict=True):
                if not parcel.file_id:
                    await self._note(parcel.track, message)
        return messages

    def _file(self, parcel: Parcel) -> str | FSInputFile:
        return parcel.path.absolute().as_uri() if self._is_local else parcel.bytes

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
        try:
            return await self._store.files.size_published(track.path) if track.path else None
        except DiskFailure as error:
            log.warning("track cannot be read", track=track.id, error=str(error))
            return None

    async def _known(self, track: Track) -> SentFile | None:
        return (await self._store.sent_files.of(self._bot.id, [track.id])).get(track.id)

    async def _served(self, track: Track) -> Track:
        """Return the best one of the same recording that can be sent, where there are several."""
        seen = {track.id}
        while track.better_id is not None and track.better_id not in seen:
            better = await self._store.catalog.get(track.better_id)
            if better is None:
                break
            track = better
            seen.add(track.id)
        others = await self._store.duplicates.instead_of(track.id)
        for one in (track, *others) if others else ():
            if await self._can_be_sent(one):
                return one
        return track

    async def _can_be_sent(self, track: Track) -> bool:
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
