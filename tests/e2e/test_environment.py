"""What the system shows of the running bot's processes, the readers of files among them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.botapi.person import Person
from sandbox.product import open_product
from sandbox.stage import Stage
from tests.e2e.journey import PATIENCE

SECRETS = {"ACOUSTID_KEY": "acoust-word", "all_proxy": "socks5://you:all-word@127.0.0.1:9"}


def processes(pid: int) -> list[int]:
    """Return a process and all its children."""
    below = [
        int(child)
        for told in Path(f"/proc/{pid}/task").glob("*/children")
        for child in told.read_text().split()
    ]
    return [pid, *(each for child in below for each in processes(child))]


def environments(pid: int) -> list[bytes]:
    return [Path(f"/proc/{one}/environ").read_bytes() for one in processes(pid)]


@pytest.mark.usefixtures("account", "jazz")
async def test_no_process_of_the_running_bot_shows_a_secret(
    stage: Stage, person: Person, data: Path, music: Path
) -> None:
    async with open_product(stage, data, music=music, extra=SECRETS) as product:
        await product.start()
        person.send("/download @jazz 2")
        await person.until(lambda shown: "2 downloaded" in shown.text, within=PATIENCE)
        assert product.pid is not None
        shown = await asyncio.to_thread(environments, product.pid)

    words = [*SECRETS.values(), stage.bot.token or "", "5a" * 16]
    assert len(shown) > 1
    assert [] == [word for word in words for one in shown if word.encode() in one]
    assert b"OWNER_ID=" in shown[0]
