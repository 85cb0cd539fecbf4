"""Steps that no cancellation tears apart."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unbroken(steps: Coroutine[Any, Any, T]) -> T:
    """Take the steps to their end; a cancellation that comes in between goes on after them.

    Only for steps that end by themselves.
    """
    cut: asyncio.CancelledError | None = None
    async with asyncio.TaskGroup() as group:
        # In a task of its own, which nobody cancels; its errors stay out of the group.
        task = group.create_task(_outcome(steps))
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError as cancellation:
                cut = cancellation
    if cut is not None:
        raise cut
    result, error = task.result()
    if error is None:
        return result[0]
    try:
        raise error
    finally:
        del error, task  # else the frame and the error would keep each other alive


async def _outcome(steps: Coroutine[Any, Any, T]) -> tuple[list[T], Exception | None]:
    try:
        return [await steps], None
    except Exception as error:  # noqa: BLE001 - handed on to whoever waits
        return [], error
