"""What stands below the jobs of a board: how the accounts stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import status
from bot.discretion import Discretion
from bot.jobview import JobView
from bot.status import Roster


class Footing:
    def __init__(self, roster: Roster, discretion: Discretion) -> None:
        self._roster = roster
        self._discretion = discretion

    async def lines(
        self, chat_id: int, views: Sequence[JobView], now: datetime, *, detailed: bool
    ) -> list[str]:
        """Tell of accounts that were lost, or of all where it is `detailed`."""
        standings = await self._roster.standings()
        named = await self._discretion.knows(chat_id)
        if detailed:
            return status.lines(standings, views, now, named=named)
        return status.losses(standings, now, named=named)
