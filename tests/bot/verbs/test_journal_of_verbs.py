"""What each verb of `tad` leaves in the journal: what it changes or gives away, once."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from bot.commandline import VERBS, Verb, module_of
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from storage.database import bring_up_to_date
from storage.keys import known_keys
from storage.record import By, Record, What
from tests.bot.verbs.desk import Desk, Lines, settle
from tests.bot.verbs.test_backup import tad
from tests.bot.verbs.test_library import keep_few
from tests.downloader.metadata.songs import needs_ffmpeg
from tests.stores import store_at


def nothing(_: Path) -> None: ...


def rotated(_: Path) -> None:
    assert 0 == tad("keys", "rotate")[0]


def without_key(folder: Path) -> None:
    (folder / "data" / "tad.key").unlink()


def without_song(folder: Path) -> None:
    (folder / "music" / "in" / "1.mp3").unlink()


def with_too_much(folder: Path) -> None:
    asyncio.run(keep_few(folder / "music"))


@dataclass(frozen=True)
class Case:
    """A command line, in which {key} is the id of the oldest key, and what it enters."""

    words: str
    entered: tuple[What, ...] = ()
    about: str | None = None  # the command, where the record says so
    before: Callable[[Path], None] = nothing


COMMANDED = (What.COMMANDED,)
CASES = [
    Case("claim", (What.CODE_MADE,)),
    Case("accounts"),
    Case("doctor --quick"),
    Case("jobs"),
    Case("audit show"),
    Case("audit verify"),
    Case("keys list"),
    Case("keys rotate", (What.KEYS_ROTATED,)),
    Case("keys forget {key} --yes", (What.KEY_FORGOTTEN,), before=rotated),
    # The key of the journal is lost as well, which the next record finds.
    Case("keys lost --yes", (What.JOURNAL_BROKEN, What.KEY_LOST), before=without_key),
    Case("keys lost --yes"),  # it is not
    Case("library preview --imported"),
    Case("library refile --imported --yes", COMMANDED, "library refile"),
    Case("library refile --imported"),  # and no yes
    Case("library clean"),
    Case("library clean --yes", (*COMMANDED, What.REMOVED), "library clean", with_too_much),
    Case("library convert song --into phone --dry-run"),
    Case("library export --into plain --dry-run"),
    Case("library export --into plain", COMMANDED, "library export"),
    Case("library encrypt --yes", COMMANDED, "library encrypt"),
    Case("library encrypt"),  # and no yes
    Case("library decrypt --yes", COMMANDED, "library decrypt"),
    Case("import music/in", COMMANDED, "import"),
    Case("import music/in --dry-run"),
    Case("verify"),
    Case("verify", before=without_song),
    Case("verify --refill"),
    Case("verify --refill", COMMANDED, "verify --refill", without_song),
    Case("backup", (What.BACKED_UP,)),
    Case("backup --to other", (What.BACKED_UP,)),
    Case("backup list"),
    Case("restore old --yes", (What.RESTORED,)),
    Case("restore old"),  # and no yes
]
CONVERTS = Case("library convert song --into phone", COMMANDED, "library convert")
ELSEWHERE = {
    "login": "it needs Telegram: below",
    "accounts remove": "it needs Telegram: below",
    "run": "all that it does is done by the program or by people: test_audit.py",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation with one song, and a backup of it."""
    settle(tmp_path, monkeypatch)
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:1")
    inside = tmp_path / "music" / "in"
    inside.mkdir(parents=True)
    (inside / "1.mp3").write_bytes(Format.MP3.file(Melody(1, 2), Tags("Song", "Band", "Album")))
    tad("import", str(tmp_path / "music"), "--json")
    tad("backup", "--to", str(tmp_path / "old"))
    return tmp_path


def told(folder: Path) -> list[Record]:
    async def read() -> list[Record]:
        async with store_at(folder / "data", folder / "music") as store:
            return (await store.journal.newest(100))[::-1]

    return asyncio.run(read())


def check(folder: Path, case: Case) -> None:
    case.before(folder)
    keys = known_keys(folder / "data" / "tad.key")
    before = told(folder) if keys else []
    tad(*case.words.format(key=keys[-1].id if keys else "").split())
    new = [one for one in told(folder) if one not in before]
    if not keys:  # what stood there could not be read before
        new = new[-len(case.entered) :]

    assert [*case.entered] == [one.what for one in new]
    assert {By.CONSOLE} >= {one.who for one in new if one.what is not What.JOURNAL_BROKEN}
    assert case.about is None or {"command": case.about} == new[0].about


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_a_verb_enters_once_what_it_changes_or_gives_away(
    folder: Path, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case.words == "claim":
        monkeypatch.delenv("OWNER_ID")

    check(folder, case)


@needs_ffmpeg
def test_converting_enters_that_it_was_ordered(folder: Path) -> None:
    check(folder, CONVERTS)


async def test_an_account_that_comes_or_goes_is_entered_once(desk: Desk) -> None:
    ann = desk.stand.user
    desk.scans(ann)
    await desk.tad("login")
    await desk.tad("accounts", "remove", str(ann.id))
    await desk.tad("accounts", "remove", str(ann.id))
    await desk.tad("login", "--phone", "+1", answers=Lines())
    found = (await desk.stand.store.journal.newest(9))[::-1]

    assert [
        (By.CONSOLE, What.ACCOUNT_ADDED, {"account": ann.id}),
        (By.CONSOLE, What.ACCOUNT_REMOVED, {"account": ann.id}),
    ] == [(one.who, one.what, one.about) for one in found]


def test_an_older_database_is_saved_as_it_is_and_not_brought_up_to_date(folder: Path) -> None:
    path = folder / "data" / "tad.db"
    asyncio.run(bring_up_to_date(path, "0023"))
    code, _, err = tad("backup")

    assert (0, "") == (code, err)
    with sqlite3.connect(path) as connection:
        assert [("0023",)] == connection.execute("select * from alembic_version").fetchall()


def test_every_verb_and_every_action_of_one_has_its_case() -> None:
    there = {case.words for case in (*CASES, CONVERTS)}
    missing = [
        words
        for words in every_action()
        if words not in ELSEWHERE and not any(f"{one} ".startswith(f"{words} ") for one in there)
    ]

    assert [] == missing


def every_action() -> list[str]:
    found = []
    for name in VERBS:
        parser = argparse.ArgumentParser()
        cast("Verb", import_module(module_of(name))).arguments(parser)
        choices = [
            str(choice)
            for one in parser._actions
            if not one.option_strings and one.choices
            for choice in one.choices
        ]
        found += [name, *(f"{name} {choice}" for choice in choices)]
    return found
