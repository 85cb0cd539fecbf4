"""The real program over a folder of music: `tad import`, stopped in the middle and run again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.verbs.intake import STOPPED
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.product import Product, open_product
from sandbox.stage import Stage
from storage.models import Track
from storage.store import Store
from tests.downloader.metadata.files import ENDLESS
from tests.stores import store_at

ROOT = Path(__file__).parents[2]
GROUP = 200  # files that are entered at once


@asynccontextmanager
async def tad(data: Path, music: Path, *words: str) -> AsyncIterator[Process]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "BOT_TOKEN": "1:a",
        "OWNER_ID": "1",
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": "0" * 32,
        "DATA_DIR": str(data),
        "MUSIC_DIR": str(music),
    }
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=environment, cwd=music, stdout=PIPE, stderr=PIPE
    )
    try:
        yield command
    finally:
        if command.returncode is None:
            command.kill()
        await command.communicate()


async def imported(data: Path, music: Path, *options: str) -> dict[str, Any]:
    async with tad(data, music, "import", str(music), "--json", *options) as command:
        out, err = await command.communicate()
    assert 0 == command.returncode, err
    return dict(json.loads(out))


async def tracks(data: Path, music: Path) -> dict[str, Track]:
    async with store_at(data, music) as store:
        # Which of them is served, being the same song, those decide that come after.
        every = [replace(track, better_id=None) for track in await store.catalog.every()]
        return {str(track.path): track for track in every}


async def entered(store: Store, count: int) -> None:
    """Wait until the catalogue has so many tracks."""
    async with asyncio.timeout(60):
        while len(await store.catalog.every()) < count:  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0.02)


def song(title: str, kind: Format = Format.MP3) -> bytes:
    return kind.file(Melody(1, 1), Tags(title, "Band", "Album"))


def laid(music: Path, files: dict[str, bytes]) -> None:
    for name, body in files.items():
        path = music / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


async def test_a_library_is_imported_once(data: Path, music: Path) -> None:
    files = {f"Band/{kind.extension}.{kind.extension}": song("Song", kind) for kind in Format}
    laid(music, files | {"cover.jpg": b"\xff\xd8"})
    counted = await imported(data, music, "--dry-run")
    first, second = await imported(data, music), await imported(data, music)
    found = await tracks(data, music)

    assert {"entered": len(files), "known": 0, "left_out": 0, "troubles": []} == counted == first
    assert {"entered": 0, "known": len(files), "left_out": 0, "troubles": []} == second
    assert {name: sha256(body).hexdigest() for name, body in files.items()} == {
        path: track.sha256 for path, track in found.items()
    }
    assert {"Song"} == {track.title for track in found.values()}


async def test_ctrl_c_in_the_middle_loses_nothing(data: Path, music: Path) -> None:
    files = {f"{number:03}.mp3": song("Song") for number in range(GROUP)}
    # The second group is stuck at its first file while the other hand reads the rest.
    laid(music, files | {"a.mpc": ENDLESS} | {f"b{n}.mp3": song("Song") for n in range(30)})
    async with store_at(data, music) as store, tad(data, music, "import", str(music)) as command:
        await entered(store, GROUP)
        command.send_signal(signal.SIGINT)
        out, err = await command.communicate()
    before = await tracks(data, music)
    rest = await imported(data, music)

    assert (130, b"") == (command.returncode, out)
    assert STOPPED == err.decode().splitlines()[-1]
    assert GROUP <= len(before) < GROUP + 31
    assert (len(before), GROUP + 31 - len(before)) == (rest["known"], rest["entered"])
    assert [{"path": "a.mpc", "trouble": "its tags cannot be read"}] == rest["troubles"]
    assert before.items() <= (await tracks(data, music)).items()


async def test_a_kill_in_the_middle_loses_only_what_was_in_hand(data: Path, music: Path) -> None:
    laid(music, {f"{number:03}.mp3": song("Song") for number in range(3 * GROUP)})
    async with store_at(data, music) as store, tad(data, music, "import", str(music)) as command:
        await entered(store, GROUP)
        command.kill()
        await command.communicate()
    rest = await imported(data, music)

    assert rest["known"] >= GROUP
    assert rest["known"] % GROUP == 0
    assert 3 * GROUP == rest["known"] + rest["entered"] == len(await tracks(data, music))


@pytest.fixture
async def product(stage: Stage, data: Path, music: Path) -> AsyncIterator[Product]:
    async with open_product(stage, data, music=music) as product:
        yield product


@pytest.mark.usefixtures("account")
async def test_the_bot_may_run_meanwhile(product: Product, data: Path, music: Path) -> None:
    laid(music, {"Band/1.mp3": song("One")})
    laid(data / "elsewhere", {"2.mp3": song("Two")})
    await product.start()
    here = await imported(data, music)
    async with tad(data, music, "import", str(data / "elsewhere"), "--copy") as command:
        await command.communicate()
    code = await product.stop()

    assert (1, 0, 0) == (here["entered"], command.returncode, code)
    assert {"Band/1.mp3", "Imported/2.mp3"} == (await tracks(data, music)).keys()
