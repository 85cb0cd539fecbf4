"""The way to the Bot API: its address, a proxy, and patience with refusals."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

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
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import EditMessageText, GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp_socks import ProxyError

from downloader.clock import Clock

log = structlog.get_logger(__name__)

# Whoever polls or edits has a loop of its own: it knows what is newest when the wait is over.
_LEFT_ALONE = frozenset({GetUpdates.__api_method__, EditMessageText.__api_method__})
_TRIES = 4
_FIRST_PAUSE = 0.5
_LONGEST_REFUSAL = timedelta(minutes=15)


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
            except TelegramEntityTooLarge:
                raise
            except (TelegramNetworkError, TelegramServerError):
                pause = _FIRST_PAUSE * 2 ** (attempt - 1)
            pause += random.uniform(0, pause / 4)  # noqa: S311  # jitter is no secret
            log.warning("request put off", method=method.__api_method__, seconds=round(pause, 1))
            await self._clock.sleep(pause)
        return await make_request(bot, method)


class Session(AiohttpSession):
    """Reports a broken proxy as what it is for us, a network that does not work."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # the library's own signature
    ) -> TelegramType:
        try:
            return await super().make_request(bot, method, timeout)
        except (OSError, EOFError, ProxyError) as error:
            words = f"{type(error).__name__}: {error}"
            raise TelegramNetworkError(method=method, message=words) from error

    async def close(self) -> None:
        """Close at once where no TLS connection needs aiogram's quarter of a second."""
        if self._session is not None and not self.api.base.startswith("https:"):
            await self._session.close()
        await super().close()


@asynccontextmanager
async def open_bot(
    token: str, url: str, *, local: bool = False, proxy: str | None = None, clock: Clock
) -> AsyncIterator[Bot]:
    """Make a bot that speaks HTML to the Bot API server at `url`.

    `local` tells that this server shares our disk and lifts the size limits.
    """
    server = TelegramAPIServer.from_base(url, is_local=local)
    session = Session(proxy=proxy, api=server)
    session.middleware(Patience(clock))
    default = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    async with Bot(token, session=session, default=default) as bot:
        yield bot
