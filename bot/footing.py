"""What stands below the jobs of a board: how the accounts are, and somebody's own limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import status
from bot.discretion import Discretion
from bot.jobview import JobView
from bot.ownlimits import OwnLimits
from bot.status import Roster


class Footing:
    def __init__(self, roster: Roster, discretion: Discretion, own_limits: OwnLimits) -> None:
        self._roster = roster
        self._discretion = discretion
        self._own_limits = own_limits

    async def lines(
        self, chat_id: int, views: Sequence[JobView], now: datetime, *, detailed: bool
    ) -> list[str]:
        """Tell of accounts that were lost; `detailed` of all, and a person of their own limits.

        Of all accounts nothing is told in the private chat of somebody who does not see to them.
        """
        standings = await self._roster.standings()
        is_group, named = chat_id < 0, await self._discretion.knows(chat_id)
        if not detailed:
            return status.losses(standings, now, named=named)
        if is_group:
            return status.lines(standings, views, now, named=named)
        told = status.lines(standings, views, now, named=True) if named else []
        told = told or status.losses(standings, now, named=False)
        return [*told, *filter(None, [await self._own_limits.told(chat_id)])]
