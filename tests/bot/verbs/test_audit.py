from __future__ import annotations

import asyncio
import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from storage.actor import acting
from storage.models import Person, Role
from storage.record import By, What
from storage.store import Store
from tests.bot.verbs.desk import settle
from tests.stores import store_at

ROOT = Path(__file__).parents[3]
NEAREST = "the nearest record is of 2026-11-26 12:01:00 UTC."
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    settle(tmp_path, monkeypatch)
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


async def filled(store: Store, count: int = 3) -> None:
    for number in range(count):
        with acting(7, lambda number=number: NOW + timedelta(minutes=number)):  # type: ignore[misc]
            await store.journal.add(What.BANNED, {"person": 100 + number})


async def tad(*words: str) -> int:
    return await asyncio.to_thread(main, ["audit", *words])


def by_hand(tmp_path: Path, statement: str) -> None:
    connection = sqlite3.connect(tmp_path / "data" / "tad.db")
    with connection:
        for name in ("changes", "loses", "replaces"):
            connection.execute(f"drop trigger journal_{name}_nothing")
        connection.execute(statement)
    connection.close()


async def test_a_whole_journal_is_verified_and_its_end_is_told(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await filled(store)
    code = await tad("verify")
    lines = capsys.readouterr().out.splitlines()
    head = str(await store.journal.head())

    assert 0 == code
    assert ["3 records, all as they were written.", f"The last one is {head}"] == lines[:2]
    assert 0 == await tad("verify", "--noted", head[:20])


async def test_the_first_record_that_was_changed_is_named(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await filled(store)
    by_hand(tmp_path, "update journal set who = '8' where number >= 2")
    code = await tad("verify")

    assert 1 == code
    assert [
        "Record 2 of 2026-11-26 12:01:00 UTC was changed, or put in by somebody.",
        "The 1 record before it are as they were written.",
    ] == capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        (
            "delete from journal where number = 2",
            "Record 2 is missing; the next one is of 2026-11-26 12:02:00 UTC.",
        ),
        (
            "delete from journal where number = 3",
            f"From record 3 on, the end was cut off or altered; {NEAREST}",
        ),
    ],
)
async def test_what_is_gone_is_named(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, line: str
) -> None:
    await filled(store)
    by_hand(tmp_path, statement)
    code = await tad("verify")

    assert (1, line) == (code, capsys.readouterr().out.splitlines()[0])


async def test_another_end_than_the_noted_one_is_found(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await filled(store)
    codes = [await tad("verify", "--noted", noted) for noted in ("2:00000000", "9:00000000")]
    lines = capsys.readouterr().out.splitlines()

    assert [1, 1] == codes
    assert "Record 2 of 2026-11-26 12:01:00 UTC is another one than you have noted." in lines


async def test_what_is_no_end_is_refused(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        await tad("verify", "--noted", "nonsense")

    assert "'nonsense' is no end of the journal" in capsys.readouterr().err


async def test_the_newest_records_are_shown_with_names(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await store.people.save(Person(7, "Olga & Co", Role.OWNER))
    await filled(store)
    code = await tad("show", "--last", "2")

    assert 0 == code
    assert [
        "NUMBER  TIME (UTC)           WHO                   WHAT",
        "2       2026-11-26 12:01:00  Olga & Co             banned person 101",
        "3       2026-11-26 12:02:00  Olga & Co             banned person 102",
    ] == capsys.readouterr().out.splitlines()


async def test_each_record_is_an_object_for_programs(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await filled(store, 2)
    await tad("show", "--json")

    assert [
        {
            "number": number,
            "at": f"2026-11-26T12:0{number - 1}:00+00:00",
            "who": 7,
            "what": "banned",
            "about": {"person": 99 + number},
        }
        for number in (1, 2)
    ] == [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_an_empty_journal_is_no_trouble(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [await tad("verify"), await tad("show")]

    assert [0, 0] == codes
    assert ["There is no record yet."] * 2 == capsys.readouterr().out.splitlines()


async def test_what_a_command_changes_was_done_on_the_server(store: Store, tmp_path: Path) -> None:
    (tmp_path / "music" / "mine").mkdir(parents=True)
    code = await asyncio.to_thread(main, ["import", str(tmp_path / "music" / "mine")])
    told = await store.journal.newest(10)

    assert 0 == code
    assert [(By.CONSOLE, What.COMMANDED, {"command": "import"})] == [
        (one.who, one.what, one.about) for one in told
    ]


async def test_the_real_program_enters_its_start_and_its_end(store: Store, tmp_path: Path) -> None:
    def run(ending: signal.Signals) -> None:
        environment = {
            "BOT_TOKEN": "1:a",
            "OWNER_ID": "1",
            "TELEGRAM_API_ID": "1",
            "PATH": "/usr/bin",
            "TELEGRAM_API_HASH": "0" * 32,
            "BOT_API_URL": "http://127.0.0.1:1",
            "DATA_DIR": str(tmp_path / "data"),
            "MUSIC_DIR": str(tmp_path / "music"),
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "bot", "run"]
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        ) as program:
            assert program.stderr is not None
            for line in program.stderr:
                if re.search("journal ends", line):
                    break
            program.send_signal(ending)
            program.stderr.read()

    for ending in (signal.SIGKILL, signal.SIGTERM):
        await asyncio.to_thread(run, ending)
    told = [(one.who, one.what) for one in reversed(await store.journal.newest(10))]

    assert [
        (By.PROGRAM, What.STARTED),
        (By.PROGRAM, What.BROKE_OFF),
        (By.PROGRAM, What.STARTED),
        (By.PROGRAM, What.STOPPED),
    ] == told
    assert (await store.journal.verify()).broken is None
