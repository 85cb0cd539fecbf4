"""The last resort: an error becomes one line for the person, and for us a log line."""

from __future__ import annotations

import structlog
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.types import ErrorEvent, Message

from bot import deliverytexts, texts, usages
from bot.errors import OutOfDateError, UndeliverableError, UsageError
from storage.errors import DatabaseBusyError, DiskFailure
from storage.query.errors import QueryError

log = structlog.get_logger(__name__)


async def explain_usage(event: ErrorEvent) -> None:
    assert isinstance(event.exception, UsageError)
    log.info("not understood", usage=event.exception.usage)
    await _tell(event, usages.usage(event.exception))


async def explain_query(event: ErrorEvent) -> None:
    assert isinstance(event.exception, QueryError)
    log.info("query not understood", wrong=event.exception.wrong)
    await _tell(event, usages.of_query(event.exception))


async def out_of_date(event: ErrorEvent) -> None:
    assert isinstance(event.exception, OutOfDateError)
    await _tell(event, texts.OUT_OF_DATE)


async def undeliverable(event: ErrorEvent) -> None:
    """Tell it in the chat: it is too long for what a press can show, and its wait is over."""
    assert isinstance(event.exception, UndeliverableError)
    log.info("not delivered", error=str(event.exception))
    query = event.update.callback_query
    message = event.update.message or (query.message if query else None)
    if isinstance(message, Message):
        await message.answer(deliverytexts.undeliverable(event.exception))


async def busy(event: ErrorEvent) -> None:
    log.warning("database busy", error=str(event.exception))
    await _tell(event, texts.BUSY)


async def unwritable(event: ErrorEvent) -> None:
    log.error("not stored", error=str(event.exception))
    await _tell(event, texts.UNWRITABLE)


async def unreachable(event: ErrorEvent) -> None:
    """Tell nobody: the bot was blocked, or thrown out of the group."""
    log.info("chat unreachable", error=str(event.exception))


async def apologise(event: ErrorEvent) -> None:
    log.error("update failed", exc_info=event.exception)
    try:
        await _tell(event, texts.BROKEN)
    except TelegramAPIError as error:
        log.warning("apology not delivered", error=str(error))


async def _tell(event: ErrorEvent, text: str) -> None:
    if event.update.message is not None:
        await event.update.message.answer(text)
    elif event.update.callback_query is not None:
        await event.update.callback_query.answer(text)


EXPECTED = {
    UsageError: explain_usage,
    QueryError: explain_query,
    OutOfDateError: out_of_date,
    UndeliverableError: undeliverable,
    DatabaseBusyError: busy,
    DiskFailure: unwritable,
    TelegramForbiddenError: unreachable,
}
