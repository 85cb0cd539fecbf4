"""The hours of the day in which bytes may be fetched. Pure.

They are hours of a clock on the wall: when it is put forward in spring, what it skips is not made
up for, and when it is put back in autumn, the hour that comes twice is one long hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
# More than one day may be skipped: hours that end where they begin, because the clock jumps there.
_DAYS = 4


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` to `end`, which may be on the next day; `zone` None is that of the machine."""

    start: time
    end: time
    zone: ZoneInfo | None = None

    def are_open(self, now: datetime) -> bool:
        today = now.astimezone(self.zone).date()
        return any(
            begin <= now.astimezone(UTC) < end
            for begin, end in (self._span(today - _DAY), self._span(today))
        )

    def open_at(self, now: datetime) -> datetime:
        """Return when they begin the next time."""
        today = now.astimezone(self.zone).date()
        spans = (self._span(today + _DAY * number) for number in range(_DAYS))
        return next(begin for begin, end in spans if now.astimezone(UTC) < begin < end)

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the clock on the wall shows it."""
        return moment.astimezone(self.zone)

    def _span(self, day: date) -> tuple[datetime, datetime]:
        """Return when the hours that begin on a day begin and end, in UTC."""
        last = day if self.start < self.end else day + _DAY
        return self._moment(day, self.start), self._moment(last, self.end)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)
