from __future__ import annotations

from typing import Any

import pytest
from telethon.tl.types import JsonNumber, JsonObject, JsonObjectValue, JsonString
from telethon.tl.types.help import AppConfig, AppConfigNotModified

from downloader.conduct import Conducts
from downloader.manners import MANNERS, Temper
from downloader.seats import SeatLimits
from downloader.telegram.softlimits import read
from sandbox.faults import Rule
from storage.models import Order, Request
from tests.downloader.telegram.stand import Stand, body_of, only_audio
from tests.downloader.telegram.stand import read as read_file

SMALL, LARGE = "small_queue_max_active_operations_count", "large_queue_max_active_operations_count"
USUAL = SeatLimits()


def config(**values: Any) -> AppConfig:
    return AppConfig(1, JsonObject([JsonObjectValue(key, one) for key, one in values.items()]))


def test_what_telegram_names_is_kept_to() -> None:
    answer = config(other=JsonString("x"), **{SMALL: JsonNumber(7.0), LARGE: JsonNumber(3.0)})

    assert SeatLimits(7, 3) == read(answer)


@pytest.mark.parametrize(
    "answer",
    [
        AppConfigNotModified(),
        AppConfig(1, JsonNumber(3.0)),
        config(),
        config(**{SMALL: JsonString("many"), LARGE: JsonNumber(0.0)}),
        config(**{SMALL: JsonNumber(-1.0)}),
    ],
    ids=["not modified", "no object", "nothing", "nonsense", "negative"],
)
def test_what_is_missing_or_makes_no_sense_is_as_usual(answer: Any) -> None:
    assert USUAL == read(answer)


def test_nobody_is_sent_to_hundreds_at_once() -> None:
    assert 32 == read(config(**{SMALL: JsonNumber(1e300)})).small


@pytest.mark.parametrize("temper", Temper)
async def test_only_the_gentle_ask_and_only_once(stand: Stand, temper: Temper) -> None:
    stand.conducts = Conducts(MANNERS[temper], stand.clock)
    chat = stand.world.add_chat("Jazz", username="jazz")
    posts = [stand.song(chat, number, dc=2 + 2 * (number % 2)) for number in range(3)]
    async with stand.source() as source:
        listed = source.audio(await source.chat("@jazz"), Request("@jazz", 10, Order.OLDEST))
        bodies = [await read_file(await source.open(audio)) async for audio in listed]

    assert [body_of(post.document) for post in posts] == bodies
    assert (temper is Temper.GENTLE) == stand.cluster.counters.of("help.getAppConfig")


async def test_without_an_answer_the_usual_limits_hold(stand: Stand) -> None:
    stand.conducts = Conducts(MANNERS[Temper.GENTLE], stand.clock)
    stand.faults.add(Rule("help.getAppConfig", error=(500, "INTERNAL"), times=None))
    chat = stand.world.add_chat("Jazz", username="jazz")
    post = stand.song(chat)
    async with stand.source() as source:
        file = await source.open(await only_audio(source, await source.chat("@jazz")))

        assert body_of(post.document) == await read_file(file)
