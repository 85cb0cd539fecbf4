from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bench.safety.damaging import WAYS
from storage.database import bring_up_to_date
from storage.errors import BackupError, BackupKeyError, DatabaseBusyError
from storage.handling import Handling, UpdateKey, under
from storage.keys import open_vault
from storage.models import Person, Role, Transfer
from storage.ownership import Claimed
from storage.restoring import prepared
from storage.schema import steps
from storage.segments import SegmentKey
from tests.storage.backed import (
    LATER,
    backed_up,
    database_in,
    fill,
    installed,
    titles,
)
from tests.storage.values import NOW, an_audio, running_job
from tests.stores import store_at

_ROOT = Path(__file__).parents[2]
_BEFORE = "tad-before-2026-05-05T03-00-00Z.db"


async def add_more(folder: Path, count: int = 2) -> None:
    async with store_at(folder / "data", folder / "music") as store:
        await fill(store, count, 100)


async def restored(path: Path, folder: Path, key: SegmentKey) -> Path | None:
    async with prepared(path, database_in(folder), key) as found:
        return await found.put_in_place(LATER)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "data").iterdir())


async def test_the_old_catalogue_takes_over_and_the_present_one_is_kept(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path)
    await add_more(tmp_path)
    async with prepared(backup.path, database_in(tmp_path), key) as found:
        assert found.present is not None
        told = found.contents.holdings.files, found.present.files
        before = await found.put_in_place(LATER)
    (tmp_path / "other" / "data").mkdir(parents=True)
    assert before is not None
    before.rename(database_in(tmp_path / "other"))

    assert (3, 5) == told
    assert 3 == len(await titles(tmp_path))
    assert 5 == len(await titles(tmp_path / "other"))
    assert database_in(tmp_path).with_name(_BEFORE) == before


async def test_a_backup_opens_on_a_new_machine_with_the_key_file(tmp_path: Path) -> None:
    backup, _ = await backed_up(tmp_path)
    new = tmp_path / "new"
    (new / "data").mkdir(parents=True)
    (tmp_path / "data" / "tad.key").rename(new / "data" / "tad.key")
    vault = await asyncio.to_thread(open_vault, new / "data" / "tad.key", may_create=False)
    async with prepared(backup.path, database_in(new), vault.segment_key("backup")) as found:
        assert found.present is None
        before = await found.put_in_place(LATER)

    assert before is None
    assert 3 == len(await titles(new))


async def test_the_key_of_the_present_library_stays_for_its_files_are_sealed_with_it(
    tmp_path: Path,
) -> None:
    backup, key = await backed_up(tmp_path)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        await store.library_keys.begin()
    await restored(backup.path, tmp_path, key)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        assert store.files._keyring.seals
        await store.library_keys.end()
        later = await backed_up(tmp_path)
    await restored(later[0].path, tmp_path, later[1])

    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        assert not store.files._keyring.seals
        assert 1 == len(store.files._keyring._keys)


async def test_the_key_of_a_sealed_library_comes_with_its_backup(tmp_path: Path) -> None:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        await store.library_keys.begin()
    backup, key = await backed_up(tmp_path)
    new = tmp_path / "new"
    (new / "data").mkdir(parents=True)
    (tmp_path / "data" / "tad.key").rename(new / "data" / "tad.key")
    await restored(backup.path, new, key)

    async with store_at(new / "data", new / "music") as store:
        assert store.files._keyring.seals


async def test_what_was_being_done_when_it_was_made_is_not_done_after_it_was_restored(
    tmp_path: Path,
) -> None:
    """It was done long ago: a press that empties the trash, say, or a download that was wanted."""
    backups, key = await installed(tmp_path)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        keys = [UpdateKey(5, number) for number in (1, 2, 3)]
        await store.updates.keep([Handling(key, "{}", NOW) for key in keys], done=keys[2:])
        with under(Handling(keys[1], "{}", NOW)):
            await store.updates.acted()
    backup = await backups.make(LATER, "1.0")
    await restored(backup.path, tmp_path, key)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        left, known = await store.updates.take_up(5, 3), await store.updates.known(5, [1, 2, 3])

    assert ([], {3}) == (left, known)


async def test_no_door_opens_again_that_was_closed_since(tmp_path: Path) -> None:
    """Whoever holds an invite that was withdrawn, or a code that was used, may hold it still."""
    backups, key = await installed(tmp_path)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        made, token = await store.invites.make(Role.ADMIN, 7, NOW, NOW + timedelta(days=9))
        code = await store.ownership.new_code(NOW)
    backup = await backups.make(LATER, "1.0")
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        await store.invites.withdraw(made.id, NOW)
    await restored(backup.path, tmp_path, key)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        found = await store.invites.named(token, NOW)
        claimed = await store.ownership.claim(code.code, Person(9, "Eve", Role.OWNER), NOW)

    assert (None, Claimed.NO) == (found, claimed)


async def test_a_damaged_backup_replaces_nothing(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path, count=1200)
    await add_more(tmp_path)
    whole, before = backup.path.read_bytes(), database_in(tmp_path).read_bytes()
    for way in WAYS:
        backup.path.write_bytes(way(whole, Random(1)))
        with pytest.raises(BackupError):
            await restored(backup.path, tmp_path, key)

    assert before == database_in(tmp_path).read_bytes()
    assert not [name for name in names(tmp_path) if name.startswith("tad-before")]


async def test_another_key_replaces_nothing(tmp_path: Path) -> None:
    backup, _ = await backed_up(tmp_path)
    _, stranger = await installed(tmp_path / "other")
    with pytest.raises(BackupKeyError):
        await restored(backup.path, tmp_path, stranger)

    assert 3 == len(await titles(tmp_path))


async def test_an_older_schema_is_brought_up_to_date_before_it_takes_over(tmp_path: Path) -> None:
    backups, key = await installed(tmp_path)
    await bring_up_to_date(database_in(tmp_path), steps()[-2])
    backup = await backups.make(LATER, "0.9")
    await bring_up_to_date(database_in(tmp_path))
    await restored(backup.path, tmp_path, key)

    assert steps()[-2] == backup.contents.holdings.schema
    assert 3 == len(await titles(tmp_path))


async def test_what_was_on_its_way_is_begun_anew(tmp_path: Path) -> None:
    backups, key = await installed(tmp_path)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        await running_job(store, an_audio())
        await store.transfers.save(Transfer(501, 1000, 512, b"\x01"))
    backup = await backups.make(LATER, "1.0")
    await restored(backup.path, tmp_path, key)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        found = await store.transfers.documents()

    assert 1 == backup.contents.holdings.rows["transfers"]
    assert frozenset() == found


async def test_nothing_is_replaced_while_any_program_has_it_open(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path)
    other = sqlite3.connect(database_in(tmp_path))
    other.execute("select count(*) from tracks").fetchone()
    try:
        with pytest.raises(DatabaseBusyError):
            await restored(backup.path, tmp_path, key)
    finally:
        other.close()

    assert 3 == len(await titles(tmp_path))


async def test_a_damaged_database_is_set_aside_with_what_lies_beside_it(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path)
    damage(database_in(tmp_path))
    await restored(backup.path, tmp_path, key)

    assert 3 == len(await titles(tmp_path))
    assert {_BEFORE, f"{_BEFORE}-wal"} <= {*names(tmp_path)}


def damage(database: Path) -> None:
    database.write_bytes(b"no database any more" * 1000)
    database.with_name(f"{database.name}-wal").write_bytes(b"nor what was written last")


# Restores one backup over and over. Each child dies at another call to the system, or to SQLite,
# that Python announces (PEP 578).
_RESTORE = """
import asyncio, os, shutil, signal, sys
from pathlib import Path
from datetime import UTC, datetime
import storage.migrating
from storage.models import Person, Role, Transfer
from storage.ownership import Claimed
from storage.restoring import prepared
from storage.segments import SegmentKey

key = SegmentKey(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]), "backup")
backup = Path(sys.argv[4])

async def restore(folder, die):
    async with prepared(backup, folder / "data" / "tad.db", key) as found:
        die()
        await found.put_in_place(datetime(2026, 5, 5, 3, 0, tzinfo=UTC))

def child(folder, last):
    seen = -1
    def die():
        nonlocal seen
        seen = 0
    def heard(event, _):
        nonlocal seen
        if seen < 0 or not event.startswith(("os.", "open", "sqlite3.", "fcntl.")):
            return
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(heard)
    asyncio.run(restore(folder, die))
    os._exit(0)

for number in range(1, 100):
    folder = Path(sys.argv[1]) / f"life{number}"
    shutil.copytree(Path(sys.argv[1]) / "present", folder)
    process = os.fork()
    if not process:
        child(folder, number)
    _, status = os.waitpid(process, 0)
    print('ended', os.WTERMSIG(status), flush=True)
    if not status:
        break
"""


def lives(folder: Path, key: SegmentKey, backup: Path) -> subprocess.CompletedProcess[str]:
    words = [str(folder), key.id.hex(), key.key.hex(), str(backup)]
    return subprocess.run(
        [sys.executable, "-c", _RESTORE, *words],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )


async def test_a_restore_killed_anywhere_leaves_the_old_catalogue_or_the_new_one(
    tmp_path: Path,
) -> None:
    present = tmp_path / "present"
    backup, key = await backed_up(present)
    await add_more(present)
    ran = await asyncio.to_thread(lives, tmp_path, key, backup.path)
    deaths = [int(line.split()[1]) for line in ran.stdout.splitlines() if line.startswith("ended ")]
    counts = []
    for number in range(1, len(deaths) + 1):
        life = tmp_path / f"life{number}"
        counts.append(len(await titles(life)))
        await restored(backup.path, life, key)
        assert 3 == len(await titles(life))

    assert 0 == ran.returncode, ran.stderr
    assert [signal.SIGKILL] * (len(deaths) - 1) + [0] == deaths
    assert len(deaths) > 10
    assert {3, 5} == set(counts)
    assert sorted(counts, reverse=True) == counts  # the old one up to a moment, then the new one
