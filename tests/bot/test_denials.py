from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.denials import Denials
from downloader.clock import Clock
from storage.record import What
from storage.store import Store
from tests.stores import store_at

EVE = 66


@dataclass
class Watch:
    """A clock that is put forward by hand."""

    at: datetime = datetime(2026, 11, 26, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as opened:
        yield opened


async def entered(store: Store) -> list[tuple[object, What | None]]:
    return [(one.who, one.what) for one in reversed(await store.journal.newest(100))]


async def test_a_stranger_is_entered_once_a_day(store: Store) -> None:
    watch = Watch()
    denials = Denials(store.journal, Clock(now=watch.now))
    for hours in (0, 1, 22):
        watch.at += timedelta(hours=hours)
        await denials.turned_away(EVE)
    first = await entered(store)
    watch.at += timedelta(hours=1)
    await denials.turned_away(EVE)

    assert [(EVE, What.TURNED_AWAY)] == first
    assert [(EVE, What.TURNED_AWAY)] * 2 == await entered(store)


async def test_a_restart_does_not_make_it_twice_a_day(store: Store) -> None:
    watch = Watch()
    for _ in range(2):
        await Denials(store.journal, Clock(now=watch.now)).turned_away(EVE)

    assert [(EVE, What.TURNED_AWAY)] == await entered(store)


async def test_a_crowd_of_strangers_does_not_fill_the_disk(store: Store) -> None:
    watch = Watch()
    denials = Denials(store.journal, Clock(now=watch.now))
    for stranger in range(1, 50):
        await denials.turned_away(stranger)
    at_once = len(await entered(store))
    watch.at += timedelta(minutes=1)
    await denials.turned_away(50)

    assert (30, 31) == (at_once, len(await entered(store)))


async def test_what_somebody_may_not_do_is_entered_once_a_minute(store: Store) -> None:
    watch = Watch()
    denials = Denials(store.journal, Clock(now=watch.now))
    for _ in range(3):
        await denials.denied(9, What.NOT_ALLOWED, permission="rule")
    await denials.denied(9, What.NOT_ALLOWED, permission="manage")
    await denials.denied(9, What.NOT_THEIRS)
    watch.at += timedelta(minutes=1)
    await denials.denied(9, What.NOT_ALLOWED, permission="rule")

    about = [one.about for one in reversed(await store.journal.newest(10))]
    assert [{"permission": "rule"}, {"permission": "manage"}, {}, {"permission": "rule"}] == about
