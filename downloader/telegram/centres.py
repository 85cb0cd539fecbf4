"""The data centres where an account's files lie."""

from __future__ import annotations

import asyncio

from downloader.clock import Clock
from downloader.telegram.cdn_introduction import CdnIntroduction
from downloader.telegram.centre import Centre, Introducing
from downloader.telegram.client import Client
from downloader.telegram.door import Door
from downloader.telegram.introduction import Introduction
from downloader.telegram.session import Session
from downloader.window import Limits

_KEEP_EVERY = 15.0  # seconds


class Centres:
    """Makes a centre when a file first lies there. `tasks` runs what goes on beside requests."""

    def __init__(
        self,
        client: Client,
        session: Session,
        limits: Limits,
        clock: Clock,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._client = client
        self._limits = limits
        self._clock = clock
        self._tasks = tasks
        self._door = Door()
        self._introduction = Introduction(client, session, self._door)
        self._stranger = CdnIntroduction(client, self._door)
        self._centres: dict[int, Centre] = {}
        self._keeping = tasks.create_task(self._keep())

    def of(self, dc: int) -> Centre:
        return self._made(dc, self._introduction)

    def cdn(self, dc: int) -> Centre:
        """Return a data centre of the CDN; its ids are none of the others'."""
        return self._made(dc, self._stranger)

    async def close(self) -> None:
        """Close for good."""
        self._door.shut()
        self._keeping.cancel()
        for centre in self._centres.values():
            await centre.close()

    def _made(self, dc: int, introduction: Introducing) -> Centre:
        if dc not in self._centres:
            self._centres[dc] = Centre(
                dc, self._client, introduction, self._door, self._limits, self._clock, self._tasks
            )
        return self._centres[dc]

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_EVERY)
            for centre in tuple(self._centres.values()):
                await centre.keep()
