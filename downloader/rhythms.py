"""When a watch looks the next time, or a backup is made. Pure.

Times of the day are those of a clock on the wall. A run that an hour put forward would skip comes
at the hour that takes its place; in an hour that comes twice there is one, except where a rhythm
goes by hours anyway. What was missed is not made up for: one look sees all that is new.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from downloader.hours import Hours
from storage.watch import Rhythm, Rules

SHORTEST = timedelta(minutes=5)
_UNHEARD = timedelta(minutes=10)  # news may be lost, and no account be a member
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_FIELDS = 5  # minute, hour, day, month, weekday
# In crontabs the week begins on Sunday, in APScheduler on Monday; by name they agree.
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_run(rules: Rules, after: datetime, zone: ZoneInfo | None) -> datetime:
    """Return the first moment (UTC) after that one at which a watch looks; `zone` None is ours."""
    return in_hours(rules, following(rules.rhythm, after, zone), zone)


def following(rhythm: Rhythm, after: datetime, zone: ZoneInfo | None) -> datetime:
    """Return the first moment (UTC) after that one in a rhythm; `zone` None is ours."""
    after = after.astimezone(UTC)
    if rhythm.is_live:
        return after + _UNHEARD
    if rhythm.every is not None:
        return after + rhythm.every
    if rhythm.daily is not None:
        return _daily(rhythm.daily, after, zone)
    found = _by_cron(rhythm.cron, after, zone)
    assert found is not None, "it was checked when it was said"
    return found


def in_hours(rules: Rules, moment: datetime, zone: ZoneInfo | None) -> datetime:
    """Return that moment, or the first after it, in which a watch may look."""
    if rules.hours is None:
        return moment
    hours = Hours(*rules.hours, zone)
    return moment if hours.are_open(moment) else hours.open_at(moment)


def is_cron(text: str) -> bool:
    """Tell whether it is a crontab expression that comes up some day."""
    try:
        return _by_cron(text, datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC")) is not None
    except ValueError:
        return False


def midnight(now: datetime, zone: ZoneInfo | None) -> datetime:
    """Return when the day began."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


def latest(at: time, now: datetime, zone: ZoneInfo | None) -> datetime:
    """Return the last moment at which a day came to that time."""
    today = now.astimezone(zone).date()
    days = (datetime.combine(today - _DAY * number, at, zone) for number in range(3))
    return next(moment for day in days if (moment := day.astimezone(UTC)) <= now)


def _daily(at: time, after: datetime, zone: ZoneInfo | None) -> datetime:
    today = after.astimezone(zone).date()
    days = (datetime.combine(today + _DAY * number, at, zone) for number in range(3))
    return next(moment for day in days if (moment := day.astimezone(UTC)) > after)


def _by_cron(text: str, after: datetime, zone: ZoneInfo | None) -> datetime | None:
    # It takes a third of a second to import, which only who uses it should wait for.
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415

    fields = text.split()
    if len(fields) != _FIELDS:
        raise ValueError(text)
    crontab = " ".join([*fields[:4], _weekday(fields[4])])
    trigger, on_the_wall = (CronTrigger.from_crontab(crontab, one) for one in (zone, UTC))
    moment = after
    while True:
        found: datetime | None = trigger.get_next_fire_time(None, moment + _SECOND)
        if found is None:
            return None
        moment = min(found.astimezone(UTC), _over_a_change(on_the_wall, moment, found, zone))
        goes_by_hours = fields[1].startswith("*")
        if goes_by_hours or not moment.astimezone(zone).fold:
            return moment


def _over_a_change(
    on_the_wall: Any, after: datetime, found: datetime, zone: ZoneInfo | None
) -> datetime:
    """Return what a clock on the wall would say.

    Where the clock is changed before it, APScheduler passes some midnights by (3.11, measured).
    """
    wall = after.astimezone(zone)
    if wall.utcoffset() == found.astimezone(zone).utcoffset():
        return found
    said = on_the_wall.get_next_fire_time(None, wall.replace(tzinfo=UTC) + _SECOND)
    moment: datetime = said.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment > after else found


def _weekday(field: str) -> str:
    """Return a crontab's weekdays by their names, in which both agree."""
    head, slash, step = field.partition("/")
    named = "".join(_WEEKDAYS[int(one)] if one.isdigit() and int(one) < 8 else one for one in head)
    return f"{named}{slash}{step}"
