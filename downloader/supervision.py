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
        try:
            await step()
        except Exception:
            log.exception("loop stumbled")
            await clock.sleep(_BREATH)
