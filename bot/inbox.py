"""Keeps what Telegram tells the bot until it is done, so that a kill neither loses nor doubles it.

An update is entered first, then confirmed, then handled. Where the database cannot be written just
now, it is handled all the same, as a stop needs no database, and confirmed later.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from downloader.bell import Bell
from downloader.clock import Clock
from storage.errors import StorageError
from storage.handling import Handling, UpdateKey, UpdateState
from storage.updates import Left, Updates

log = structlog.get_logger(__name__)

# Telegram keeps updates for a day (https://core.telegram.org/bots/api#getting-updates).
_KEPT = timedelta(days=2)
_MOST = 100_000  # of those that are done
_TIDIED = timedelta(hours=1)
_REMEMBERED = 10_000  # in memory
_AGAIN = 1.0  # seconds
# Seconds. What comes first after a start may be what an earlier life has heard; later, a /cancel
# waits behind it.
_TO_READ_FIRST, _TO_READ = 20.0, 0.7
# A start that finds an update not handled for this often does not try it once more: whatever ended
# the program all these times may be the update.
_MOST_STARTS = 3

Arrival = tuple[Update, Handling | None]


class Inbox:
    """`is_kept` tells which updates are worth entering; the others are handled at most once."""

    def __init__(
        self, updates: Updates, bot: Bot, clock: Clock, is_kept: Callable[[Update], Awaitable[bool]]
    ) -> None:
        self._updates = updates
        self._bot = bot
        self._clock = clock
        self._is_kept = is_kept
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._entering: dict[int, Handling] = {}
        self._done: set[UpdateKey] = set()
        self._broken: set[UpdateKey] = set()
        self._starts: dict[int, int] = {}  # how often an update was taken up before
        self._bell = Bell()
        self._entered = asyncio.Event()
        self._writing = asyncio.Lock()
        self._is_stuck = False  # whoever waits for the database waits in vain
        self._has_told = False
        self._has_looked = False
        self._tidied_at: datetime | None = None

    async def run(self) -> None:
        """Write down what is entered and what is done, until cancelled."""
        while True:
            ring = self._bell.next_ring()
            if await self.write():
                await self._tidy()
                await ring.wait()
            else:
                await self._clock.sleep(_AGAIN)

    async def take(self, updates: Sequence[Update], patience: timedelta) -> list[Arrival]:
        """Enter updates, and return those to handle: none that was heard before.

        Whoever must wait for the database longer than that goes on without it.
        """
        fresh = {one.update_id: one for one in updates if one.update_id not in self._seen}
        known = await self._known([*fresh]) if fresh else set()
        now = self._clock.on_the_wall()
        arrivals: list[Arrival] = []
        for update_id, one in fresh.items():
            if update_id in known or update_id in self._seen:
                continue  # the start may have taken it up meanwhile
            self._remember(update_id)
            is_kept = await self._is_kept(one)
            handling = Handling(self._key(update_id), written(one), now) if is_kept else None
            if handling is not None:
                self._entering[update_id] = handling
            arrivals.append((one, handling))
        if self._entering:
            await self._wait(patience)
        return arrivals

    def is_safe(self, update_id: int) -> bool:
        """Tell whether an update may be confirmed: it is entered, done, or not to be kept."""
        return update_id not in self._entering or self._key(update_id) in self._done

    async def wait(self, at_most: timedelta) -> None:
        """Wait until everything is entered."""
        if self._entering:
            await self._wait(at_most)

    def end(self, handling: Handling) -> None:
        """Note that an update is done."""
        handling.is_over = True
        self._done.add(handling.key)
        self._bell.ring()

    def break_off(self, handling: Handling) -> bool:
        """Leave what could not be handled to the next start; False where it has failed before.

        Then it is set aside.
        """
        handling.is_over = True
        if not self._starts.get(handling.key.update_id):
            return True
        log.error("update set aside", update=handling.key.update_id)
        self._broken.add(handling.key)
        self._bell.ring()
        return False

    async def take_up(self) -> tuple[list[Arrival], list[tuple[Update, Left]]]:
        """Return what earlier lives left to be handled, and what they left to be said.

        To another bot chats and files have other numbers: what one was told and has not done, this
        one cannot do.
        """
        to_handle: list[Arrival] = []
        to_say: list[tuple[Update, Left]] = []
        for left in await self._updates.take_up(self._bot.id, _MOST_STARTS):
            handling, (bot_id, update_id) = left.handling, left.handling.key
            is_ours = bot_id == self._bot.id
            if is_ours and update_id in self._seen:
                continue  # it came again, and the database was slow to say that it is known
            if is_ours:
                self._remember(update_id)
            update = self.read(handling)
            if update is None:
                self.end(handling)
            elif is_ours and left.state is UpdateState.NEW:
                self._starts[update_id] = left.starts
                to_handle.append((update, handling))
            else:
                if left.state is UpdateState.BROKEN:
                    log.error("update set aside", update=update_id)
                to_say.append((update, left))
        return to_handle, to_say

    def read(self, handling: Handling) -> Update | None:
        """Return an update as it came; None where this version cannot read what another wrote."""
        try:
            return Update.model_validate(json.loads(handling.body), context={"bot": self._bot})
        except ValidationError as error:
            faults = error.error_count()
            log.warning("update cannot be read", update=handling.key.update_id, faults=faults)
            return None

    async def write(self) -> bool:
        """Write down what is to be; tell whether that could be done."""
        async with self._writing:
            entering = [*self._entering.values()]
            done, broken = {*self._done}, {*self._broken}
            try:
                if entering or done or broken:
                    await self._updates.keep(entering, done, broken)
            except StorageError as error:
                self._tell(error)
                self._is_stuck = True
                return False
            self._forget(one.key.update_id for one in entering)
            self._done -= done
            self._broken -= broken
            self._is_stuck = self._has_told = False
            self._entered.set()
            return True

    async def _known(self, update_ids: Sequence[int]) -> set[int]:
        """Return those that an earlier life has entered, as far as that can be told."""
        patience = _TO_READ if self._has_looked else _TO_READ_FIRST
        try:
            async with asyncio.timeout(patience):
                known = await self._updates.known(self._bot.id, update_ids)
        except (StorageError, TimeoutError) as error:
            log.warning("updates cannot be looked up", error=str(error) or "no answer in time")
            return set()
        self._has_looked = True
        return known

    async def _wait(self, patience: timedelta) -> None:
        self._entered.clear()
        self._bell.ring()
        if self._is_stuck:
            patience = timedelta(0)
        try:
            async with asyncio.timeout(patience.total_seconds()):
                while self._entering:
                    await self._entered.wait()
                    self._entered.clear()
        except TimeoutError:
            self._is_stuck = True

    def _key(self, update_id: int) -> UpdateKey:
        return UpdateKey(self._bot.id, update_id)

    def _forget(self, update_ids: Iterable[int]) -> None:
        for update_id in update_ids:
            self._entering.pop(update_id, None)

    def _remember(self, update_id: int) -> None:
        self._seen[update_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def _tell(self, error: StorageError) -> None:
        tell = log.debug if self._has_told else log.warning
        self._has_told = True
        tell("updates cannot be stored just now", error=str(error))

    async def _tidy(self) -> None:
        """Forget now and then what nobody will send again."""
        now = self._clock.on_the_wall()
        if self._tidied_at is not None and abs(now - self._tidied_at) < _TIDIED:
            return
        self._tidied_at = now
        try:
            await self._updates.forget(self._bot.id, now - _KEPT, _MOST)
        except StorageError as error:
            log.warning("updates not tidied", error=str(error))


def written(update: Update) -> str:
    """Write an update down as Telegram writes it."""
    return json.dumps(update.model_dump(mode="json", by_alias=True, exclude_unset=True))
