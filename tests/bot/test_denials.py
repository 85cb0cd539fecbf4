from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.callbacks import Action, Press, Seal
from bot.denials import Denials
from bot.texts import no_such_job
from downloader.clock import Clock
from storage.models import JobState, Origin, Person, Request, Role
from storage.record import What
from storage.store import Store
from tests.bot.rig import Rig
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


@pytest.mark.parametrize("word", ["pause", "resume", "cancel", "retry", "why"])
async def test_who_asks_for_anothers_download_is_told_that_there_is_none_and_entered(
    rig: Rig, word: str
) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    told = []
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.MEMBER))
        job = await product.store.jobs.add(
            Request("@jazz", 1), Origin(rig.owner.user.id, rig.owner.dialog.id), rig.clock.now()
        )
        for number in (99, job.id, job.id):
            eve.send(f"/{word} {number}")
            told.append((await eve.reply()).text)
        entered = await product.enters(What.NOT_THEIRS)
        denials = [one.what for one in await product.store.journal.newest(10)]
        state = [one.state for one in await product.jobs()]

    assert [no_such_job(99), no_such_job(1), no_such_job(1)] == told
    assert (eve.user.id, {}) == (entered.who, entered.about)
    assert 1 == denials.count(What.NOT_THEIRS)
    assert [JobState.QUEUED] == state


async def test_a_number_of_no_download_is_no_denial_and_a_press_on_anothers_is(rig: Rig) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.MEMBER))
        origin = Origin(rig.owner.user.id, rig.owner.dialog.id)
        await product.store.jobs.add(Request("@jazz", 1), origin, rig.clock.now())
        eve.send("/why 99")
        message = await eve.reply()
        before = [one.what for one in await product.store.journal.newest(10)]
        data = Seal(product.store.vault.sign).pack(eve.dialog.id, Press(Action.CANCEL, 1))
        answer = await eve.press(message, data=data)
        entered = await product.enters(What.NOT_THEIRS)

    assert What.NOT_THEIRS not in before
    assert ("This is somebody else’s.", eve.user.id) == (answer.text, entered.who)
