from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import ROOT

TOKEN = "123456789:AAFh3kD9sl-Lq2Zx_8vBnMq1w2e3r4t5y6u"
HIDES = """
import threading
from bot import crashes, logs
from bot.settings import LogFormat
crashes.redact()
logs.set_up(LogFormat.CONSOLE, "debug", ["known-by-value"])
words = "https://api.telegram.org/file/bot{token}/a and known-by-value"

def fail():
    raise ValueError(words)

class Falls:
    def __del__(self):
        fail()
"""
WAYS = ("fail()", "threading.Thread(target=fail).start()", "Falls()")


def said(folder: Path, way: str) -> str:
    program = HIDES.format(token=TOKEN) + way
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    ).stderr  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_an_error_that_nobody_catches_is_told_without_secrets(tmp_path: Path, way: str) -> None:
    told = said(tmp_path, way)

    assert "ValueError: https://api.telegram.org/file/bot[hidden]/a and [hidden]" in told
    assert "AAFh3k" not in told
    assert "known-by-value" not in told.rpartition("ValueError")[2]
