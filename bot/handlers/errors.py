"""The last resort: an error becomes one line for the person, and for us a log line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import CallbackQuery, ErrorEvent, Message

from bot import deliverytexts, refusals, roletexts, texts, usages
from bot.characters import cut
from bot.denials import Denials
from bot.errors import (
    HiddenJobError,
    NotAllowedError,
    NotBelowError,
    NotYoursError,
    OutOfDateError,
    UndeliverableError,
    UsageError,
)
from bot.faces import bare
from bot.permissions import Permission
from downloader.errors import DownloaderError, TooManyPleasError
from storage.errors import ActedBeforeError, DatabaseBusyError, DiskFailure, FileGoneError
from storage.handling import current
from storage.query.errors import QueryError
from storage.record import What

log = structlog.get_logger(__name__)

_TOAST = 200  # https://core.telegram.org/bots/api#answercallbackquery


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


async def not_yours(event: ErrorEvent, denials: Denials) -> None:
    error = event.exception
    assert isinstance(error, NotYoursError)
    words = texts.NOT_YOURS
    if isinstance(error, HiddenJobError):
        words = texts.no_such_job(error.job_id)
    said = event.update.callback_query or event.update.message
    try:
        await _tell(event, words)
    finally:
        if said is not None and said.from_user is not None:
            await denials.denied(said.from_user.id, What.NOT_THEIRS)


async def not_allowed(event: ErrorEvent, denials: Denials) -> None:
    error = event.exception
    assert isinstance(error, NotAllowedError)
    log.info("not allowed", error=str(error))
    permission = error.permission.name.lower()
    try:
        await _tell(event, roletexts.not_allowed(error.permission))
    finally:
        await denials.denied(error.person.id, What.NOT_ALLOWED, permission=permission)


async def not_below(event: ErrorEvent, denials: Denials) -> None:
    assert isinstance(event.exception, NotBelowError)
    person, permission = event.exception.person, Permission.MANAGE.name.lower()
    try:
        await _tell(event, roletexts.only_below(person.role))
    finally:
        await denials.denied(person.id, What.NOT_ALLOWED, permission=permission)


async def too_many_pleas(event: ErrorEvent) -> None:
    assert isinstance(event.exception, TooManyPleasError)
    await _tell(event, texts.queue_full(event.exception.limit, event.exception.most_asked))


async def undeliverable(event: ErrorEvent) -> None:
    """Tell it in the chat: it is too long for what a press can show, and its wait is over."""
    assert isinstance(event.exception, UndeliverableError)
    log.info("not delivered", error=str(event.exception))
    query = event.update.callback_query
    message = event.update.message or (query.message if query else None)
    if isinstance(message, Message):
        await message.answer(deliverytexts.undeliverable(event.exception))


async def best_gone(event: ErrorEvent) -> None:
    """Tell that a recording was not merged: what would have been kept is not there."""
    log.info("nothing merged", error=str(event.exception))
    await _tell(event, texts.BEST_GONE)


async def not_looked_at(event: ErrorEvent) -> None:
    """Tell why a chat could not be looked at."""
    assert isinstance(event.exception, DownloaderError)
    log.info("not looked at", error=str(event.exception))
    await _tell(event, texts.not_looked_at(event.exception.reason))


async def acted_before(event: ErrorEvent) -> None:
    """Tell nobody: what came a second time was done and told the first time."""
    log.info("update came again", error=str(event.exception))


async def busy(event: ErrorEvent) -> None:
    log.warning("database busy", error=str(event.exception))
    await _tell(event, texts.BUSY)


async def unwritable(event: ErrorEvent) -> None:
    log.error("not stored", error=str(event.exception))
    await _tell(event, texts.UNWRITABLE)


async def unreachable(event: ErrorEvent) -> None:
    """Tell nobody: the bot was blocked, thrown out of the group, or the chat is gone."""
    _left_alone(event.exception)


async def too_often(event: ErrorEvent) -> None:
    """Tell what is asked to wait; what is not urgent has been waited out before."""
    assert isinstance(event.exception, TelegramRetryAfter)
    log.info("told to wait", seconds=event.exception.retry_after)
    await _tell(event, texts.pause(timedelta(seconds=event.exception.retry_after)))


async def apologise(event: ErrorEvent) -> None:
    error = event.exception
    if _is_of_nobody(error):
        _left_alone(error)
        return
    log.error("update failed", exc_info=error)
    try:
        await _tell(event, texts.BROKEN)
    except TelegramAPIError as refusal:
        log.warning("apology not delivered", error=str(refusal))
        if handling := current():
            handling.is_unheard = True


async def _tell(event: ErrorEvent, text: str) -> None:
    try:
        await _say(event, text)
    except TelegramAPIError as error:
        if not _is_of_nobody(error):
            raise
        _left_alone(error)


def _is_of_nobody(error: Exception) -> bool:
    """Tell whether it means that there is nobody any more who could be told."""
    if isinstance(error, TelegramBadRequest):
        return refusals.is_nobody(error)
    return isinstance(error, TelegramForbiddenError)


def _left_alone(error: Exception) -> None:
    log.info("chat unreachable", error=str(error))


async def _say(event: ErrorEvent, text: str) -> None:
    if event.update.message is not None:
        await event.update.message.answer(text)
    elif event.update.callback_query is not None:
        await _tell_who_pressed(event.update.callback_query, text)


async def _tell_who_pressed(query: CallbackQuery, text: str) -> None:
    """Answer the press, as plain text; one that cannot be answered any more is told in the chat."""
    if not await query.answer(cut(bare(text), _TOAST)) and query.message is not None:
        await query.message.answer(text)


EXPECTED: dict[type[Exception], Callable[..., Awaitable[None]]] = {
    ActedBeforeError: acted_before,
    UsageError: explain_usage,
    QueryError: explain_query,
    OutOfDateError: out_of_date,
    NotYoursError: not_yours,
    NotAllowedError: not_allowed,
    NotBelowError: not_below,
    TooManyPleasError: too_many_pleas,
    UndeliverableError: undeliverable,
    FileGoneError: best_gone,
    DownloaderError: not_looked_at,
    DatabaseBusyError: busy,
    DiskFailure: unwritable,
    TelegramForbiddenError: unreachable,
    TelegramRetryAfter: too_often,
}
