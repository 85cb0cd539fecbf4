from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.__main__ import main
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from storage.files import Files
from storage.retention import Retention
from tests.bot.verbs.desk import Lines, settle, streams
from tests.storage.test_retentions import saved
from tests.storage.values import JAZZ, NOW
from tests.stores import store_at


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settle(tmp_path, monkeypatch)
    folder = tmp_path / "music" / "in"
    folder.mkdir(parents=True)
    (folder / "1.mp3").write_bytes(Format.MP3.file(Melody(1, 1), Tags("Song", "Band", "Album")))
    main(["import", str(tmp_path / "music"), "--json"])
    return tmp_path / "music"


def tad(*words: str, answer: str = "") -> tuple[int, str, str]:
    with streams(Lines(answer)) as (out, err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()


def songs(music: Path) -> list[str]:
    return [str(path.relative_to(music)) for path in sorted(music.rglob("*.mp3"))]


def test_what_would_move_is_shown_and_moves_after_a_yes(music: Path) -> None:
    _, told, _ = tad("library", "preview", "--imported", "--json")
    tad("library", "refile", "--imported", answer="no")
    before = songs(music)
    code, out, _ = tad("library", "refile", "--imported", answer="y")
    again = tad("library", "refile", "--imported", "--yes")

    [move] = json.loads(told)["moves"]
    assert ("in/1.mp3", "Band/Album/01 Song.mp3") == (move["from"], move["to"])
    assert (["in/1.mp3"], [move["to"]]) == (before, songs(music))
    assert 0 == code
    assert out.endswith("Move 1 file? [y/N] 1 file moved, 0 not.\n")
    assert (0, "1 file: every one lies where the templates want it.\n") == again[:2]
    assert not (music / "in").exists()


def test_what_was_imported_stays_unless_that_is_asked_for(music: Path) -> None:
    assert tad("library", "preview")[1].startswith("1 file: every one lies")
    assert ["in/1.mp3"] == songs(music)


def test_nothing_is_moved_under_the_hands_of_a_running_bot(music: Path) -> None:
    with Files(music).held():
        code, out, err = tad("library", "refile", "--imported", "--yes")

    assert (1, "") == (code, out)
    assert f"tad: {music}/.tad is held by another program: stop that one first\n" == err
    assert ["in/1.mp3"] == songs(music)


async def keep_few(music: Path) -> None:
    """Let the song be one of two that a chat has posted, of which one is kept."""
    async with store_at(music.parent / "data", music) as store:
        for number in (1, 2):
            await saved(store, number)
            (music / f"{number}.mp3").write_bytes(bytes(1000))
        await store.retentions.put(JAZZ.id, Retention(count=1), NOW)


def test_what_is_too_much_is_shown_and_goes_after_a_yes(music: Path) -> None:
    nothing = tad("library", "clean")
    asyncio.run(keep_few(music))
    shown = tad("library", "clean", "--dry-run")
    _, told, _ = tad("library", "clean", "--json")
    before = songs(music)
    code, out, _ = tad("library", "clean", "--yes")
    again = tad("library", "clean", "--yes")

    assert nothing[1].startswith("Of every chat, everything is kept.")
    assert (0, "Jazz: the newest track\n  1 track would go, 1.0 kB.\n") == (
        shown[0], shown[1][: shown[1].index("Nothing")],
    )  # fmt: skip
    [one] = json.loads(told)
    assert (JAZZ.id, 1, 1000, {}) == (one["chat"], len(one["going"]), one["size"], one["staying"])
    assert 3 == len(before)
    assert (0, "1 file moved into the trash, 1.0 kB.\n") == (code, out)
    assert [".tad/trash/1-2.mp3", "2.mp3", "in/1.mp3"] == songs(music)
    assert "0 files moved into the trash, 0 B.\n" == again[1]


def test_nothing_goes_under_the_hands_of_a_running_bot(music: Path) -> None:
    asyncio.run(keep_few(music))
    with Files(music).held():
        shown, refused = tad("library", "clean"), tad("library", "clean", "--yes")

    assert "1 track would go" in shown[1]
    assert 1 == refused[0]
    assert 3 == len(songs(music))
