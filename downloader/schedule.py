"""When backups are made, and how many of them are kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from downloader.rhythms import following
from storage.watch import Rhythm

_SOON = timedelta(minutes=10)  # a start has enough to do, and may be one of many
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    rhythm: Rhythm
    keep: int

    def due(
        self,
        newest: datetime | None,
        now: datetime,
        started: datetime,
        zone: ZoneInfo | None,
    ) -> datetime:
        """Return when the next one is to be made, after the `newest` there is.

        The first, and one that was missed while the program did not run, come soon after it has
        `started`. One from the future tells of a clock that was put back.
        """
        soon = started + _SOON
        if newest is None or newest > now + _DAY:
            return soon
        return max(soon, following(self.rhythm, newest, zone))
