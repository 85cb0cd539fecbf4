"""The show that `python -m sandbox` puts on: the world, both servers, the product, the owner."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from sandbox.conversation import PATIENCE, Conversation
from sandbox.options import Options
from sandbox.product import Product, ProductError, open_product
from sandbox.seed.cast import add_cast
from sandbox.seed.demo import add_chats
from sandbox.seed.folder import add_library
from sandbox.stage import Stage, open_stage
from sandbox.transcript import Lines, Plain, Terminal, Transcript
from sandbox.world import World

_SHOWN_FILES = 15
_WELL = "done"
_WAIT = ""  # until what was asked for is there
_DEMO = (
    "/start",
    "/download @jazz 10",
    "/download @world_music 5",
    "https://t.me/jazz/2-4",
    _WAIT,
    "/status",
)


@dataclass(frozen=True, slots=True)
class Show:
    """`started` is a monotonic time; `folder` holds `data` and `music` of the product."""

    options: Options
    started: float
    folder: Path
    stage: Stage
    product: Product
    transcript: Transcript

    async def play(self) -> bool:
        """Play the lines and wait for all to come to rest. Return whether all ended well."""
        conversation = Conversation(self._owner, self.transcript)
        async with _alongside(conversation.listen()):
            for line in _DEMO if self.options.demo else ():
                await self._act(conversation, line)
            for line in self.options.say:
                await conversation.say(line)
            report = await self.product.jobs(wait=True)
            await conversation.settle()
        for line in conversation.unanswered:
            self._note(f"no answer to: {line}")
        well = not conversation.unanswered and _all_well(report)
        self._tell({"ok": well, **report})
        return well

    async def _act(self, conversation: Conversation, line: str) -> None:
        if line == _WAIT:
            await conversation.settle(within=PATIENCE)
        else:
            await conversation.say(line)

    async def serve(self) -> None:
        self._note(f"Chat page: {self.stage.botapi.url}  (Ctrl-C stops)")
        await asyncio.Event().wait()

    def _owner(self) -> Any:
        return self.stage.botapi.person(self.stage.owner, self.stage.bot)

    def _tell(self, report: dict[str, Any]) -> None:
        """Print the end: everything as JSON, or what a person wants to know."""
        if isinstance(self.transcript, Lines):
            self.transcript.put(report)
            return
        print()
        for job in report["jobs"]:
            why = f" ({job['reason']})" if job["reason"] else ""
            print(f"Download {job['id']}: {job['state']}{why}")
        files = report["files"]
        for file in files[:_SHOWN_FILES]:
            print(f"  {file['size']:>9,}  {file['path']}")
        if len(files) > _SHOWN_FILES:
            print(f"  … and {len(files) - _SHOWN_FILES} more")
        kept = "" if self.options.data else ", thrown away at the end (--data DIR keeps them)"
        print(f"{len(files)} files in {self.product.music}{kept}")
        print(f"Total time: {time.monotonic() - self.started:.1f} s", flush=True)

    def _note(self, line: str) -> None:
        print(line, file=sys.stderr if self.options.json else sys.stdout, flush=True)


def put_on(options: Options, started: float) -> int:
    """Run the show and return the exit code."""
    # Unless told otherwise it logs to stdout, where the transcript goes.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        return asyncio.run(_run(options, started))
    except ProductError as error:
        print(f"The bot failed: {error}", file=sys.stderr)
        return 1
    except OSError as error:  # a port that is taken, a folder that cannot be written
        print(f"python -m sandbox: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM
    except KeyboardInterrupt:
        return 128 + signal.SIGINT if options.plays else 0


async def _run(options: Options, started: float) -> int:
    task = asyncio.current_task()
    assert task is not None
    # Without this the children would be left behind when we are asked to end.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with _open_show(options, started) as show, _alongside(_fail_with(show.product)):
        well = await show.play() if options.plays else True
        if options.serve or not options.plays or (options.demo and sys.stdout.isatty()):
            await show.serve()
    return 0 if well else 1


@asynccontextmanager
async def _open_show(options: Options, started: float) -> AsyncIterator[Show]:
    world = World()
    cast = add_cast(world)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder(options.data))
        stage = await stack.enter_async_context(
            open_stage(world, cast.owner, cast.bot, faults=options.faults, port=options.port)
        )
        product = await stack.enter_async_context(
            open_product(stage, folder / "data", music=folder / "music")
        )
        async with _task_group() as tasks:
            tasks.create_task(product.login(cast.owner))
            # The child needs a second to import its libraries: time to make the music in.
            await product.is_started.wait()
            add_chats(world, cast)
            if options.music:
                await add_library(world, options.music)
        await product.start()
        yield Show(options, started, folder, stage, product, _transcript(options))


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is None:
        with tempfile.TemporaryDirectory(prefix="tad-sandbox-") as name:
            yield Path(name)
        return
    given.mkdir(parents=True, exist_ok=True)
    yield given.resolve()


def _transcript(options: Options) -> Transcript:
    if options.json:
        return Lines(sys.stdout)
    if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        columns, rows = shutil.get_terminal_size()
        return Terminal(sys.stdout, columns, rows)
    return Plain(sys.stdout)


@asynccontextmanager
async def _alongside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work`, which does not end by itself, for as long as the context lasts."""
    async with _task_group() as tasks:
        task = tasks.create_task(work)
        yield
        task.cancel()


@asynccontextmanager
async def _task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """Open a group whose first error comes out as itself."""
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def _fail_with(product: Product) -> None:
    raise await product.crashed()


def _all_well(report: dict[str, Any]) -> bool:
    return all(job["state"] == _WELL for job in report["jobs"])
