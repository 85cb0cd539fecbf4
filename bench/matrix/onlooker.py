"""Reads the board as a person would whenever there is trouble, and the log as an operator would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

from bot.board import face
from bot.discretion import Discretion
from bot.jobview import TROUBLES
from bot.progress import Progress
from bot.reasons import REASONS
from bot.status import Roster, losses
from bot.views import Views
from downloader.clock import Clock
from downloader.events import BytesArrived, Event, ItemMoved, JobMoved
from downloader.standing import Standing
from storage.models import ItemState, JobState, Reason
from storage.states import ENDED_ITEMS, ENDED_JOBS
from storage.store import Store

STANDING = ENDED_ITEMS | {ItemState.PARKED}
PERSON = 7  # who asks, and the chat with the bot, where the board is


class Onlooker:
    """`read` are all reasons that were ever on the board.

    `heard` is set by any news, `trouble` by the first reason, `moved` by whatever may mean that
    all is at rest.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.read: set[Reason] = set()
        self.faces: list[str] = []
        self.arrived: set[int] = set()  # jobs of which bytes were told
        self.begun: dict[int, float] = {}  # jobs, and since when they run
        self.flowed: dict[int, float] = {}  # documents, and when bytes of them were last told
        self.roster: Roster | None = None
        self.moved = asyncio.Event()
        self.heard = asyncio.Event()
        self.trouble = asyncio.Event()
        self._clock = clock
        self._progress = Progress(clock.monotonic)
        discretion = Discretion(store.people, PERSON)
        self._views = Views(store.jobs, store.items, self._progress, frozenset, discretion)

    async def standings(self) -> list[Standing]:
        """Tell how the accounts of this life stand."""
        return await self.roster.standings() if self.roster else []

    def of(self, store: Store) -> Onlooker:
        """Go on with what was read, over the store that a kill has left."""
        other = Onlooker(store, self._clock)
        other.read, other.faces, other.arrived = self.read, self.faces, self.arrived
        other.begun, other.flowed = self.begun, self.flowed
        return other

    async def watch(self, heard: AsyncIterator[Event]) -> None:
        async for event in heard:
            self._progress.note(event)
            self.heard.set()
            match event:
                case JobMoved(job):
                    if job.state is JobState.RUNNING:
                        self.begun.setdefault(job.id, self._clock.monotonic())
                    if job.reason or job.state in ENDED_JOBS:
                        await self.look()
                    self.moved.set()
                case ItemMoved(_, item):
                    if item.state in TROUBLES:
                        await self.look()
                    if item.state in STANDING:
                        self.moved.set()
                case BytesArrived(job, item):
                    self.arrived.add(job.id)
                    if item.audio is not None:
                        self.flowed[item.audio.document_id] = self._clock.monotonic()

    async def look(self) -> None:
        """Draw the board, and take out of it what it says of reasons."""
        views = await self._views.of(PERSON, 1)
        now = self._clock.now()
        text = face(views, now, losses(await self.standings(), now, named=True)).text
        if not self.faces or self.faces[-1] != text:
            self.faces.append(text)
        self.read |= reasons_in(text)
        if self.read:
            self.trouble.set()


def reasons_in(text: str) -> set[Reason]:
    """Find the sentences of reasons in what a person reads."""
    told = text.lower()
    return {reason for reason, words in REASONS.items() if words.why.lower() in told}


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect what the log says of errors, and let nothing of it be seen."""
    errors: list[str] = []

    def listen(_: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if method in {"error", "critical", "exception"}:
            errors.append(f"{event.get('event')}: {event.get('error', '')}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[listen], cache_logger_on_first_use=False)
    try:
        yield errors
    finally:
        structlog.configure(**before)
