from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from storage.models import Request
from tests.bot.verbs.desk import settle
from tests.bot.verbs.test_backup import tad
from tests.storage.test_retentions import saved
from tests.storage.values import JAZZ
from tests.stores import store_at


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settle(tmp_path, monkeypatch)
    music = tmp_path / "music"
    music.mkdir()
    for number in (1, 2, 3):
        song = Format.MP3.file(Melody(number, 1), Tags(f"Song {number}", "Band"))
        (music / f"{number}.mp3").write_bytes(song)
    tad("import", str(music), "--json")
    return music


def test_a_library_that_is_well_is_told_so(music: Path) -> None:
    code, out, err = tad("verify")

    assert (0, "3 files compared, byte by byte: all is well.\n", "") == (code, out, err)
    assert 0 == tad("verify", "--share", "50%")[0]
    assert tad("verify", "--share", "50%")[1].startswith("2 files compared")


def test_what_is_not_well_is_named_and_the_code_says_so(music: Path) -> None:
    (music / "1.mp3").unlink()
    (music / "2.mp3").write_bytes(b"cut")
    (music / "4.mp3").write_bytes(b"new")
    code, out, _ = tad("verify")
    said = json.loads(tad("verify", "--json")[1])

    assert 1 == code
    assert out.startswith("3 files compared, byte by byte: 1 missing, 1 damaged, 1 unknown.\n")
    assert "not there any more:\n  1.mp3\n" in out
    assert "not what was saved:\n  2.mp3\n" in out
    assert "(`tad import` enters them):\n  4.mp3\n" in out
    assert (["1.mp3"], ["2.mp3"], ["4.mp3"]) == (said["missing"], said["damaged"], said["unknown"])


def test_a_refill_is_ordered_for_the_bot_and_says_what_nobody_can_bring(music: Path) -> None:
    async def post() -> None:
        async with store_at(music.parent / "data", music) as store:
            await store.chats.save(JAZZ)
            await saved(store, 9)

    async def ordered() -> list[Request]:
        async with store_at(music.parent / "data", music) as store:
            return [job.request for job in await store.jobs.unfinished()]

    asyncio.run(post())
    (music / "1.mp3").unlink()
    code, out, _ = tad("verify", "--refill")

    assert 1 == code
    assert "nobody knows a posting of them any more:\n  1.mp3\n" in out
    assert "1 file ordered again. The bot fetches them while it runs" in out
    assert [(9,)] == [request.message_ids for request in asyncio.run(ordered())]


@pytest.mark.parametrize("share", ["0", "101%", "x", "-5", "1e1"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    with pytest.raises(SystemExit) as caught:
        tad("verify", f"--share={share}")

    assert 2 == caught.value.code
