from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramRetryAfter

from sandbox.botapi.errors import ApiError
from sandbox.botapi.limits import Rates
from sandbox.botapi.server import BotApi
from sandbox.world import User, World
from tests.sandbox.botapi.rig import START, HandClock, connected


def test_a_chat_takes_a_burst_and_then_one_a_second() -> None:
    rates = Rates()
    for _ in range(3):
        rates.count(7, START)
    with pytest.raises(ApiError) as caught:
        rates.count(7, START + timedelta(seconds=1.5))

    assert (429, 2) == (caught.value.code, caught.value.retry_after)
    assert "Too Many Requests: retry after 2" == caught.value.description
    rates.count(8, START)
    rates.count(7, START + timedelta(seconds=3))


def test_a_group_takes_20_a_minute() -> None:
    rates = Rates()
    for second in range(20):
        rates.count(-7, START + timedelta(seconds=second))
    with pytest.raises(ApiError) as caught:
        rates.count(-7, START + timedelta(seconds=22))

    assert 38 == caught.value.retry_after


def test_all_chats_together_take_30_a_second() -> None:
    rates = Rates()
    for chat in range(30):
        rates.count(chat, START)
    with pytest.raises(ApiError):
        rates.count(99, START)

    rates.count(99, START + timedelta(seconds=1))


async def test_f51_the_server_holds_the_limits_when_asked_to(
    world: World, bot_user: User, ann_user: User, clock: HandClock
) -> None:
    async with BotApi(world, limits=True) as api, connected(api) as bot:
        api.person(ann_user).send("/start")
        sent = await bot.send_message(ann_user.id, "x")
        await sent.edit_text("y")
        await bot.send_message(ann_user.id, "x")
        with pytest.raises(TelegramRetryAfter):
            await sent.edit_text("z")
        clock.now += timedelta(seconds=3)
        await sent.edit_text("z")
