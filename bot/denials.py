"""Enters in the journal who was denied what, but not as often as they try."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from downloader.clock import Clock
from storage.actor import acting
from storage.errors import StorageError
from storage.handling import aside
from storage.journal import Journal
from storage.record import Fact, What

log = structlog.get_logger(__name__)

_ONE_MINUTE = timedelta(minutes=1)
_ONE_DAY = timedelta(days=1)
# Whoever tries again and again must not fill the disk: all together, and each by itself.
_MOST = 30
_REMEMBERED = 10_000


class Denials:
    """A stranger is entered once a day, and what somebody may not do once a minute."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._entered: OrderedDict[tuple[int, str], datetime] = OrderedDict()
        self._newest: deque[datetime] = deque(maxlen=_MOST)

    async def turned_away(self, stranger_id: int) -> None:
        if not self._is_due((stranger_id, What.TURNED_AWAY), _ONE_DAY):
            return
        try:
            last = await self._journal.last(stranger_id, [What.TURNED_AWAY])
        except StorageError as error:
            log.warning("denial not looked up", error=str(error))
            return
        # The program may have been started since.
        if last is None or last.at is None or self._clock.on_the_wall() - last.at >= _ONE_DAY:
            await self._enter(stranger_id, What.TURNED_AWAY, {})

    async def denied(self, person_id: int, what: What, **about: Fact) -> None:
        if self._is_due((person_id, f"{what} {about}"), _ONE_MINUTE):
            await self._enter(person_id, what, about)

    async def _enter(self, who: int, what: What, about: Mapping[str, Fact]) -> None:
        try:
            # What was denied is no act: the answer is still to be given.
            with aside(), acting(who, self._clock.on_the_wall):
                await self._journal.add(what, about)
        except StorageError as error:  # who is denied must be told so all the same
            log.warning("denial not entered", error=str(error))

    def _is_due(self, key: tuple[int, str], pause: timedelta) -> bool:
        now = self._clock.now()
        before = self._entered.get(key)
        if before is not None and now - before < pause:
            return False
        if len(self._newest) == _MOST and now - self._newest[0] < _ONE_MINUTE:
            return False
        self._newest.append(now)
        self._entered[key] = now
        self._entered.move_to_end(key)
        if len(self._entered) > _REMEMBERED:
            self._entered.popitem(last=False)
        return True
