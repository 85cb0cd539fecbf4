"""Backups of the running program, and what becomes of a library that was damaged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from downloader.refilling import refill
from downloader.verifying import Verified, Verifier
from sandbox.botapi.person import Person
from sandbox.product import Product, open_product
from sandbox.stage import Stage
from sandbox.world import World
from storage.models import Origin
from storage.store import open_store
from tests.e2e.journey import PATIENCE, Journey, add_jazz, files_below
from tests.storage.backed import LATER


async def verified(data: Path, music: Path) -> Verified:
    async with open_store(data, music) as store:
        return await Verifier(store, music, Random(1), lambda _: None).run()


def damage(music: Path) -> list[Path]:
    """Flip a bit, cut, change for another, and remove."""
    paths = sorted(path for path in music.rglob("*.mp3"))
    flipped = bytearray(paths[0].read_bytes())
    flipped[len(flipped) // 2] ^= 1
    paths[0].write_bytes(flipped)
    paths[1].write_bytes(paths[1].read_bytes()[:-100])
    one, other = paths[2].read_bytes(), paths[3].read_bytes()
    paths[2].write_bytes(other)
    paths[3].write_bytes(one)
    paths[4].unlink()
    return paths


async def test_a_damaged_library_is_healed_in_place_by_the_running_bot(
    journey: Journey, world: World
) -> None:
    add_jazz(world, 8)
    await journey.ask("/download @jazz 8")
    await journey.shows("Jazz", "8 downloaded")
    before = journey.files()
    damage(journey.music)
    found = await verified(journey.data, journey.music)
    owner = Origin(journey.cast.owner.id, journey.cast.owner.id)
    async with open_store(journey.data, journey.music) as outside:  # as the console does
        ordered = await refill(outside, found.damaged, found.missing, owner, LATER)
    await journey.shows("5 downloaded")
    after = await verified(journey.data, journey.music)

    assert (4, 1) == (len(found.damaged), len(found.missing))
    assert 5 == ordered.files
    assert before == journey.files()
    assert after.is_well


@pytest.fixture
async def product(stage: Stage, data: Path, music: Path) -> AsyncIterator[Product]:
    async with open_product(stage, data, music=music) as product:
        yield product


async def until_files(music: Path, count: int) -> None:
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while len(files_below(music)) < count:  # noqa: ASYNC110  # another process brings them
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("account", "jazz")
async def test_a_backup_of_the_running_program_takes_over_after_a_kill(
    product: Product, person: Person, data: Path, music: Path
) -> None:
    await product.start()
    person.send("/download @jazz 3")
    await person.until(lambda shown: "3 downloaded" in shown.text, within=PATIENCE)
    made, words = await product.tad("backup", "--json")
    backup = json.loads(words)
    person.send("/download @jazz 3 from oldest")
    await until_files(music, 6)
    while_it_runs, _ = await product.tad("restore", backup["path"], "--yes")
    await product.kill()
    files = files_below(music)
    restored, told = await product.tad("restore", backup["path"], "--yes")
    await product.start()
    verified_then, report = await product.tad("verify", "--json")
    person.send("/status")
    await person.until(lambda shown: "3 tracks" in shown.text, within=PATIENCE)
    await product.stop()

    said = json.loads(report)
    assert (0, 75, 0, 1) == (made, while_it_runs, restored, verified_then)
    assert 3 == backup["tracks"]
    assert "What was there before is kept as" in told
    assert (3, 3, []) == (said["files"], len(said["unknown"]), said["missing"])
    assert files == files_below(music)
