"""A command line before a Telegram on loopback."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest

from bot.__main__ import main
from sandbox.botapi.server import BotApi
from sandbox.world import User
from tests.downloader.telegram.stand import Stand, open_stand

TOKEN = "700:AAtoken_of_the_tests_tests_tests_tests"


class Lines(io.StringIO):
    """Standard input whose lines are made when they are read; None ends it."""

    def __init__(self, *lines: str | Callable[[], str]) -> None:
        super().__init__()
        self._lines = list(lines)

    def readline(self, _size: int = -1, /) -> str:  # type: ignore[override]  # typeshed says bytes
        if not self._lines:
            return ""
        line = self._lines.pop(0)
        return f"{line() if callable(line) else line}\n"


class Paper(io.StringIO):
    """Standard output that tells each line as it is written."""

    def __init__(self, on_write: Callable[[str], None]) -> None:
        super().__init__()
        self._on_write = on_write

    def write(self, text: str, /) -> int:
        self._on_write(text)
        return super().write(text)


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@dataclass
class Desk:
    stand: Stand
    botapi: BotApi
    folder: Path
    codes: list[str] = field(default_factory=list)
    on_output: Callable[[str], None] = lambda _: None

    @property
    def environment(self) -> dict[str, str]:
        host, port = self.stand.cluster.address(2)
        return {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.botapi.url,
            "OWNER_ID": "1",
            "TELEGRAM_API_ID": "1",
            "TELEGRAM_API_HASH": "0123456789abcdef" * 2,
            "TELEGRAM_DC": f"2@{host}:{port}",
            "TELEGRAM_DC_KEY": str(self.folder / "server.pem"),
            "DATA_DIR": str(self.folder / "data"),
            "MUSIC_DIR": str(self.folder / "music"),
            "DISK_RESERVE_MB": "0",
        }

    def scans(self, who: User) -> None:
        """Let a phone of somebody scan each code for a login that is shown, and say yes."""
        loop = asyncio.get_running_loop()

        def scan(text: str) -> None:
            if found := re.search(r"tg://login\?token=(\S+)", text):
                token = base64.urlsafe_b64decode(found[1])
                loop.call_soon_threadsafe(self.stand.cluster.approve_qr, token, who)

        self.on_output = scan

    async def tad(self, *words: str, answers: Lines | None = None) -> Outcome:
        """Run the command as a person would, with these answers on its standard input."""
        for name in ("BOT_TOKEN", "TELEGRAM_API_HASH"):  # which the one before has taken out
            os.environ.setdefault(name, self.environment[name])
        with streams(answers or Lines(), self.on_output) as (out, err):
            code = await asyncio.to_thread(main, words)
        return Outcome(code, out.getvalue(), err.getvalue())


@contextmanager
def streams(
    answers: TextIO, on_output: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[Paper, io.StringIO]]:
    """Put these in the place of the standard streams."""
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = Paper(on_output), io.StringIO()
    sys.stdin, sys.stdout, sys.stderr = answers, out, err
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


@asynccontextmanager
async def open_desk(folder: Path) -> AsyncIterator[Desk]:
    async with open_stand(folder) as stand:
        stand.world.add_user("Tad", username="tad_bot", token=TOKEN)
        async with BotApi(stand.world, stand.faults) as botapi:
            desk = Desk(stand, botapi, folder)
            (folder / "server.pem").write_text(stand.cluster.pem)
            stand.cluster.on_code.append(lambda _user, code: desk.codes.append(code))
            yield desk


def settle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder that holds `data` and `music`, with all settings that there must be."""
    monkeypatch.chdir(folder)
    secrets = folder / "secrets"  # in files, for each verb takes those of the environment out
    secrets.mkdir()
    (secrets / "token").write_text("1:a")
    (secrets / "hash").write_text("0" * 32)
    settings = {
        "BOT_TOKEN_FILE": str(secrets / "token"),
        "OWNER_ID": "1",
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH_FILE": str(secrets / "hash"),
        "DATA_DIR": str(folder / "data"),
        "MUSIC_DIR": str(folder / "music"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
