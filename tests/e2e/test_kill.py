"""The real program as a child process, ended as a power cut would end it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.botapi.person import Person
from sandbox.faults import Rule
from sandbox.product import Product, ProductError, open_product
from sandbox.stage import Stage
from sandbox.world import Chat
from tests.e2e.journey import PATIENCE, digests, documents, files_below, parts_below

PART = "upload.getFile"


@pytest.fixture
async def product(stage: Stage, data: Path, music: Path) -> AsyncIterator[Product]:
    # What is compared with Telegram's bytes must not be written into.
    bare = {"WRITE_TAGS": "false"}
    async with open_product(stage, data, music=music, extra=bare) as product:
        yield product


@pytest.mark.usefixtures("account")
async def test_f38_kill_in_the_middle_loses_and_doubles_nothing(
    product: Product, stage: Stage, person: Person, jazz: Chat
) -> None:
    await product.start()
    slow = stage.faults.add(Rule(PART, delay=0.1, times=None))
    asked = person.send("/download @jazz 10")
    for _ in range(5):
        await stage.faults.next_call(PART).wait()
    await product.kill()
    before = files_below(product.music)
    slow.times = 0
    await product.start()
    done = await person.until(lambda shown: "10 downloaded" in shown.text, within=PATIENCE)
    report = await product.jobs(wait=True)

    assert len(before) < 10
    assert before.items() <= files_below(product.music).items()
    assert digests(documents(jazz)[-10:]) == sorted(files_below(product.music).values())
    assert [] == parts_below(product.music)
    assert ["done"] == [job["state"] for job in report["jobs"]]
    assert {"saved"} == {item["state"] for item in report["items"]}
    assert done.id == asked.id + 1  # the same board


@pytest.mark.usefixtures("account", "jazz")
async def test_f57_an_order_is_carried_out_once_though_the_bot_dies_at_once(
    product: Product, stage: Stage, person: Person
) -> None:
    await product.start()
    taken = stage.faults.next_call("bot.sendMessage")
    person.send("/download @jazz 2")
    await taken.wait()
    await product.kill()
    await product.start()
    await person.until(lambda shown: "2 downloaded" in shown.text, within=PATIENCE)
    report = await product.jobs(wait=True)

    assert 1 == len(report["jobs"])


@pytest.mark.usefixtures("account", "jazz")
async def test_f57_what_the_bot_died_of_answering_is_told_and_not_done_again(
    product: Product, stage: Stage, person: Person
) -> None:
    await product.start()
    for times in (1, 2):
        answering = stage.faults.next_call("bot.sendMessage")
        mute = stage.faults.add(Rule("bot.sendMessage", mute=True, times=None))
        person.send(f"/playlist new Morning {times}")
        await answering.wait()
        await product.kill()
        mute.times = 0
        await product.start()
        told = await person.until(lambda shown: "I was stopped" in shown.text, within=PATIENCE)

        assert f"“/playlist new Morning {times}”. It is done." in told.text
    person.send("/playlist")
    lists = await person.until(lambda shown: "Morning 2" in str(shown.buttons), within=PATIENCE)

    assert 2 == sum("Morning" in label for label in lists.buttons)


@pytest.mark.usefixtures("account", "jazz")
async def test_f57_an_order_that_telegram_brings_again_to_each_life_is_carried_out_once(
    product: Product, stage: Stage, person: Person
) -> None:
    first: list[dict[str, Any]] = []

    def again(updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        first[:] = first or updates
        return [*updates, *first]

    stage.faults.add(Rule("bot.getUpdates", reply=again, times=6))
    await product.start()
    person.send("/download @jazz 2")
    await person.until(lambda shown: "2 downloaded" in shown.text, within=PATIENCE)
    await product.kill()
    await product.start()
    person.send("/playlist new Morning")
    await person.until(lambda shown: "Morning" in shown.text, within=PATIENCE)
    report = await product.jobs(wait=True)

    assert 1 == len(report["jobs"])


@pytest.mark.usefixtures("account")
async def test_a_second_program_on_the_same_folder_ends_with_75(product: Product) -> None:
    await product.start()
    other = Product(product.stage, product.data, product.music)
    with pytest.raises(ProductError) as ended:
        await other.start()

    assert 75 == ended.value.code
    assert "another `tad run` already uses the folder" in ended.value.log


@pytest.mark.usefixtures("account")
async def test_f39_asked_to_stop_it_stops_well(product: Product) -> None:
    await product.start()
    async with asyncio.timeout(10):
        code = await product.stop()

    assert 0 == code
    assert product.pid is None


async def test_the_owner_logs_in_with_the_code_from_their_phone(
    product: Product, stage: Stage, person: Person, jazz: Chat
) -> None:
    await product.login(stage.owner)
    await product.start()
    person.send("/download @jazz 1")
    await person.until(lambda shown: "1 downloaded" in shown.text, within=PATIENCE)

    assert digests(documents(jazz)[-1:]) == list(files_below(product.music).values())
    assert 1 == len(stage.botapi.phone.codes)


async def test_a_login_that_is_refused_is_an_error_with_the_products_words(
    product: Product, stage: Stage
) -> None:
    refused = Rule("auth.sendCode", error=(400, "PHONE_NUMBER_INVALID"), times=None)
    stage.faults.add(refused)
    with pytest.raises(ProductError) as ended:
        await product.login(stage.owner)

    assert "tad login" == ended.value.what
    assert refused.hits


@pytest.mark.usefixtures("account")
async def test_the_end_of_the_program_is_noticed(product: Product) -> None:
    await product.start()
    assert product.pid is not None
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        crashed = tasks.create_task(product.crashed())
        await asyncio.sleep(0)
        await product.kill()

    assert -9 == crashed.result().code
    assert 9 == (await product.crashed()).killed_by  # also when it has long ended
