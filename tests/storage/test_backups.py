from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from storage import archive, snapshot
from storage.backups import workshop
from storage.errors import DatabaseDamagedError, DiskFailure, InUseError, NameTaken
from storage.segments import SegmentKey
from tests.storage.backed import LATER, backed_up, database_in, installed

NAME = "tad-2026-05-05T03-00-00Z.tadbackup"


async def test_a_backup_lies_under_a_name_with_the_time_for_its_owner_alone(tmp_path: Path) -> None:
    backup, _ = await backed_up(tmp_path)

    assert tmp_path / "data" / "backups" / NAME == backup.path
    assert 0o600 == stat.S_IMODE(backup.path.stat().st_mode)
    assert [backup.path] == [*backup.path.parent.iterdir()]
    assert [] == [*(tmp_path / "data" / ".backup").iterdir()]
    assert b"Miles Davis" not in backup.path.read_bytes()


async def test_one_may_lie_elsewhere_and_replaces_nothing_there(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path)
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    named = await backups.make(LATER, "1.0", elsewhere / "mine")
    dated = await backups.make(LATER, "1.0", elsewhere)
    with pytest.raises(NameTaken):
        await backups.make(LATER, "1.0", elsewhere / "mine")

    assert [elsewhere / "mine", elsewhere / NAME] == [named.path, dated.path]
    assert [elsewhere / "mine", elsewhere / NAME] == sorted(elsewhere.iterdir())
    assert [] == await backups.every()


async def test_the_oldest_go_and_what_is_none_of_ours_stays(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path)
    for _ in range(2):  # in the same second
        await backups.make(LATER, "1.0")
    newest = await backups.make(LATER + timedelta(days=1), "1.0")
    (backups.folder / "tad-2026-05-99T03-00-00Z.tadbackup").touch()
    (backups.folder / "mine.tadbackup").touch()
    moments = [one.made_at for one in await backups.every()]
    gone = await backups.prune(1)

    day, second = timedelta(days=1), timedelta(seconds=1)
    assert [LATER + day, LATER + second, LATER] == moments
    assert 2 == gone
    assert [newest.path] == [one.path for one in await backups.every()]
    assert 3 == len([*backups.folder.iterdir()])


async def test_backups_made_while_somebody_writes_are_of_one_moment(tmp_path: Path) -> None:
    backups, key = await installed(tmp_path, count=200)
    path, over = database_in(tmp_path), Event()
    database = sqlite3.connect(path)
    database.execute("create table pairs (one integer primary key, other integer)")
    database.close()

    def hammer() -> None:
        connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        number = 0
        while not over.is_set():
            number += 1
            connection.execute("begin immediate")
            connection.execute("insert into pairs values (?, 0)", (number,))
            connection.execute("update pairs set other = ?", (number,))
            connection.execute("delete from pairs where one < ?", (number - 50,))
            connection.execute("commit")
        connection.close()

    thread = Thread(target=hammer)
    thread.start()
    try:
        made = [await backups.make(LATER, "1.0") for _ in range(5)]
    finally:
        over.set()
        thread.join()
    for number, backup in enumerate(made):
        unpacked = tmp_path / f"{number}.db"
        archive.unpack(backup.path, key, unpacked, Event())
        connection = sqlite3.connect(unpacked)
        [(low, high, newest)] = connection.execute(
            "select min(other), max(other), max(one) from pairs"
        ).fetchall()
        connection.close()

        assert low == high == newest


async def test_a_damaged_database_is_not_saved_and_the_old_backups_stay(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path, count=50)
    before = await backups.make(LATER, "1.0")
    snapshot.settle(database_in(tmp_path))
    data = bytearray(database_in(tmp_path).read_bytes())
    data[8 * 4096 : 9 * 4096] = b"\xff" * 4096
    database_in(tmp_path).write_bytes(data)
    with pytest.raises(DatabaseDamagedError) as damaged:
        await backups.make(LATER + timedelta(days=1), "1.0")

    assert database_in(tmp_path) == damaged.value.path
    assert [before.path] == [*backups.folder.iterdir()]


async def test_where_there_is_no_database_there_is_no_backup(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path)
    database_in(tmp_path).unlink()
    with pytest.raises(DiskFailure):
        await backups.make(LATER, "1.0")

    assert [] == [*backups.folder.iterdir()]


async def test_two_at_a_time_are_refused_and_what_a_kill_left_is_swept(tmp_path: Path) -> None:
    backups, key = await installed(tmp_path)
    with workshop(tmp_path / "data"), pytest.raises(InUseError):
        await backups.make(LATER, "1.0")
    backups.folder.mkdir(exist_ok=True)
    (backups.folder / f".{key.id.hex()}.new").write_bytes(b"half")
    (tmp_path / "data" / ".backup" / "copied.db").write_bytes(b"half")
    backup = await backups.make(LATER, "1.0")

    assert [backup.path] == [*backups.folder.iterdir()]


async def test_one_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    backups, _ = await installed(tmp_path, count=2000)
    async with asyncio.TaskGroup() as tasks:
        making = tasks.create_task(backups.make(LATER, "1.0"))
        while not (tmp_path / "data" / ".backup" / "copied.db").exists():  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0)
        making.cancel()
    while [*(tmp_path / "data" / ".backup").iterdir()]:  # noqa: ASYNC110  # a thread ends by itself
        await asyncio.sleep(0.01)

    assert [] == [*backups.folder.iterdir()]


# Makes a backup over and over. Each child dies at another call to the system, or to SQLite, that
# Python announces (PEP 578).
_MAKE = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from storage.backups import Backups
from storage.segments import SegmentKey

key = SegmentKey(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]), "backup")
data = Path(sys.argv[1])

def child(last):
    seen = 0
    def heard(event, _):
        nonlocal seen
        if not event.startswith(("os.", "open", "sqlite3.", "fcntl.")):
            return
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    backups = Backups(data / "tad.db", data / f"backups{last}", key)
    sys.addaudithook(heard)
    asyncio.run(backups.make(datetime(2026, 5, 5, 3, 0, tzinfo=UTC), "1.0"))
    os._exit(0)

for number in range(1, 400, 3):
    process = os.fork()
    if not process:
        child(number)
    _, status = os.waitpid(process, 0)
    print("ended", os.WTERMSIG(status), flush=True)
    if not status:
        break
"""


def lives(data: Path, key: SegmentKey) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _MAKE, str(data), key.id.hex(), key.key.hex()],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
        capture_output=True,
        text=True,
    )


async def test_a_backup_killed_anywhere_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    backups, key = await installed(tmp_path)
    ran = await asyncio.to_thread(lives, tmp_path / "data", key)
    deaths = [int(line.split()[1]) for line in ran.stdout.splitlines() if line[:5] == "ended"]
    named = list((tmp_path / "data").glob("backups*/tad-*"))
    for number, path in enumerate(named):
        archive.unpack(path, key, tmp_path / f"{number}.db", Event())
    await backups.make(LATER, "1.0")

    assert 0 == ran.returncode, ran.stderr
    assert [signal.SIGKILL] * (len(deaths) - 1) + [0] == deaths
    assert len(deaths) > 10
    assert 1 <= len(named) < len(deaths)
    assert [] == [*(tmp_path / "data" / ".backup").iterdir()]
