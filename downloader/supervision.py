"""Keeps the loops of the engine going: one of its few places that catch every error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from downloader.clock import Clock

log = structlog.get_logger(__name__)

_BREATH = 5.0


async def keep_going(
    step: Callable[[], Awaitable[None]], clock: Clock, closing: asyncio.Event
) -> None:
    """Take the step again and again; after an error, once it has calmed down.

    What comes here is a database that cannot be written, or a mistake of ours. `closing` says
    that the task was cancelled, in case an error has taken the place of the cancellation.
    """
    while not closing.is_set():
        await _stumbling(step, clock)


async def until_done(
    step: Callable[[], Awaitable[None]], clock: Clock, closing: asyncio.Event
) -> None:
    """Take the step until it succeeds once, with the same patience."""
    over = asyncio.Event()

    async def once() -> None:
        await step()
        over.set()

    while not (over.is_set() or closing.is_set()):
        await _stumbling(once, clock)


async def _stumbling(step: Callable[[], Awaitable[None]], clock: Clock) -> None:
    try:
        await step()
    except Exception:
        log.exception("loop stumbled")
        await clock.sleep(_BREATH)
