"""The way to the Bot API: its address, a proxy, and patience with refusals."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetUpdates,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

from bot import refusals
from bot.faces import fitting
from downloader.clock import Clock

log = structlog.get_logger(__name__)

# Whoever polls or edits has a loop of its own: it knows what is newest when the wait is over.
_LEFT_ALONE = frozenset({GetUpdates.__api_method__, EditMessageText.__api_method__})
_TRIES = 4
_FIRST_PAUSE = 0.5
_LONGEST_REFUSAL = timedelta(minutes=15)

# Besides the library's own: a proxy that is away, silent or breaks off, and what a page that is no
# answer brings, such as letters of another encoding, an encoding that is none, or a redirect to an
# empty host.
_BROKEN_WAYS = (
    *(OSError, EOFError, ProxyConnectionError, ProxyTimeoutError, ProxyError),
    *(UnicodeError, LookupError),
)


class Patience(BaseRequestMiddleware):
    """Waits out 429, and tries again a few times after 5xx and broken connections.

    A request that was accepted before its connection broke may then act twice: a message can
    repeat, but never vanishes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if method.__api_method__ in _LEFT_ALONE:
            return await make_request(bot, method)
        for attempt in range(1, _TRIES):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                pause = float(max(1, error.retry_after))
                if pause > _LONGEST_REFUSAL.total_seconds():
                    raise
                tell = log.warning
            except TelegramEntityTooLarge:
                raise
            except (TelegramNetworkError, TelegramServerError):
                pause = _FIRST_PAUSE * 2 ** (attempt - 1)
                tell = log.debug  # the polling meets it too, and says it in words
            pause += random.uniform(0, pause / 4)  # noqa: S311  # jitter is no secret
            tell("request put off", method=method.__api_method__, seconds=round(pause, 1))
            await self._clock.sleep(pause)
        return await make_request(bot, method)


class LatePresses(BaseRequestMiddleware):
    """Gives False where a press cannot be answered: it has its answer, or waited too long for one.

    So does every press while the bot was away. What it asked for is done all the same, to the end.
    """

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as error:
            if not (isinstance(method, AnswerCallbackQuery) and refusals.is_answered(error)):
                raise
            log.info("press not answered", error=error.message)
            return False  # type: ignore[return-value]  # it is the result that the library hands on


class Shortening(BaseRequestMiddleware):
    """Sends of what is too long for one message what one has room for: what people write may be."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        text = method.text if isinstance(method, SendMessage | EditMessageText) else None
        short = None if text is None else fitting(text)
        if short == text:
            return await make_request(bot, method)
        log.warning("message shortened", method=method.__api_method__)
        return await make_request(bot, method.model_copy(update={"text": short}))


class Session(AiohttpSession):
    """Reports all that is no answer of a Bot API server as a network that does not work.

    Portals, proxies and balancers on the way answer in its place, with pages of their own.
    """

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # the library's own signature
    ) -> TelegramType:
        try:
            return await super().make_request(bot, method, timeout)
        except _BROKEN_WAYS as error:
            words = f"{type(error).__name__}: {error}"
            raise TelegramNetworkError(method=method, message=words) from error

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        _kept(method.__returning__)
        try:
            response = super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if _is_answer(error.data):
                raise
            raise _no_answer(method, status_code) from error
        except TypeError as error:  # the library looks for words in an error that has none
            raise _no_answer(method, status_code) from error
        if response.result is None:
            raise _no_answer(method, status_code)
        return response

    async def close(self) -> None:
        """Close at once where no TLS connection needs aiogram's quarter of a second."""
        if self._session is not None and not self.api.base.startswith("https:"):
            await self._session.close()
        await super().close()


@cache
def _kept(result: Any) -> type[Response[Any]]:
    """Keep the type that aiogram makes for each kind of answer.

    Pydantic holds on to it no longer than anybody else, and builds it anew for a later answer.
    """
    return Response[result]


def _is_answer(data: Any) -> bool:
    return isinstance(data, dict) and "ok" in data


def _no_answer(method: TelegramMethod[TelegramType], status_code: int) -> TelegramNetworkError:
    return TelegramNetworkError(method=method, message=f"no answer of a Bot API ({status_code})")


@asynccontextmanager
async def open_bot(
    token: str, url: str, *, local: bool = False, proxy: str | None = None, clock: Clock
) -> AsyncIterator[Bot]:
    """Make a bot that speaks HTML to the Bot API server at `url`.

    `local` tells that this server shares our disk and lifts the size limits.
    """
    server = TelegramAPIServer.from_base(url, is_local=local)
    async with bot_with(Session(proxy=proxy, api=server), token, clock) as bot:
        yield bot


def bot_with(session: Session, token: str, clock: Clock) -> Bot:
    """Make the bot that speaks through this session, and is to be closed."""
    for middleware in (Patience(clock), LatePresses(), Shortening()):
        session.middleware(middleware)
    default = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    return Bot(token, session=session, default=default)
