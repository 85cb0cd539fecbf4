"""No secret stays in the environment, for a real process, its children, and the system to see."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.errors import WrongSettingError
from bot.settings import load
from tests.sources import ROOT

TOKEN = "123456789:AAFh3kD9sl-Lq2Zx_8vBnMq1w2e3r4t5y6u"
SECRETS = {
    "BOT_TOKEN": TOKEN,
    "telegram_api_hash": "5a" * 16,
    "BOT_PROXY": "socks5://me:bot-word@proxy:1080",
    "TELEGRAM_PROXY": "http://me:tel-word@proxy:1080",
    "ACOUSTID_KEY": "acoust-word",
    "all_proxy": "socks5://you:all-word@elsewhere:1080",
    "A_COPY": f"https://api.telegram.org/bot{TOKEN}/getMe",
}
PLAIN = {"OWNER_ID": "7", "TELEGRAM_API_ID": "1", "no_proxy": "localhost", "PLAIN": "stays"}
WORDS = re.compile(rb"AAFh3k|5a5a5a|-word")
PROGRAM = """
import os, subprocess, sys
from pathlib import Path
from bot.settings import load
print(load().bot_token.get_secret_value()[:9])
print(sorted(name for name in os.environ if name.lower() in sys.argv[1].split()))
print(subprocess.run(["env"], capture_output=True, text=True).stdout)
print(Path("/proc/self/environ").read_bytes().replace(b"\\0", b"\\n").decode())
"""


def program(folder: Path, environment: Mapping[str, str]) -> str:
    names = " ".join(name.lower() for name in SECRETS)
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, names],
        cwd=folder, env={**kept, **environment}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_a_secret_is_neither_in_the_environment_nor_in_that_of_a_child(tmp_path: Path) -> None:
    said = program(tmp_path, {**PLAIN, **SECRETS})
    token, left, *shown = said.splitlines()

    assert ("123456789", "[]") == (token, left)
    assert [] == WORDS.findall(said.encode())
    assert 2 == shown.count("PLAIN=stays")
    assert 2 == shown.count("no_proxy=localhost")


def test_what_a_file_holds_is_not_put_into_the_environment(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    named = {"BOT_TOKEN_FILE": str(tmp_path / "token"), "TELEGRAM_API_HASH": "5a" * 16}
    said = program(tmp_path, {**PLAIN, **named})

    assert said.startswith("123456789\n")
    assert [] == WORDS.findall(said.encode())


def test_settings_that_cannot_be_used_leave_no_secret_either(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", "not a token")
    with pytest.raises(WrongSettingError):
        load()

    assert "BOT_TOKEN" not in os.environ
