from __future__ import annotations

import gc
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from bot.__main__ import main
from bot.settings import Settings
from bot.verbs.run import announce
from bot.verbs.running import only_one
from bot.version import own_version
from storage.models import Account, AccountState

ROOT = Path(__file__).parents[3]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.chdir(tmp_path)
    values = {
        "BOT_TOKEN": "1:a",
        "OWNER_ID": "1",
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": "0" * 32,
        "BOT_API_URL": "http://127.0.0.1:1",
        "DATA_DIR": str(tmp_path / "data"),
        "MUSIC_DIR": str(tmp_path / "music"),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield values
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_f42_a_second_program_on_the_same_data_is_told_so(
    environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_one(tmp_path / "data"):
        code = main(["run"])

    assert 75 == code
    line = f"tad: another `tad run` already uses the folder '{tmp_path / 'data'}'\n"
    assert line in capsys.readouterr().err


def test_f44_a_damaged_database_is_one_line(
    environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tad.db").write_bytes(b"this is no database" * 1000)
    code = main(["run"])

    assert 1 == code
    assert "is damaged" in capsys.readouterr().err.splitlines()[-1]


def test_the_libraries_are_not_searched_for_garbage(
    environment: dict[str, str], tmp_path: Path
) -> None:
    gc.unfreeze()
    try:
        with only_one(tmp_path / "data"):
            main(["run"])

        assert gc.get_freeze_count() > 10_000
        assert gc.isenabled()
    finally:
        gc.unfreeze()


def test_f39_the_program_ends_cleanly_when_it_is_told_to_stop(
    environment: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "bot", "run"]
    environment |= {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stderr is not None
        # The Bot API is out of reach: it says so, and goes on trying.
        told = []
        for line in program.stderr:
            told.append(line)
            if "the Bot API cannot be reached" in line:
                break
        program.send_signal(signal.SIGTERM)
        rest = program.stderr.read()
        code = program.wait(timeout=20)

    assert 0 == code
    assert "started" in told[0]
    assert f"music={tmp_path / 'music'}" in told[0]
    assert "no Telegram account is signed in; send the bot /login" in told[1]
    assert rest.index("stopping") < rest.index("stopped")
    assert "Traceback" not in rest


@pytest.mark.parametrize(
    ("accounts", "ready", "levels"),
    [
        ([], 0, ["info", "warning"]),
        ([Account(1, "Ann", AccountState.NEEDS_LOGIN)], 0, ["info", "warning"]),
        (
            [Account(1, "Ann", AccountState.NEEDS_LOGIN), Account(2, "Bob", AccountState.READY)],
            1,
            ["info"],
        ),
    ],
)
def test_what_starts_is_told_in_one_line_and_a_missing_login_in_another(
    environment: dict[str, str], accounts: list[Account], ready: int, levels: list[str]
) -> None:
    with capture_logs() as lines:
        announce(Settings(), accounts)

    assert levels == [line["log_level"] for line in lines]
    assert (ready, environment["DATA_DIR"]) == (lines[0]["accounts"], lines[0]["data"])
    assert own_version() == lines[0]["version"]
