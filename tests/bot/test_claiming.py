from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.claiming import Claiming, lines
from downloader.clock import Clock
from storage.models import Person, Role
from storage.ownership import DELAY, TRIES, NewCode
from tests.bot.rig import PATIENCE, Rig
from tests.stores import store_at

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRIVATE = "Sorry, this is a private bot."


def unowned(rig: Rig) -> None:
    rig.is_owned = False


async def test_without_an_owner_whoever_sends_the_code_of_the_console_becomes_it(rig: Rig) -> None:
    unowned(rig)
    async with rig.running(working=False) as product:
        code = await rig.code()
        told = await rig.ask(code)
        owner = await product.store.people.owner()
        ordered = await rig.ask("/download @jazz")

    assert told.text.startswith("Welcome! The bot is yours now. I download through a Telegram")
    assert "with /login. Then try /download @jazz 10" in told.text
    assert Person(rig.owner.user.id, "Olga", Role.OWNER) == owner
    assert "Waiting" in ordered.text or "jazz" in ordered.text.lower()


async def test_without_an_owner_and_without_the_code_everybody_is_a_stranger(rig: Rig) -> None:
    unowned(rig)
    async with rig.running(working=False) as product:
        told = await rig.ask("/start")
        rig.owner.send("/download @jazz")
        await rig.ask(await rig.code())

        assert PRIVATE == told.text
        assert [] == await product.jobs()


async def test_a_code_is_taken_once(rig: Rig) -> None:
    unowned(rig)
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        code = await rig.code()
        await rig.ask(code)
        eve.send(code)
        told = await eve.reply()
        again = await rig.ask(code)

        assert PRIVATE == told.text
        assert again.text.startswith("This link was used, or is over.")
        assert await product.store.people.get(eve.user.id) is None


async def test_after_five_wrong_codes_there_is_a_new_one_that_counts_after_a_pause(
    rig: Rig,
) -> None:
    unowned(rig)
    now = [NOW]
    rig.clock = replace(rig.clock, now=lambda: now[0])
    async with rig.running(working=False) as product:
        code = await rig.code()
        for number in range(TRIES):
            rig.owner.send(f"/start c-{number:022}")
        while not (line := await rig.console.get()).startswith("Too many wrong codes came"):
            pass
        rig.owner.send(code)
        rig.owner.send("/start c-again")
        new = await product.store.ownership.new_code(now[0])
        now[0] += DELAY
        told = await rig.ask(f"/start c-{new.code}")
        while not told.text.startswith("Welcome!"):
            told = await rig.owner.reply()

    assert line.endswith(f"Another one follows at {NOW + DELAY:%H:%M} UTC.")
    assert NOW + DELAY == new.valid_from


async def test_a_code_of_the_console_counts_though_the_bot_began_with_a_wrong_clock(
    rig: Rig,
) -> None:
    """A machine without a clock of its own; `tad claim` is another process, and goes by today's."""
    unowned(rig)
    rig.clock = replace(rig.clock, now=lambda: NOW - timedelta(days=100), wall=lambda: NOW)
    async with rig.running(working=False) as product:
        await rig.code()
        made = await product.store.ownership.new_code(NOW)
        told = await rig.ask(f"/start c-{made.code}")

    assert told.text.startswith("Welcome!")


async def test_a_code_counts_on_when_a_wrong_clock_is_set_after_it_was_shown(rig: Rig) -> None:
    unowned(rig)
    before = NOW - timedelta(days=100)
    wall = [before]
    rig.clock = replace(rig.clock, now=lambda: before, wall=lambda: wall[0])
    async with rig.running(working=False):
        code = await rig.code()
        wall[0] = NOW
        told = await rig.ask(code)

    assert told.text.startswith("Welcome!")


async def test_a_clock_that_is_put_back_makes_nobody_wait_longer_for_the_next_code(
    tmp_path: Path,
) -> None:
    now, waits, said = [NOW], list[float](), asyncio.Queue[str]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    clock = Clock(now=lambda: now[0], sleep=sleep)
    async with (
        asyncio.timeout(PATIENCE),
        store_at(tmp_path / "data", tmp_path / "music") as store,
        asyncio.TaskGroup() as tasks,
    ):
        claiming = Claiming(store, clock, None, said.put_nowait)
        task = tasks.create_task(claiming.run("loader_bot"))
        while "tad claim" not in await said.get():
            pass
        for _ in range(TRIES):
            await claiming.claim("x" * 22, Person(9, "Eve", Role.GUEST))
        now[0] -= timedelta(days=365)
        await said.get()
        task.cancel()

    assert [DELAY.total_seconds()] == waits


async def test_whoever_tries_and_tries_keeps_nobody_else_out(rig: Rig) -> None:
    unowned(rig)
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False):
        code = await rig.code()
        for number in range(40):
            eve.send(f"/start i-{number:022}")
        told = await rig.ask(code)

    assert told.text.startswith("Welcome!")


async def test_a_code_that_somebody_forwards_lends_nothing(rig: Rig) -> None:
    unowned(rig)
    group = rig.world.add_chat("Group", username="group")
    async with rig.running(working=False) as product:
        post = rig.world.post(group, await rig.code())
        rig.owner.forward(group, post)
        await rig.ask("/start")

        assert await product.store.people.owner() is None


async def test_with_an_owner_in_the_settings_there_is_no_code_and_another_owner_is_an_admin(
    rig: Rig,
) -> None:
    eve = rig.api.person(rig.world.add_user("Eve"))
    async with rig.running(working=False) as product:
        await product.store.people.save(Person(eve.user.id, "Eve", Role.OWNER))
        made = await product.store.ownership.new_code(rig.clock.now())
        eve.send(f"/start c-{made.code}")
        told = await eve.reply()
        await rig.ask("/help")
        await rig.ask("/help")
        stored = await product.store.people.get(eve.user.id)

    assert told.text.startswith("This link was used, or is over.")
    assert stored is not None
    assert Role.ADMIN is stored.role
    assert rig.console.empty()


async def test_an_owner_stays_one_when_the_setting_is_taken_out(rig: Rig) -> None:
    async with rig.running(working=False):
        await rig.ask("/help")
        await rig.ask("/help")
    unowned(rig)
    async with rig.running(working=False):
        rig.owner.send("/trash")
        await rig.hears("The trash is empty.")

    assert rig.console.empty()


def test_the_console_shows_a_link_too() -> None:
    code = NewCode("x" * 22, NOW, NOW + timedelta(minutes=15))

    assert f"  https://t.me/loader_bot?start=c-{'x' * 22}" == lines(code, "loader_bot", NOW)[1]


def test_the_console_says_what_a_code_is_for_and_how_long() -> None:
    code = NewCode("x" * 22, NOW + DELAY, NOW + timedelta(minutes=20))

    assert [
        "Whoever sends the bot this message becomes its owner:",
        f"  /start c-{'x' * 22}",
        "It works once, for 15 minutes from 12:05 UTC on. `tad claim` makes another one.",
    ] == lines(code, None, NOW)
