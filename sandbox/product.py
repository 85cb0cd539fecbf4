"""The real product as child processes: `python -m bot` with the settings of a stage."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.stage import Stage
from sandbox.world import User

_ROOT = Path(__file__).parents[1]
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "COVERAGE_PROCESS_START")
_LOGIN = 60.0  # seconds, on a busy machine
_START = 60.0
_STOP = 15.0
_TAIL = 2000  # characters of the log that an error shows


class ProductError(Exception):
    """The product ended when it should not have; `log` is the end of what it wrote.

    `code` is None for one that did not end, and took too long to start.
    """

    def __init__(
        self, what: str, code: int | None, log: str, *, log_file: Path | None = None
    ) -> None:
        super().__init__(f"{what} ended with {code}\n{log}")
        self.what = what
        self.code = code
        self.log = log
        self.log_file = log_file

    @property
    def killed_by(self) -> int | None:
        """The number of the signal that ended it, if one did."""
        return -self.code if self.code is not None and self.code < 0 else None


@dataclass(slots=True)
class Product:
    """One data folder of the product. `log` collects the words of every process.

    `is_started` is set once a first process runs.
    """

    stage: Stage
    data: Path
    music: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    is_started: asyncio.Event = field(default_factory=asyncio.Event)
    _running: Process | None = None
    _last: Process | None = None  # the bot as it was started last, also when it has ended

    @property
    def log(self) -> Path:
        return self.data / "tad.log"

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    async def login(self, user: User) -> None:
        """Sign the account in as its owner would: the code comes to the phone and is typed."""
        codes: asyncio.Queue[str] = asyncio.Queue()

        def arrive(whose: User, code: str) -> None:
            if whose is user:
                codes.put_nowait(code)

        self.stage.cluster.on_code.append(arrive)
        try:
            async with asyncio.timeout(_LOGIN):
                await self._login(user, codes)
        finally:
            self.stage.cluster.on_code.remove(arrive)

    async def start(self) -> None:
        """Run the bot and come back once it asks for updates."""
        assert self._running is None
        polling = self.stage.faults.next_call("bot.getUpdates")
        self._running = self._last = child = await self._spawn("run")
        try:
            async with asyncio.timeout(_START):
                await _first(polling, child)
        except TimeoutError as error:
            raise self._error("tad run", child) from error
        if child.returncode is not None:
            self._forget(child)
            raise self._error("tad run", child)

    async def stop(self) -> int | None:
        """Ask the bot to stop, and see that it does. Return its exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End the bot as a power cut would end it."""
        await self._end(signal.SIGKILL)

    async def jobs(self, *, wait: bool = False) -> dict[str, Any]:
        """Return what `tad jobs` says; `wait` until every job is at rest."""
        options = ("--json", "--wait") if wait else ("--json",)
        child = await self._spawn("jobs", *options, stdout=PIPE)
        async with _ending(child):
            answer, _ = await child.communicate()
        if child.returncode:
            raise self._error("tad jobs", child)
        return dict(json.loads(answer))

    async def tad(self, *words: str) -> tuple[int, str]:
        """Run another verb; return its exit code and what it says."""
        child = await self._spawn(*words, stdout=PIPE)
        async with _ending(child):
            said, _ = await child.communicate()
        assert child.returncode is not None
        return child.returncode, said.decode()

    async def crashed(self) -> ProductError:
        """Wait for the bot to end, which it should not do; then it may be started again.

        One that has ended already, by `kill` or otherwise, has ended: nothing is waited for.
        """
        child = self._last
        assert child is not None, "the bot was never started"
        await child.wait()
        self._forget(child)
        return self._error("tad run", child)

    def _forget(self, child: Process) -> None:
        if self._running is child:
            self._running = None

    async def _login(self, user: User, codes: asyncio.Queue[str]) -> None:
        child = await self._spawn("login", "--phone", f"+{user.phone}", stdin=PIPE)
        async with _ending(child), asyncio.TaskGroup() as tasks:
            typing = tasks.create_task(_type(child, codes))
            code = await child.wait()
            typing.cancel()
        if code:
            raise self._error("tad login", child)

    async def _spawn(
        self, *arguments: str, stdin: int = DEVNULL, stdout: int | None = None
    ) -> Process:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= self.stage.environment(self.data, self.music)
        environment |= {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", **self.extra}
        with self.log.open("ab") as log:
            # Another folder than ours, so that no `.env` of the real bot is read; and a session
            # of its own, so that nothing asks the terminal and Ctrl-C reaches only us.
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *arguments,
                stdin=stdin, stdout=stdout or log, stderr=log,
                env=environment, cwd=self.data, start_new_session=True,
            )  # fmt: skip
        self.is_started.set()
        return child

    async def _end(self, number: signal.Signals) -> int | None:
        child, self._running = self._running, None
        if child is None:
            return None
        async with _ending(child):
            if child.returncode is None:
                child.send_signal(number)
            async with asyncio.timeout(_STOP):
                return await child.wait()

    def _error(self, what: str, child: Process) -> ProductError:
        words = self.log.read_text(encoding="utf-8", errors="replace")
        return ProductError(what, child.returncode, words[-_TAIL:], log_file=self.log)


@asynccontextmanager
async def open_product(
    stage: Stage, data: Path, *, music: Path | None = None, extra: Mapping[str, str] | None = None
) -> AsyncIterator[Product]:
    """Have the product at hand; whatever of it runs at the end is stopped."""
    product = Product(stage, data, music or data / "music", extra or {})
    try:
        yield product
    finally:
        await product.stop()


async def _type(child: Process, codes: asyncio.Queue[str]) -> None:
    assert child.stdin is not None
    while True:
        child.stdin.write(f"{await codes.get()}\n".encode())
        await child.stdin.drain()


async def _first(event: asyncio.Event, child: Process) -> None:
    """Wait for the event or for the child's end, whichever comes first."""
    async with asyncio.TaskGroup() as tasks:
        waits = [tasks.create_task(event.wait()), tasks.create_task(child.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


@asynccontextmanager
async def _ending(child: Process) -> AsyncIterator[None]:
    """See that the child is gone afterwards, whatever happens."""
    try:
        yield
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
