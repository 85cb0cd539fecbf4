"""The life of `python -m sandbox`: what it opens and starts, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import structlog

from sandbox.options import Options
from sandbox.product import Product, ProductError, open_product
from sandbox.seed.cast import Cast, add_cast
from sandbox.seed.demo import add_chats
from sandbox.seed.folder import add_library
from sandbox.show import Show, settings, task_group
from sandbox.stage import Stage, open_stage
from sandbox.summary import Earlier
from sandbox.world import World

_FAILED = 1
_SENSELESS = 2
_LAST_LINES = 5  # of the log, shown when the product ended by itself
_CONNECTED = 10.0  # seconds; over a slow line the conversation begins before


def put_on(options: Options, started: float) -> int:
    """Run the show and return the exit code."""
    # Unless told otherwise it logs to stdout, where the transcript goes.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    stays = options.serve or not options.plays or (options.demo and sys.stdout.isatty())
    try:
        return asyncio.run(_run(options, started, stays=stays))
    except ProductError as error:
        _complain(_told(error))
        return _FAILED
    except OSError as error:  # a port that is taken, a folder that cannot be written
        taken = error.errno == errno.EADDRINUSE
        hint = f"port {options.port} is in use (leave --port out for any free one)"
        _complain(hint if taken else str(error))
        return _SENSELESS if taken else _FAILED
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM
    except KeyboardInterrupt:
        return 0 if stays else 128 + signal.SIGINT


async def _run(options: Options, started: float, *, stays: bool) -> int:
    task = asyncio.current_task()
    assert task is not None
    # Without this the children would be left behind when we are asked to end.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    world = World()
    cast = add_cast(world)
    with _folder(options.data) as folder:
        async with open_stage(
            world, cast.owner, cast.bot, faults=options.faults, port=options.port
        ) as stage:
            _welcome(options, stage, stays=stays)
            if options.env:
                await _fill(stage, cast, options.music)
                print("\n".join(settings(stage, folder)), flush=True)
                await asyncio.Event().wait()
            async with _running(options, stage, cast, folder) as (product, earlier):
                show = Show(options, started, stage, product, earlier)
                return 0 if await show.run(stays=stays) else _FAILED


def _welcome(options: Options, stage: Stage, *, stays: bool) -> None:
    if options.env:
        what = "Ctrl-C stops"
    elif options.demo:
        what = "open it now; the conversation starts when the bot is up"
    else:
        what = "open it now; the bot is up in a few seconds"
    if options.demo or stays:
        print(f"Chat page: {stage.botapi.url}/  ({what})", file=options.notes, flush=True)


@asynccontextmanager
async def _running(
    options: Options, stage: Stage, cast: Cast, folder: Path
) -> AsyncIterator[tuple[Product, Earlier]]:
    """Sign the product in, start it and fill the world, much of that at once."""
    is_new = not (folder / "data").exists()
    async with open_product(stage, folder / "data", music=folder / "music") as product:
        connected = stage.faults.next_call("updates.getState")
        async with task_group() as tasks:
            tasks.create_task(product.login(cast.owner))
            if is_new:
                # As in two terminals: a product that runs takes a new login up by itself. An old
                # session would meet a Telegram that does not know it, so there the login is first.
                tasks.create_task(product.start())
            # The child needs a second to import its libraries: time to make the music in.
            await product.is_started.wait()
            await _fill(stage, cast, options.music)
        if is_new:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CONNECTED):
                    await connected.wait()
            earlier = Earlier()
        else:
            earlier = Earlier.of(await product.jobs())
            await product.start()
        yield product, earlier


async def _fill(stage: Stage, cast: Cast, music: Path | None) -> None:
    add_chats(stage.world, cast)
    if music:
        await add_library(stage.world, music)
    stage.botapi.page.show_chats()


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    """Give a folder for `data` and `music`; of one that is thrown away the log of a crash stays."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="tad-sandbox-") as name:
        try:
            yield Path(name)
        except ProductError as error:
            if error.log_file:
                error.log_file = Path(shutil.copy(error.log_file, f"{name}.log"))
            raise


def _told(error: ProductError) -> str:
    who = "the product" if error.what == "tad run" else f"`{error.what}`"
    if error.killed_by:
        return f"{who} was killed (signal {error.killed_by}); its log is {error.log_file}"
    how = "took too long to start" if error.code is None else f"ended by itself ({error.code})"
    last = "".join(f"\n  {line}" for line in error.log.splitlines()[-_LAST_LINES:])
    return f"{who} {how}; its log is {error.log_file} and ends with:{last}"


def _complain(line: str) -> None:
    print(f"python -m sandbox: {line}", file=sys.stderr)
