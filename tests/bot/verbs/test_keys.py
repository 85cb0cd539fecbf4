from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePath

import pytest

from bot.__main__ import main
from bot.deeplinks import DeepLinks, ToPlaylist
from bot.errors import UsageError
from bot.verbs.keys import table
from bot.verbs.running import only_one
from storage import seals
from storage.errors import KeyWrongError
from storage.keys import KeyFile, known_keys
from storage.models import Account, AccountState
from storage.record import Fact, What
from storage.store import open_store
from storage.tables import accounts
from tests.bot.verbs.desk import Lines, settle, streams
from tests.sources import ROOT
from tests.stores import store_at

ANN = Account(11, "Ann", AccountState.READY)
URL = "https://example.org/told"


@pytest.fixture
async def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with two secrets in it."""
    settle(tmp_path, monkeypatch)
    await fill(tmp_path / "data", tmp_path / "music")
    return tmp_path / "data"


async def fill(data: Path, music: Path) -> None:
    async with store_at(data, music) as store:
        await store.accounts.save(ANN, b"Ann's session")
        await store.webhooks.make(1, URL)


async def session(data: Path) -> bytes:
    async with open_store(data, data.parent / "music") as store:
        assert await store.webhooks.secret(1, URL)
        return await store.accounts.session(ANN.id)


def tad(*words: str, answers: Lines | None = None) -> tuple[int, str, str]:
    with streams(answers or Lines()) as (out, err):
        code = main(["keys", *words])
    return code, out.getvalue(), err.getvalue()


def ids(data: Path) -> list[str]:
    return [one.id for one in known_keys(data / "tad.key")]


async def told(*words: str, answers: Lines | None = None) -> tuple[int, str, str]:
    """Run the verb, which has a loop of its own, in a thread."""
    return await asyncio.to_thread(tad, *words, answers=answers)


async def test_a_new_key_seals_every_secret_and_the_old_one_stays(data: Path) -> None:
    [old] = ids(data)
    code, said, _ = await told("rotate")
    new, *rest = ids(data)

    assert (0, [old]) == (code, rest)
    assert said.startswith(f"There is a new key: {new}.\n2 secrets are sealed anew.\n")
    assert f"Keep a copy of {data / 'tad.key'} elsewhere" in said
    assert "links to playlists work until" in said
    assert b"Ann's session" == await session(data)
    _, listed, _ = await told("list")
    [_, today, before] = listed.splitlines()
    assert re.fullmatch(rf"{new}  today  \S+ \S+      3", today)  # the journal has one now
    assert re.fullmatch(rf"{old}  old    \S+ \S+      0", before)


async def test_an_old_key_is_forgotten_only_after_a_yes(data: Path) -> None:
    [old] = ids(data)
    await told("rotate")
    no = await told("forget", old, answers=Lines("n"))
    kept = ids(data)
    yes = await told("forget", old, answers=Lines("y"))

    assert (0, "Nothing was deleted.") == (no[0], no[1].rpartition("] ")[2].strip())
    assert 2 == len(kept)
    assert 0 == yes[0]
    assert [old] == [one for one in kept if one not in ids(data)]
    assert b"Ann's session" == await session(data)


async def journal(data: Path) -> list[tuple[What | None, Mapping[str, Fact]]]:
    async with open_store(data, data.parent / "music") as store:
        return [(one.what, one.about) for one in await store.journal.newest(10)]


async def test_that_a_key_was_forgotten_or_lost_stands_in_the_journal(data: Path) -> None:
    [old] = ids(data)
    await told("rotate")
    await told("forget", old, answers=Lines("n"))
    before = await journal(data)
    await told("forget", old, "--yes")
    [forgotten, *_] = await journal(data)
    (data / "tad.key").unlink()
    await told("lost", "--yes")
    [lost, *_] = await journal(data)
    _, listed, _ = await told("list")

    assert What.KEYS_ROTATED is before[0][0]
    assert (What.KEY_FORGOTTEN, {"key": old}) == forgotten
    assert (What.KEY_LOST, {"key": ids(data)[0]}) == lost
    assert 1 == listed.count("secret of a webhook")
    assert "! The journal before the key was lost cannot be checked any more" in listed


async def test_a_key_that_is_needed_is_not_forgotten(data: Path) -> None:
    [old] = ids(data)
    backup = (data / "tad.db").read_bytes()
    await told("rotate")
    new = ids(data)[0]
    (data / "tad.db").write_bytes(backup)
    needed = await told("forget", old, "--yes")
    of_today = await told("forget", new, "--yes")
    unknown = await told("forget", "0" * 16, "--yes")

    assert (
        1,
        "",
        f"tad: 2 secrets are still sealed with {old}: run `tad keys rotate` first\n",
    ) == (needed)
    assert "is the key of today" in of_today[2]
    assert "there is no key 0000000000000000" in unknown[2]
    assert {old, new} == {*ids(data)}


async def test_secrets_of_an_older_key_are_sealed_with_todays_first(data: Path) -> None:
    backup = (data / "tad.db").read_bytes()
    await told("rotate")
    (data / "tad.db").write_bytes(backup)
    before = ids(data)
    code, said, _ = await told("rotate")

    assert (0, before) == (code, ids(data))
    assert said.startswith("Secrets of an older key were left.")
    assert "2 secrets are sealed anew." in said


async def test_nothing_is_replaced_under_a_running_bot(data: Path) -> None:
    before = ids(data)
    with only_one(data):
        code, _, said = await told("rotate")

    assert (75, before) == (code, ids(data))
    assert "tad: the bot is running: stop it first" in said


async def test_a_secret_that_does_not_open_is_told_and_holds_up_nothing(data: Path) -> None:
    async with (
        open_store(data, data.parent / "music") as store,
        store.accounts._database.write() as connection,
    ):
        await connection.execute(accounts.update().values(session=b"\x01 no session"))
    _, said, _ = await told("rotate")
    _, again, _ = await told("rotate")

    for one, count in ((said, "1 secret is"), (again, "2 secrets are")):
        assert one.startswith("There is a new key")
        assert f"{count} sealed anew." in one
        assert "! The session of account 11 cannot be opened: run tad login." in one


async def test_links_to_playlists_count_until_the_key_is_forgotten(data: Path) -> None:
    music = data.parent / "music"
    async with open_store(data, music) as store:
        link = DeepLinks(store.vault.sign).playlist(7)
    old = ids(data)[0]
    await told("rotate")
    async with open_store(data, music) as store:
        assert ToPlaylist(7) == DeepLinks(store.vault.sign, store.vault.signed_before).read(link)
    await told("forget", old, "--yes")
    async with open_store(data, music) as store:
        with pytest.raises(UsageError):
            DeepLinks(store.vault.sign, store.vault.signed_before).read(link)


@pytest.mark.parametrize("other", [None, "cd" * 32])
async def test_where_the_key_is_lost_one_may_begin_anew(data: Path, other: str | None) -> None:
    (data / "tad.key").unlink()
    if other:
        (data / "tad.key").write_text(other)
    stuck = await told("list") if other is None else await told("rotate")
    no = await told("lost", answers=Lines("n"))
    yes = await told("lost", answers=Lines("y"))

    assert 1 == stuck[0]
    assert stuck[2].endswith("run: tad keys lost\n")
    assert no[1].endswith("Nothing was changed.\n")
    assert "Log every account in again: tad login." in yes[1]
    async with open_store(data, data.parent / "music") as store:
        with pytest.raises(KeyWrongError):
            await store.accounts.session(ANN.id)
        await store.accounts.save(ANN, b"a new session")
        assert b"a new session" == await store.accounts.session(ANN.id)
    _, listed, _ = await told("list")
    assert f"! The secret of a webhook cannot be opened: make one in /watches ({URL})" in listed


async def test_a_key_that_is_there_is_not_lost(data: Path) -> None:
    before = ids(data)
    code, said, _ = await told("lost", "--yes")

    assert (0, "The key is not lost: nothing is to be done.\n") == (code, said)
    assert before == ids(data)
    assert b"Ann's session" == await session(data)


def test_an_id_that_is_none_is_a_usage_error(data: Path) -> None:
    with pytest.raises(SystemExit), streams(Lines()) as (_, err):
        main(["keys", "forget", "../../etc"])

    assert "is no id of a key" in err.getvalue()
    assert data.is_dir()


def test_keys_are_listed_with_what_they_seal() -> None:
    since = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    keys = [KeyFile("ab" * 8, Path(), since, is_of_today=True)]

    assert "abababababababab  today  2026-03-01 12:30      3" == table(keys, {"ab" * 8: 3})[1]


# Every child dies at another call to the system or to the database; forked, for the imports.
_KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from bot.verbs import keys
from bot.__main__ import main

CALLS = ("open", "link", "unlink", "rename", "fsync", "fdopen")

def child(data, last):
    seen = 0
    def count(*_):
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    def counted(real):
        def call(*args, **named):
            count()
            return real(*args, **named)
        return call
    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, count)
    os.environ["DATA_DIR"] = str(data)
    os._exit(main(["keys", "rotate"]))

for data in sorted(Path(sys.argv[1]).iterdir()):
    process = os.fork()
    if not process:
        child(data, int(data.name))
    _, status = os.waitpid(process, 0)
    print(data.name, status, file=sys.stderr)
    if not status:
        break
"""


async def test_f38_a_rotation_killed_at_any_moment_leaves_every_secret_readable(
    data: Path, tmp_path: Path
) -> None:
    copies = tmp_path / "killed"
    for number in range(1, 100):
        await asyncio.to_thread(shutil.copytree, data, copies / f"{number:03}")
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _KILLED, str(copies)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    ends = [line.split() for line in killed.stderr.splitlines() if PurePath(line).name[0] in "01"]

    assert 20 < len(ends) < 99
    assert "0" == ends[-1][1]
    for name, _ in ends:
        async with open_store(copies / name, tmp_path / "music") as store:
            assert b"Ann's session" == await store.accounts.session(ANN.id)
            assert await store.webhooks.secret(1, URL)
            await seals.renew(store.accounts._database, store.vault)
            found = await seals.census(store.accounts._database, store.vault)
            # The journal has a key as soon as the rotation is entered there.
            assert [store.vault.key_id.hex()] == [*found.counts]
            assert 2 <= found.counts.total() <= 3
