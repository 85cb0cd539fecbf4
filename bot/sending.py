"""Sends tracks to whoever asks for them, each with the buttons of what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InaccessibleMessage, InlineKeyboardMarkup, Message

from bot import trackbuttons
from bot.callbacks import Seal
from bot.delivery import Delivery
from bot.discretion import discreet, for_whom
from bot.errors import OutOfDateError, UndeliverableError
from bot.faces import keyboard
from bot.media import Spot
from bot.permissions import Permission, may
from bot.sources import link_to_source
from storage.models import Person, Track
from storage.store import Store

Asking = Message | InaccessibleMessage


class Sending:
    """What is sent goes where the message is that asked for it."""

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

    async def one(self, track: Track, asked: Asking, person: Person) -> None:
        """Send a track that was asked for by itself. Raises `UndeliverableError`."""
        buttons = await self.buttons(track, asked.chat.id, person)
        with discreet(person):
            await self._delivery.send(Spot.of(asked), track, buttons)

    async def file(self, track: Track, asked: Asking) -> None:
        """Send a track itself, not the best one of its recording. Raises `UndeliverableError`."""
        await self._delivery.send(Spot.of(asked), track, by_itself=False, is_chosen=True)

    async def all(
        self, track_ids: Sequence[int], asked: Asking, person: Person
    ) -> list[UndeliverableError]:
        """Send several, and return why the others were not sent.

        Each comes in a message of its own: Telegram gives albums no buttons. What has to be handed
        in comes last, for it may take its time.
        """
        tracks = await self._store.catalog.many(track_ids)
        failures: list[UndeliverableError] = []
        for track in sorted(tracks, key=lambda one: one.size > self._delivery.room):
            buttons = await self.buttons(track, asked.chat.id, person)
            try:
                await self._delivery.send(Spot.of(asked), track, buttons, by_itself=False)
            except UndeliverableError as error:
                failures.append(for_whom(person, error))
        return failures

    def choices(self, track: Track, chat_id: int) -> InlineKeyboardMarkup:
        """Return the buttons of what can be made of a track, in place of its own."""
        markup = keyboard(trackbuttons.choices(track), chat_id, self._seal)
        assert markup is not None, "there is always a way back"
        return markup

    async def buttons(
        self, track: Track, chat_id: int, person: Person
    ) -> InlineKeyboardMarkup | None:
        liked = None
        if chat_id == person.id:
            liked = track.id in await self._store.favorites.among(person.id, [track.id])
        # Where tracks come from is nobody's business who may not see to the library.
        is_told = may(person.role, Permission.CURATE)
        source = await link_to_source(self._store, track.id) if is_told else None
        face = trackbuttons.face(track, source, liked=liked, role=person.role)
        return keyboard(face, chat_id, self._seal)
