from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from typing import Any

import pytest

from bench.virtual.loop import StuckError, VirtualLoop

DAY = 86_400.0


def run(main: Coroutine[Any, Any, Any], seed: int = 1) -> Any:
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(seed)) as runner:
        return runner.run(main)


async def slept(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return asyncio.get_running_loop().time()


def test_time_passes_only_while_everybody_waits() -> None:
    assert DAY <= run(slept(DAY)) < DAY + 1


def test_who_waits_for_nothing_at_all_is_found() -> None:
    with pytest.raises(StuckError, match="everybody waits"):
        run(asyncio.Event().wait())


def test_who_never_rests_is_found() -> None:
    async def run_in_a_circle() -> None:
        for _ in itertools.count():
            await asyncio.sleep(0)

    with pytest.raises(StuckError, match="never rests"):
        run(run_in_a_circle())


def test_what_a_thread_would_do_takes_a_while_that_the_seed_draws() -> None:
    async def called() -> tuple[int, float]:
        result = await asyncio.to_thread(len, "abc")
        return result, asyncio.get_running_loop().time()

    first, again, other = run(called(), 1), run(called(), 1), run(called(), 2)

    assert first == again
    assert first[0] == other[0] == 3
    assert first[1] != other[1]


def test_what_is_to_be_done_can_be_made_to_fail() -> None:
    async def called() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)

        def fail(step: str) -> None:
            raise OSError(step)

        loop.interfere = fail
        await asyncio.to_thread(len, "abc")

    with pytest.raises(OSError, match="len"):
        run(called())
