from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiogram.types import Update

from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from tests.sandbox.botapi.rig import START, HandClock, connected, refused

HOOK = "http://127.0.0.1:9/hook"


def texts(updates: list[Update]) -> list[str | None]:
    return [update.message.text for update in updates if update.message]


async def test_updates_come_in_order_until_they_are_confirmed(bot: Bot, ann: Person) -> None:
    for text in ("one", "two", "three"):
        ann.send(text)
    first = await bot.get_updates(limit=2)
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[-1].update_id + 1)

    assert ["one", "two"] == texts(first)
    assert ["one", "two", "three"] == texts(again)
    assert ["three"] == texts(rest)
    assert [1, 1] == [b.update_id - a.update_id for a, b in pairwise(again)]


async def test_a_negative_offset_keeps_the_newest(bot: Bot, ann: Person) -> None:
    for text in ("one", "two", "three"):
        ann.send(text)

    assert ["three"] == texts(await bot.get_updates(offset=-1))
    assert ["three"] == texts(await bot.get_updates())


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, api: BotApi, ann: Person) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(timeout=50))
        await api.polled()
        ann.send("now")

    assert ["now"] == texts(poll.result())


async def test_a_poll_without_patience_ends_at_once(bot: Bot, ann: Person) -> None:
    assert [] == await bot.get_updates(timeout=0)


async def test_a_second_poller_takes_over_and_the_first_gets_a_conflict(
    bot: Bot, api: BotApi, ann: Person
) -> None:
    async def first() -> None:
        with refused(
            "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
            TelegramConflictError,
        ):
            await bot.get_updates(timeout=50)
        ann.send("hello")

    async with connected(api) as other, asyncio.TaskGroup() as group:
        group.create_task(first())
        await api.polled()
        got = await other.get_updates(timeout=50)

    assert ["hello"] == texts(got)


async def test_only_allowed_kinds_are_kept_from_then_on(bot: Bot, ann: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    ann.send("unheard")
    ann.tap(ann.messages[0], data="x")
    heard = await bot.get_updates()
    assert ["callback_query"] == [update.event_type for update in heard]

    await bot.get_updates(offset=heard[-1].update_id + 1, allowed_updates=[])
    ann.send("heard")
    assert ["heard"] == texts(await bot.get_updates())


async def test_updates_are_kept_for_a_day(bot: Bot, ann: Person, clock: HandClock) -> None:
    ann.send("old")
    clock.now += timedelta(hours=24)
    ann.send("new")

    assert ["new"] == texts(await bot.get_updates())


async def test_a_webhook_excludes_polling(bot: Bot, ann: Person) -> None:
    await bot.set_webhook(HOOK)
    with refused(
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
        TelegramConflictError,
    ):
        await bot.get_updates()
    await bot.delete_webhook()

    assert [] == await bot.get_updates()


async def test_setting_a_webhook_ends_a_poll(bot: Bot, api: BotApi) -> None:
    async def poll() -> None:
        with refused("Conflict: terminated by setWebhook request", TelegramConflictError):
            await bot.get_updates(timeout=50)

    async with connected(api) as other, asyncio.TaskGroup() as group:
        group.create_task(poll())
        await api.polled()
        await other.set_webhook(HOOK)


async def test_pending_updates_can_be_dropped(bot: Bot, ann: Person) -> None:
    ann.send("one")
    await bot.delete_webhook(drop_pending_updates=True)
    assert [] == await bot.get_updates()

    ann.send("two")
    await bot.set_webhook(HOOK, drop_pending_updates=True)
    assert 0 == (await bot.get_webhook_info()).pending_update_count
    await bot.set_webhook("")  # the same as deleting it
    assert [] == await bot.get_updates()


async def test_the_webhook_is_told_about(bot: Bot) -> None:
    assert "" == (await bot.get_webhook_info()).url

    await bot.set_webhook(HOOK, allowed_updates=["message"], max_connections=7)
    info = await bot.get_webhook_info()
    assert (HOOK, 7, ["message"]) == (info.url, info.max_connections, info.allowed_updates)
    assert info.last_error_date is None


@pytest.mark.parametrize(
    ("url", "options", "error"),
    [
        (HOOK, {"secret_token": "a b"}, "secret token contains unallowed characters"),
        (HOOK, {"secret_token": "a" * 257}, "secret token is too long"),
        (HOOK, {"max_connections": 101}, "max_connections must be between 1 and 100"),
        ("ftp://127.0.0.1/", {}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "https://bot.example.org/",
            {},
            "bad webhook: Failed to resolve host: Name or service not known",
        ),
    ],
)
async def test_a_wrong_webhook_is_refused(
    bot: Bot, url: str, options: dict[str, str | int], error: str
) -> None:
    with refused(f"Bad Request: {error}"):
        await bot.set_webhook(url, **options)  # type: ignore[arg-type]  # a table of cases


async def test_dates_are_the_worlds(bot: Bot, ann: Person) -> None:
    ann.send("x")
    [update] = await bot.get_updates()

    assert update.message is not None
    assert START == update.message.date
