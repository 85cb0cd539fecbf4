"""The real program without an owner: claimed by the code of its console, and invited to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.botapi.person import Person
from sandbox.product import Product, open_product
from sandbox.stage import Stage
from tests.e2e.journey import PATIENCE

CODE = re.compile(r"/start (c-[\w-]{22})")


@pytest.fixture
async def product(stage: Stage, data: Path, music: Path) -> AsyncIterator[Product]:
    nobody = {"OWNER_ID": "", "LOG_LEVEL": "debug", "LOG_FORMAT": "json"}
    async with open_product(stage, data, music=music, extra=nobody) as product:
        yield product


async def code_of(product: Product) -> str:
    """Wait for the code on the console."""
    found = CODE.search(product.log.read_text(encoding="utf-8"))
    while found is None:
        await asyncio.sleep(0.02)
        found = CODE.search(product.log.read_text(encoding="utf-8"))
    return found[1]


@pytest.mark.usefixtures("account", "jazz")
async def test_the_owner_comes_in_by_the_console_lets_somebody_in_and_stays_so_after_a_kill(
    product: Product, stage: Stage, person: Person
) -> None:
    eve = stage.botapi.person(stage.world.add_user("Eve"), stage.bot)
    await product.start()
    person.send("/start")
    refused = await person.reply()
    code = await code_of(product)
    person.send(f"/start {code}")
    welcomed = await person.reply()
    person.send("/invite member")
    made = await person.until(lambda one: "?start=i-" in one.text, within=PATIENCE)
    token = re.search(r"i-[\w-]{22}", made.text)
    assert token is not None
    eve.send(f"/start {token[0]}")
    await eve.reply()
    await product.kill()
    await product.start()
    eve.send("/download @jazz 2")
    await eve.until(lambda one: "2 downloaded" in one.text, within=PATIENCE)
    logged = [line for line in product.log.read_text().splitlines() if line.startswith("{")]

    assert "Sorry, this is a private bot." == refused.text
    assert welcomed.text.startswith("Welcome! The bot is yours now.")
    assert logged
    assert not [line for line in logged if code[2:] in line or token[0][2:] in line]
    assert [code] == CODE.findall(product.log.read_text())
