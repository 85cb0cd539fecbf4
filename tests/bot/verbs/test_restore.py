from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.backupplaces import key_of
from bot.settings import load
from bot.verbs.running import only_one
from storage.database import bring_up_to_date
from tests.bot.verbs.desk import settle
from tests.bot.verbs.test_backup import put, tad
from tests.storage.backed import titles
from tests.storage.test_archive import resealed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation with five tracks, and a backup of when there were three."""
    settle(tmp_path, monkeypatch)
    asyncio.run(put(tmp_path, 3))
    tad("backup", "--to", str(tmp_path / "old"))
    asyncio.run(put(tmp_path, 2, 100))
    return tmp_path


def count(folder: Path) -> int:
    return len(asyncio.run(titles(folder)))


def test_both_are_shown_and_a_yes_puts_the_old_one_in_place(folder: Path) -> None:
    refused = tad("restore", str(folder / "old"), answer="no")
    before = count(folder)
    code, out, err = tad("restore", str(folder / "old"), answer="y")
    [kept] = (folder / "data").glob("tad-before-*.db")

    assert (0, "Nothing was changed.") == (refused[0], refused[1].splitlines()[-1][-20:])
    assert (0, "", 5, 3) == (code, err, before, count(folder))
    assert "holds 3 tracks (3.0 kB).\nWhat is there now holds 5 tracks (5.0 kB).\n" in out
    assert f"Restored.\nWhat was there before is kept as {kept}.\n" in out
    assert "People, roles and accounts are those of then: look at /users" in out
    assert "`tad verify` tells which files" in out


def test_nothing_is_restored_while_the_bot_runs(folder: Path) -> None:
    with only_one(folder / "data"):
        code, out, err = tad("restore", str(folder / "old"), "--yes")

    assert (75, "") == (code, out)
    assert f"tad: the bot runs in '{folder}/data': stop it first\n" == err
    assert 5 == count(folder)


@pytest.mark.parametrize("way", ["changed", "cut", "other key", "newer schema"])
def test_row94_a_backup_that_is_not_what_it_was_is_refused_and_replaces_nothing(
    folder: Path, way: str
) -> None:
    old, key = folder / "old", folder / "data" / "tad.key"
    whole, right = old.read_bytes(), key.read_bytes()
    match way:
        case "changed":
            middle = len(whole) // 2
            old.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        case "cut":
            old.write_bytes(whole[: len(whole) // 2])
        case "other key":
            key.chmod(0o600)
            key.write_text("cd" * 32)
        case _:
            opener = key_of(load(), old)
            old = resealed(old, opener, schema="9999")
    code, out, err = tad("restore", str(old), "--yes")
    key.write_bytes(right)

    assert (1, "", 1) == (code, out, err.count("\n"))
    assert {
        "changed": "is damaged: it was changed or cut",
        "cut": "is damaged: it was changed or cut",
        "other key": "was sealed with another key",
        "newer schema": "was made by a newer version of this program",
    }[way] in err
    assert 5 == count(folder)
    assert [] == [*(folder / "data").glob("tad-before-*")]


def test_row94_a_backup_of_an_older_version_is_brought_up_to_date(folder: Path) -> None:
    asyncio.run(bring_up_to_date(folder / "data" / "tad.db", "0022"))
    tad("backup", "--to", str(folder / "older"))
    code, out, _ = tad("restore", str(folder / "older"), "--yes")

    assert 0 == code
    assert "Restored." in out
    assert 5 == count(folder)


def test_each_refusal_says_what_to_do_and_replaces_nothing(folder: Path) -> None:
    old, key = folder / "old", folder / "data" / "tad.key"
    whole, right = old.read_bytes(), key.read_bytes()
    told = []
    for data in (whole[:-1], b"no backup"):
        old.write_bytes(data)
        told.append(tad("restore", str(old), "--yes"))
    old.write_bytes(whole)
    key.unlink()
    told.append(tad("restore", str(old), "--yes"))
    key.write_text("ab" * 32)
    told.append(tad("restore", str(old), "--yes"))
    told.append(tad("restore", str(folder / "none"), "--yes"))
    key.write_bytes(right)

    assert [(1, "")] * 5 == [(code, out) for code, out, _ in told]
    assert "is damaged: it was changed or cut; take another backup" in told[0][2]
    assert "is no backup of this program" in told[1][2]
    assert "without it the backup opens for nobody" in told[2][2]
    assert "was sealed with another key" in told[3][2]
    assert f"tad: there is no backup {folder}/none: `tad backup list` tells" in told[4][2]
    assert 5 == count(folder)
    assert [] == [*(folder / "data").glob("tad-before-*")]


def test_on_a_new_machine_it_says_how_the_music_comes_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "new"
    (new / "data").mkdir(parents=True)
    (new / "data" / "tad.key").write_bytes((folder / "data" / "tad.key").read_bytes())
    settle(new, monkeypatch)
    code, out, _ = tad("restore", str(folder / "old"), "--yes")

    assert 0 == code
    assert "What is there now holds nothing.\n" in out
    assert f"`mkdir -p {new}/music/.tad` begins a new library" in out
    assert 1 == out.count("tad verify")
