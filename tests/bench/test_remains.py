from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from bench.remains import damage, digests_below, files_below


def test_hidden_files_are_found_too_and_folders_are_none(tmp_path: Path) -> None:
    (tmp_path / ".tad").mkdir()
    (tmp_path / "Noise").mkdir()
    expected = {tmp_path / ".tad" / "7.part", tmp_path / "Noise" / "a.mp3"}
    for path in expected:
        path.touch()

    assert expected == set(files_below(tmp_path))


def test_every_file_is_told_by_its_path_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / ".tad").mkdir()
    (tmp_path / ".tad" / "7.part").write_bytes(b"a")

    assert {".tad/7.part": sha256(b"a").hexdigest()} == digests_below(tmp_path)


def test_a_sound_database_has_no_damage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("create table a (b integer primary key)")

    assert [] == damage(tmp_path / "a.db")


def test_a_row_that_points_to_nothing_is_damage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("create table a (b integer primary key)")
        database.execute("create table c (b integer references a (b))")
        database.execute("insert into c values (7)")
        database.commit()

    assert ["('c', 1, 'a', 0)"] == damage(tmp_path / "a.db")


def test_a_page_of_zeros_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table a (b text)")
        database.executemany("insert into a values (?)", [("x" * 3000,)] * 20)
        database.commit()
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(bytes(4096))

    assert damage(path)
