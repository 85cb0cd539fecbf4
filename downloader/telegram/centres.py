"""The data centres where an account's files lie."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from downloader.conduct import Conduct
from downloader.seats import SeatLimits, Seats
from downloader.standing import Outage
from downloader.telegram.cdn_introduction import CdnIntroduction
from downloader.telegram.centre import Centre, Introducing
from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.introduction import Introduction
from downloader.telegram.session import Session
from downloader.telegram.softlimits import seat_limits

_KEEP_EVERY = 15.0  # seconds


class Centres:
    """Makes a centre when a file first lies there. `tasks` runs what goes on beside requests."""

    def __init__(
        self,
        client: Client,
        session: Session,
        conduct: Conduct,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._client = client
        self._conduct = conduct
        self._tasks = tasks
        self._door = Door()
        self._introduction = Introduction(client, session, self._door)
        self._stranger = CdnIntroduction(client, self._door)
        self._centres: dict[int, Centre] = {}
        self._seat_limits: SeatLimits | None = None
        self._keeping = tasks.create_task(self._keep())

    def of(self, dc: int) -> Centre:
        return self._made(dc, self._introduction)

    def cdn(self, dc: int) -> Centre:
        """Return a data centre of the CDN; its ids are none of the others'."""
        return self._made(dc, self._stranger)

    @property
    def connections(self) -> int:
        return sum(centre.window.lanes for centre in self._centres.values())

    @property
    def outage(self) -> Outage | None:
        """What keeps files from being fetched, where that goes for every data centre in use."""
        breakers = [centre.breaker for centre in self._centres.values()]
        failures = [(one.rest_left, one.failure.reason) for one in breakers if one.failure]
        if not failures or len(failures) < len(breakers):
            return None
        left, reason = min(failures)
        return Outage(reason, timedelta(seconds=left))

    async def _limits(self) -> SeatLimits:
        """Return how many documents may come at once; Telegram is asked once at most."""
        if self._seat_limits is None:
            own = self._conduct.manners.documents
            asked = SeatLimits(own, own) if own else await seat_limits(self._client)
            self._seat_limits = self._seat_limits or asked
        return self._seat_limits

    async def close(self) -> None:
        """Close for good."""
        self._door.shut()
        self._keeping.cancel()
        for centre in self._centres.values():
            await centre.close()

    def _made(self, dc: int, introduction: Introducing) -> Centre:
        if dc not in self._centres:
            self._centres[dc] = Centre(
                dc, self._client, introduction, self._door,
                self._conduct, Seats(self._limits), self._tasks,
            )  # fmt: skip
        return self._centres[dc]

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_EVERY)
            for centre in tuple(self._centres.values()):
                await centre.keep()
