"""When watches should have looked, reckoned in another way than the product does. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from storage.watch import Rhythm, Rules

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_UNHEARD = timedelta(minutes=10)  # what is followed live is looked at as often
# Within so long a look must have begun: jitter, and those that stand in line before it.
GRACE = timedelta(minutes=15)
# After something was in the way it may be tried again a little later.
AGAIN = timedelta(minutes=25)
_SECOND = timedelta(seconds=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Judgement:
    missed: list[str]
    double: list[str]
    late: list[float]  # seconds from when it was due, where nothing was in the way


def judged(
    rules: Rules, looks: Sequence[datetime], span: Span, spoilt: Sequence[Span], zone: ZoneInfo
) -> Judgement:
    """Compare looks with what is due within a span of time; `spoilt` are times of no answer."""
    rhythm = rules.rhythm
    if rhythm.daily is not None or rhythm.cron:
        return _by_the_clock(_dues(rhythm, span, zone), looks, span, spoilt)
    return _by_distance(rules, looks, span, spoilt, zone)


def _by_the_clock(
    dues: Sequence[datetime], looks: Sequence[datetime], span: Span, spoilt: Sequence[Span]
) -> Judgement:
    found = Judgement([], [], [])
    for due in dues:
        _expect(due, deadline(due, spoilt), looks, span, found)
    for first, second in pairwise(looks):
        if bisect_right(dues, first) == bisect_right(dues, second):
            found.double.append(f"{first:%d %H:%M:%S} and {second:%d %H:%M:%S}")
    return found


def _by_distance(
    rules: Rules, looks: Sequence[datetime], span: Span, spoilt: Sequence[Span], zone: ZoneInfo
) -> Judgement:
    found = Judgement([], [], [])
    every = rules.rhythm.every or _UNHEARD
    for look in looks:
        due = look + every
        due = _opening(rules, due, zone)
        latest = deadline(due, spoilt)
        if latest > due + GRACE and not _is_open(rules, latest, zone):
            latest = deadline(_opening(rules, latest, zone), spoilt)
        _expect(due, latest, looks, span, found)
    for first, second in pairwise(looks):
        if rules.rhythm.every is not None and second - first < every - _SECOND:
            found.double.append(f"{first:%d %H:%M:%S} and {second:%d %H:%M:%S}")
    return found


def _expect(
    due: datetime,
    latest: datetime,
    looks: Sequence[datetime],
    span: Span,
    found: Judgement,
) -> None:
    if latest > span[1]:
        return
    # What was due while it could not look is made up for by one look.
    after = next((look for look in looks if look >= due), None)
    if after is None or after > latest:
        found.missed.append(f"due {due:%d %H:%M}, looked {after and f'{after:%d %H:%M}'}")
    elif latest == due + GRACE:
        found.late.append((after - due).total_seconds())


def deadline(due: datetime, spoilt: Sequence[Span]) -> datetime:
    """Return until when it must have looked, whatever was in the way."""
    latest = due + GRACE
    for begin, end in sorted(spoilt):
        if begin < latest and end > due:
            latest = max(latest, end + AGAIN)
    return latest


def _dues(rhythm: Rhythm, span: Span, zone: ZoneInfo) -> list[datetime]:
    if rhythm.daily is not None:
        cron = f"{rhythm.daily.minute} {rhythm.daily.hour} * * *"
    else:
        cron = rhythm.cron
    minute, hour, day, month, weekday = map(_numbers, cron.split(), (60, 24, 32, 13, 7))
    found = set()
    for date in _days(span):
        if date.day not in day or date.month not in month or date.isoweekday() % 7 not in weekday:
            continue
        for at in sorted(hour):
            for past in sorted(minute):
                # Where the clock jumps over it, the hour that takes its place is what comes out.
                wall = datetime(date.year, date.month, date.day, at, past, tzinfo=zone)
                found.add(wall.astimezone(UTC))
    return sorted(moment for moment in found if span[0] < moment < span[1])


def _days(span: Span) -> Iterator[datetime]:
    day = span[0] - _DAY
    while day < span[1] + _DAY:
        yield day
        day += _DAY


def _numbers(field: str, end: int) -> frozenset[int]:
    """Read one field of a crontab."""
    found: set[int] = set()
    for part in field.split(","):
        head, _, step = part.partition("/")
        first, _, last = ("0", "", str(end - 1)) if head == "*" else head.partition("-")
        found.update(range(int(first), int(last or first) + 1, int(step or 1)))
    return frozenset(found)


def _opening(rules: Rules, moment: datetime, zone: ZoneInfo) -> datetime:
    while not _is_open(rules, moment, zone):
        moment = moment.replace(second=0, microsecond=0) + _MINUTE
    return moment


def _is_open(rules: Rules, moment: datetime, zone: ZoneInfo) -> bool:
    if rules.hours is None:
        return True
    first, last = rules.hours
    return first <= moment.astimezone(zone).time() < last


def both(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Return the times that are in a span of each."""
    pairs = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return [(begin, end) for begin, end in pairs if begin < end]
