"""Sends tracks to whoever asks for them, each with the buttons of what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from bot import trackbuttons
from bot.callbacks import Seal
from bot.delivery import Delivered, Delivery
from bot.errors import OutOfDateError
from bot.faces import keyboard
from bot.sources import link_to_source
from storage.models import Track
from storage.store import Store


class Sending:
    def __init__(self, store: Store, delivery: Delivery, seal: Seal) -> None:
        self._store = store
        self._delivery = delivery
        self._seal = seal

    async def track(self, track_id: int) -> Track:
        """Raise `OutOfDateError` where there is no such track any more."""
        track = await self._store.catalog.get(track_id)
        if track is None:
            raise OutOfDateError
        return track

    async def one(self, track: Track, chat_id: int, person_id: int) -> None:
        """Send a track that was asked for by itself. Raises `UndeliverableError`."""
        buttons = await self.buttons(track, chat_id, person_id)
        await self._delivery.send(chat_id, track, buttons)

    async def all(self, track_ids: Sequence[int], chat_id: int) -> Delivered:
        """Send several, which have no buttons: Telegram gives albums none."""
        tracks = await self._store.catalog.many(track_ids)
        return await self._delivery.send_all(chat_id, tracks)

    async def buttons(self, track: Track, chat_id: int, person_id: int) -> InlineKeyboardMarkup:
        liked = None
        if chat_id == person_id:
            liked = track.id in await self._store.favorites.among(person_id, [track.id])
        face = trackbuttons.face(track, await link_to_source(self._store, track.id), liked=liked)
        markup = keyboard(face, chat_id, self._seal)
        assert markup is not None, "every track can be liked"
        return markup
