from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.bot.verbs.desk import Lines, settle, streams
from tests.storage.backed import fill
from tests.stores import store_at


def tad(*words: str, answer: str = "") -> tuple[int, str, str]:
    with streams(Lines(answer)) as (out, err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation with three tracks."""
    settle(tmp_path, monkeypatch)
    asyncio.run(put(tmp_path, 3))
    return tmp_path


async def put(folder: Path, count: int, begin: int = 0) -> None:
    async with store_at(folder / "data", folder / "music") as store:
        await fill(store, count, begin)


def test_a_backup_is_made_told_of_and_listed(folder: Path) -> None:
    code, out, err = tad("backup")
    [path] = (folder / "data" / "backups").iterdir()
    listed = tad("backup", "list")
    as_json = json.loads(tad("backup", "list", "--json")[1])

    assert (0, "") == (code, err)
    assert out.startswith(f"{path}\n")
    assert "read back whole: 3 tracks (3.0 kB).\n" in out
    assert f"{folder}/data/tad.key, which is not in it: keep a copy" in out
    assert (0, "3 tracks") == (listed[0], listed[1].split("  ")[-1].strip())
    assert [str(path)] == [one["path"] for one in as_json]


def test_where_there_is_no_catalogue_yet_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(tmp_path, monkeypatch)
    code, out, err = tad("backup")

    assert (1, "") == (code, out)
    assert f"tad: there is no catalogue in {tmp_path}/data yet, so nothing is to be saved\n" == err


def test_it_goes_elsewhere_where_that_is_said_and_overwrites_nothing(folder: Path) -> None:
    place = folder / "mine.tadbackup"
    first = json.loads(tad("backup", "--to", str(place), "--json")[1])
    code, out, err = tad("backup", "--to", str(place))
    nowhere = tad("backup", "--to", str(folder / "none" / "x"))

    assert (str(place), 3, place.stat().st_size) == (
        first["path"], first["tracks"], first["size"],
    )  # fmt: skip
    assert (1, "") == (code, out)
    assert f"tad: {place} is there already: choose another name\n" == err
    assert 2 == nowhere[0]
    assert "there is no folder" in nowhere[2]
    assert "There is no backup in" in tad("backup", "list")[1]


def test_backup_dir_is_another_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_DIR", str(folder / "disk"))
    code, out, _ = tad("backup")

    assert 0 == code
    assert out.startswith(str(folder / "disk"))


def test_what_cannot_be_used_says_so_in_the_list(folder: Path) -> None:
    tad("backup")
    [path] = (folder / "data" / "backups").iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    assert "is damaged: it was changed or cut" in tad("backup", "list")[1]


def test_without_the_key_file_nothing_is_saved_and_no_key_is_made(folder: Path) -> None:
    (folder / "data" / "tad.key").unlink()
    code, out, err = tad("backup")

    assert (1, "") == (code, out)
    assert f"{folder}/data/tad.key is missing" in err
    assert not (folder / "data" / "tad.key").exists()
