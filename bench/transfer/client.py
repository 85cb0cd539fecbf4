"""The process of one client: it fetches what its input says, and tells how that went."""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import structlog

from bench.transfer.child import Words, orders, say
from bench.transfer.contender import Contender, Site

# Imported only by the process that runs it: each shall weigh what it weighs alone.
CONTENDERS = {
    "ours": "ours:open_ours",
    "telethon": "with_telethon:open_telethon",
    "telethon 512 KiB": "with_telethon:open_telethon_512",
    "kurigram": "with_kurigram:open_kurigram",
    "several senders": "senders:open_senders",
    "tdl-like": "senders:open_tdl_like",
    "bare reader": "bare:open_bare",
    "product": "product:open_product",
}
_RESET_PEAK = "5"  # https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html


async def race(name: str) -> None:
    """Sign in as the first order says, then fetch as the others say."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    lines = orders()
    say({})
    with tempfile.TemporaryDirectory(prefix="tad-race-") as folder:
        site = Site.read(await anext(lines), Path(folder))
        async with opener(name)(site) as contender:
            say({})
            async for order in lines:
                say(await (brave if "each" in order else run)(contender, order))


def opener(name: str) -> Callable[[Site], AbstractAsyncContextManager[Contender]]:
    module, _, function = CONTENDERS[name].partition(":")
    found: Callable[[Site], AbstractAsyncContextManager[Contender]] = getattr(
        importlib.import_module(f"bench.transfer.{module}"), function
    )
    return found


async def brave(contender: Contender, order: Words) -> Words:
    """Fetch files to which something happens; tell of each how that ended, and never fail."""
    messages = order["messages"]
    await contender.look_up(messages)
    ends: dict[int, str] = {}
    left = iter(messages)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(order["at_once"]):
            tasks.create_task(_each(contender, left, ends, order["each"]))
    return {"ends": [ends[message] for message in messages]}


async def _each(
    contender: Contender, left: Iterator[int], ends: dict[int, str], each: float
) -> None:
    for message in left:
        try:
            async with asyncio.timeout(each):
                await contender.fetch(message, keep=True)
            ends[message] = await contender.digest(message) or "nothing"
        except TimeoutError:
            ends[message] = "hung"
        except Exception as error:  # noqa: BLE001  # clients fail as they like
            traceback.print_exc()
            ends[message] = f"failed: {type(error).__name__}"


async def run(contender: Contender, order: Words) -> Words:
    """Fetch some files, so many at once; only the fetching itself is timed."""
    messages, keep = order["messages"], order["keep"]
    async with asyncio.timeout(order["within"]):
        await contender.look_up(messages)
        words = await _timed(contender, messages, order["at_once"], keep=keep)
    digests = [await contender.digest(message) for message in messages] if keep else []
    return words | {"digests": digests} | contender.facts(order["size"])


async def _timed(
    contender: Contender, messages: Sequence[int], at_once: int, *, keep: bool
) -> Words:
    gc.collect()
    idle = _forget_peak()
    finishes: list[float] = []
    cpu, begin = time.process_time(), time.perf_counter()
    left = iter(messages)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(_fetch(contender, left, finishes, keep=keep))
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    return {
        "seconds": seconds,
        "cpu": cpu,
        "finishes": [at - begin for at in finishes],
        "idle": idle,
        "peak": _memory("VmHWM"),
    }


async def _fetch(
    contender: Contender, left: Iterator[int], finishes: list[float], *, keep: bool
) -> None:
    for message in left:
        await contender.fetch(message, keep=keep)
        finishes.append(time.perf_counter())


def _forget_peak() -> float:
    """Let the peak be what is resident now, and return that in MiB."""
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    return _memory("VmRSS")


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1]))
