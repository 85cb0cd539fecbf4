from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from downloader.backing import Backing
from downloader.clock import Clock
from downloader.events import BackupFailed, Broadcast, Event
from downloader.schedule import Schedule
from storage.backups import Backups, workshop
from storage.watch import Rhythm
from tests.storage.backed import database_in, installed

START = datetime(2026, 5, 5, 12, 0, tzinfo=UTC)
NIGHTLY = Schedule(Rhythm(daily=time(3)), keep=2)


class Sky:
    """A clock that goes on by itself as soon as somebody sleeps."""

    def __init__(self) -> None:
        self.now = START
        self.clock = Clock(lambda: self.now, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


def backing(backups: Backups, sky: Sky, events: Broadcast) -> Backing:
    return Backing(backups, sky.clock, events, "1.0", NIGHTLY, ZoneInfo("UTC"))


async def until(one: Backing, sky: Sky, moment: datetime) -> None:
    while sky.now < moment:
        await one.step()


class Heard:
    """Collects what is told while it is open."""

    def __init__(self, events: Broadcast) -> None:
        self._events = events
        self.news: list[Event] = []

    async def listen(self, ready: asyncio.Event) -> None:
        with self._events.listen() as heard:
            ready.set()
            async for event in heard:
                self.news.append(event)


async def names(backups: Backups) -> list[str]:
    return [f"{one.made_at:%d %H:%M}" for one in await backups.every()]


async def test_they_come_by_the_schedule_and_the_oldest_go(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path)
    sky, found = Sky(), []
    one = backing(backups, sky, Broadcast())
    for days in (0, 1, 2):
        await until(one, sky, START + timedelta(days=days, hours=20))
        found.append(await names(backups))

    assert ["06 03:00", "05 12:10"] == found[0]
    assert ["07 03:00", "06 03:00"] == found[1]
    assert ["08 03:00", "07 03:00"] == found[2]


async def test_without_a_schedule_only_what_is_wanted_is_made(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path)
    one = Backing(backups, Sky().clock, Broadcast(), "1.0")
    await one.run()
    made = await one.make()

    assert [made.path] == [kept.path for kept in await backups.every()]


async def test_a_failure_is_told_once_and_tried_again_and_the_old_ones_stay(
    tmp_path: Path,
) -> None:
    backups, _ = await installed(tmp_path)
    sky = Sky()
    events = Broadcast()
    one = backing(backups, sky, events)
    away = tmp_path / "away.db"
    heard, ready, before = Heard(events), asyncio.Event(), list[str]()
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(heard.listen(ready))
        await ready.wait()
        await until(one, sky, START + timedelta(hours=20))
        for _ in range(2):
            database_in(tmp_path).rename(away)
            await until(one, sky, sky.now + timedelta(days=1, hours=3))
            before = await names(backups)
            away.rename(database_in(tmp_path))
            await until(one, sky, sky.now + timedelta(hours=2))
        listening.cancel()

    assert 2 == len(heard.news)
    assert all(isinstance(event, BackupFailed) for event in heard.news)
    assert 2 == len(before)
    assert before != await names(backups)


async def test_one_that_is_being_made_from_the_console_is_no_failure(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path)
    sky, events = Sky(), Broadcast()
    one = backing(backups, sky, events)
    with workshop(tmp_path / "data"):
        await until(one, sky, START + timedelta(hours=1))
    await until(one, sky, START + timedelta(hours=2))

    assert 1 == len(await backups.every())
