"""The real program, killed around a question that is asked beyond somebody's limits."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.botapi.person import Person
from sandbox.product import Product, open_product
from sandbox.stage import Stage
from sandbox.world import Chat
from tests.e2e.journey import PATIENCE, digests, documents, files_below

ASKED = "asks for more than the limits allow"


@pytest.fixture
async def product(stage: Stage, data: Path, music: Path) -> AsyncIterator[Product]:
    # What is compared with Telegram's bytes must not be written into.
    bare = {"WRITE_TAGS": "false"}
    async with open_product(stage, data, music=music, extra=bare) as product:
        yield product


async def invited(stage: Stage, owner: Person) -> Person:
    """Let somebody in, whose files may have a thousand bytes."""
    eve = stage.botapi.person(stage.world.add_user("Eve", username="eve_1"), stage.bot)
    owner.send("/invite member")
    made = await owner.until(lambda one: "?start=i-" in one.text, within=PATIENCE)
    token = re.search(r"i-[\w-]{22}", made.text)
    assert token is not None
    eve.send(f"/start {token[0]}")
    await eve.reply()
    owner.send(f"/quota {eve.user.id} 0.001MB/file")
    await owner.until(lambda one: "files up to 1 kB" in one.text, within=PATIENCE)
    return eve


@pytest.mark.usefixtures("account")
async def test_a_yes_before_and_after_kills_brings_it_once(
    product: Product, stage: Stage, person: Person, jazz: Chat
) -> None:
    await product.start()
    eve = await invited(stage, person)
    eve.send("/download @jazz 3")
    card = await person.until(lambda one: ASKED in one.text, within=PATIENCE)
    await product.kill()
    before = files_below(product.music)
    for _ in range(3):  # nobody answers: the presses wait for the bot
        person.tap(card, "✓ Allow it once")
    await product.start()
    await eve.until(lambda one: "allowed, it goes on" in one.text, within=PATIENCE)
    await product.kill()
    await product.start()
    await eve.until(lambda one: "3 downloaded" in one.text, within=PATIENCE)
    report = await product.jobs(wait=True)

    assert {} == before
    assert ["done"] == [job["state"] for job in report["jobs"]]
    assert digests(documents(jazz)[-3:]) == sorted(files_below(product.music).values())
