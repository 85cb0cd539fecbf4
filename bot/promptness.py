"""Answers at once: what takes longer than a moment is announced first, and told when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery

from bot import texts
from bot.errors import OutOfDateError
from downloader.clock import Clock

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

_MOMENT = 0.5  # seconds


async def pressed_promptly(
    query: CallbackQuery,
    act: Awaitable[Result | None],
    clock: Clock,
    told: Callable[[Result], str] | None = None,
) -> Result:
    """Answer the press when it is done, or after a moment: many files may have to be moved.

    Raises `OutOfDateError` when nothing was left to do: what shows what the first of two presses
    did is not to be changed by the second.
    """

    async def something() -> Result:
        result = await act
        if result is None:
            raise OutOfDateError
        return result

    return await answered_promptly(query, something(), clock, told)


async def answered_promptly(
    query: CallbackQuery,
    act: Awaitable[Result],
    clock: Clock,
    told: Callable[[Result], str] | None = None,
    moment: float = _MOMENT,
) -> Result:
    """Do the same where there need not be anything to do, after a `moment` in seconds."""
    said = False

    async def announce() -> None:
        nonlocal said
        said = True
        await query.answer(texts.A_MOMENT)

    result = await promptly(act, announce, clock, moment)
    if not said:
        await query.answer(told(result) if told else None)
    return result


async def promptly(
    act: Awaitable[Result],
    announce: Callable[[], Awaitable[object]],
    clock: Clock,
    moment: float = _MOMENT,
) -> Result:
    """Return what comes of `act`; announce it when it takes longer than a `moment` in seconds.

    An announcement that cannot be delivered does not hinder the act.
    """

    async def after_a_moment() -> None:
        await clock.sleep(moment)
        try:
            await announce()
        except TelegramAPIError as error:
            log.info("announcement not delivered", error=str(error))

    try:
        async with asyncio.TaskGroup() as tasks:
            announcing = tasks.create_task(after_a_moment())
            try:
                return await act
            finally:
                announcing.cancel()
    except ExceptionGroup as errors:
        raise _first(errors) from errors


def _first(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
