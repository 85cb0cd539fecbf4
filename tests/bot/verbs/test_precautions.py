from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import load
from bot.verbs.checks import Finding, fine, warning
from bot.verbs.precautions import precautions
from storage.keys import known_keys
from storage.models import Account, AccountState
from tests.bot.verbs.desk import settle
from tests.bot.verbs.test_backup import tad
from tests.stores import store_at

ANN = Account(11, "Ann", AccountState.READY)
DAY = timedelta(days=1)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder of an installation with a secret in it."""
    settle(tmp_path, monkeypatch)

    async def fill() -> None:
        async with store_at(tmp_path / "data", tmp_path / "music") as store:
            await store.accounts.save(ANN, b"session")

    asyncio.run(fill())
    return tmp_path / "data"


def looked(later: timedelta = timedelta()) -> dict[str, Finding]:
    async def look() -> list[Finding]:
        now = datetime.now(UTC) + later
        return [finding async for finding in precautions(load(), now)]

    return {one.what: one for one in asyncio.run(look())}


def newest(data: Path) -> Path:
    return max((data / "backups").iterdir())


def keys(data: Path) -> list[str]:
    return [one.id for one in known_keys(data / "tad.key")]


def by_hand(data: Path, *statements: str) -> None:
    with sqlite3.connect(data / "tad.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_without_a_backup_it_says_how_to_make_one(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = f"there is none in {data}/backups; make one: tad backup"

    assert warning("backup", f"{none}, or leave it to the bot") == looked()["backup"]
    monkeypatch.setenv("BACKUPS", "off")
    assert warning("backup", none) == looked()["backup"]


def test_the_newest_backup_is_told_with_its_age(data: Path) -> None:
    tad("backup")
    path = newest(data)

    assert {
        "backup": fine("backup", f"{path}, made just now, opens with the key"),
        "journal": fine("journal", "1 record, unbroken"),
    } == looked()
    assert fine("backup", f"{path}, 1 day old, opens with the key") == looked(1.5 * DAY)["backup"]
    assert f"{path}, 5 hours old" in looked(timedelta(hours=5, minutes=30))["backup"].hint
    old = f"{path}, 8 days old, opens with the key, but is old; make one: tad backup"
    assert warning("backup", old) == looked(8.1 * DAY)["backup"]


def test_a_backup_that_cannot_be_used_says_why(data: Path) -> None:
    tad("backup")
    path = newest(data)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    cut = looked()["backup"]
    path.write_bytes(b"something else")
    other = looked()["backup"]

    assert warning("backup", cut.hint) == cut
    assert "is damaged: it was changed or cut; take another backup; or make one" in cut.hint
    assert "is no backup of this program" in other.hint


def test_a_key_that_was_replaced_is_needed_as_long_as_it_opens_something(data: Path) -> None:
    tad("backup")
    [old] = keys(data)
    before = (data / "tad.db").read_bytes()
    tad("keys", "rotate")
    replaced = looked()
    (data / "tad.db").write_bytes(before)
    needed = looked()["old keys"]
    tad("keys", "rotate")
    path = newest(data)
    whole = path.read_bytes()
    path.unlink()
    idle = looked()["old keys"]
    path.write_bytes(whole)
    tad("keys", "forget", old, "--yes")
    gone = looked()

    assert "opens only with a key that was replaced; make one" in replaced["backup"].hint
    assert fine("old keys", f"{old} opens 1 backup: keep it") == replaced["old keys"]
    seals = f"{old} still seals 2 secrets: stop the bot, and run: tad keys rotate"
    assert warning("old keys", seals) == needed
    assert fine("old keys", f"{old} opens nothing here any more: tad keys forget {old}") == idle
    assert "was sealed with another key" in gone["backup"].hint
    assert {"backup", "journal"} == gone.keys()


def test_a_journal_that_was_altered_is_told_with_what_to_do(data: Path) -> None:
    tad("backup")
    tad("backup")
    empty = "drop trigger journal_changes_nothing"
    by_hand(data, empty, "update journal set who = '7' where number = 1")
    found = looked()["journal"]

    hint = "record 1 is not as it was written: run: tad audit verify"
    assert warning("journal", f"{hint}, and look who else can write to the data folder") == found


def test_a_journal_whose_key_is_gone_says_how_it_comes_back(data: Path) -> None:
    tad("backup")
    (data / "tad.key").unlink()
    tad("keys", "lost", "--yes")

    assert "record 1 cannot be checked, for its key is not here: put" in looked()["journal"].hint


def test_a_journal_with_nothing_in_it_is_no_trouble(data: Path) -> None:
    assert fine("journal", "nothing stands in it yet") == looked()["journal"]
