"""The show that `python -m sandbox` puts on: the product runs, and the owner talks to it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import summary
from sandbox.conversation import ENDING, PATIENCE, RESTING, Conversation
from sandbox.keeping import keep
from sandbox.options import Options
from sandbox.product import Product
from sandbox.stage import Stage
from sandbox.summary import Earlier, Report
from sandbox.transcript import Lines, Plain, Terminal, Transcript
from sandbox.trouble import played

_WAIT = ""  # until what was asked for is there
_DEMO = (
    "/start",
    "/download @jazz 10",
    "/download @world_music 5",
    "https://t.me/jazz/2-4",
    _WAIT,
    "/status",
    "/search late shift",
)


@dataclass(frozen=True, slots=True)
class Show:
    """The product runs. `started` is a monotonic time, `earlier` what was there before."""

    options: Options
    started: float
    stage: Stage
    product: Product
    earlier: Earlier

    async def run(self, *, stays: bool) -> bool:
        """Play the lines, and stay open if so wanted. Return whether all ended well."""
        async with alongside(self._watch(restarts=stays)):
            well = await self._play() if self.options.plays else True
            if stays:
                self._note(
                    f"Chat page: {self.stage.botapi.url}  (Ctrl-C stops; the bot is process "
                    f"{self.product.pid}: kill -9 it and see)"
                )
                await asyncio.Event().wait()
        return well

    async def _watch(self, *, restarts: bool) -> None:
        """Raise when the product has ended and stays so."""
        raise await (keep(self.product, self._note) if restarts else self.product.crashed())

    async def _play(self) -> bool:
        transcript = _transcript(self.options)
        conversation = Conversation(self._owner, transcript)
        async with alongside(conversation.listen()):
            for line in _DEMO if self.options.demo else ():
                await self._act(conversation, line)
            for line in self.options.say:
                await conversation.say(line)
            report = await self.product.jobs(wait=True)
            await conversation.settle(within=ENDING if summary.all_ended(report) else RESTING)
        for line in conversation.troubles:
            self._note(line)
        well = not conversation.troubles and summary.all_well(report, self.earlier)
        if isinstance(transcript, Lines):
            transcript.put({"ok": well, **report})
        else:
            self._tell(report)
        return well

    async def _act(self, conversation: Conversation, line: str) -> None:
        if line == _WAIT:
            await conversation.settle(within=PATIENCE)
        else:
            await conversation.say(line)

    def _owner(self) -> Any:
        return self.stage.botapi.person(self.stage.owner, self.stage.bot)

    def _tell(self, report: Report) -> None:
        """Print the end as a person wants to know it."""
        print()
        for line in summary.downloads(report, self.earlier):
            print(line)
        for line in summary.files(report, self.earlier):
            print(line)
        kept = "" if self.options.data else ", thrown away at the end (--data DIR keeps them)"
        print(f"{summary.count(report, self.earlier)} in {self.product.music}{kept}")
        if self.options.troubles:
            print(f"Faults played: {played(self.options.troubles)}")
        print(f"Took {time.monotonic() - self.started:.1f} s, start included", flush=True)

    def _note(self, line: str) -> None:
        print(line, file=self.options.notes, flush=True)


def _transcript(options: Options) -> Transcript:
    if options.json:
        return Lines(sys.stdout)
    if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        columns, rows = shutil.get_terminal_size()
        return Terminal(sys.stdout, columns, rows)
    return Plain(sys.stdout)


def settings(stage: Stage, folder: Path) -> list[str]:
    """Return the lines of a `.env` by which another product finds the stage."""
    environment = stage.environment(folder / "data", folder / "music")
    return [f"{name}={_quoted(value)}" for name, value in environment.items()]


def _quoted(value: str) -> str:
    return value if value.isprintable() and not set(value) & set(" '\"#$\\") else f"'{value}'"


@asynccontextmanager
async def alongside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work`, which does not end by itself, for as long as the context lasts."""
    async with task_group() as tasks:
        task = tasks.create_task(work)
        yield
        task.cancel()


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """Open a group whose first error comes out as itself."""
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
