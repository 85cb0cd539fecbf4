"""The export that Telegram allows an account: one at a time, kept over restarts.

https://core.telegram.org/api/takeout: requests that are marked with it are slowed down less. It has
to be approved in another app of the account, or Telegram lets hours go by first.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telethon.tl.functions import InvokeWithTakeoutRequest
from telethon.tl.functions.account import (
    FinishTakeoutSessionRequest,
    InitTakeoutSessionRequest,
)

from downloader.errors import RefusedError, TakeoutRefusedError
from downloader.telegram.client import Client
from downloader.telegram.session import Session

log = structlog.get_logger(__name__)

_LARGEST_FILE = 4000 << 20  # bytes, of accounts with Premium


class Takeout:
    def __init__(self, client: Client, session: Session) -> None:
        self._client = client
        self._session = session
        self._changing = asyncio.Lock()

    @property
    def number(self) -> int | None:
        """What Telegram calls it; None while there is none."""
        number: int | None = self._session.takeout_id
        return number

    async def begin(self) -> None:
        """Ask for an export unless there is one.

        Raises TakeoutDelayedError, or TakeoutRefusedError when there will be none.
        """
        async with self._changing:
            if self.number is not None:
                return
            try:
                begun = await self._client.ask(_beginning())
            except RefusedError as error:
                raise TakeoutRefusedError(error.detail) from error
            await self._set(begun.id)
            log.info("takeout begun")

    async def end(self) -> None:
        """Tell Telegram that the export is over, if there is one."""
        async with self._changing:
            if self.number is None:
                return
            try:
                await self._client.ask(self.marked(FinishTakeoutSessionRequest(success=True)))
            except (RefusedError, TakeoutRefusedError) as error:
                log.info("takeout was over already", error=str(error))
            await self._set(None)
            log.info("takeout ended")

    async def ask(self, request: Any) -> Any:
        """Send within the export. Raises TakeoutRefusedError when it is over."""
        number = self.number
        try:
            return await self._client.ask(self.marked(request))
        except TakeoutRefusedError:
            await self.lose(number)
            raise

    def marked(self, request: Any) -> Any:
        """Return the request as one of the export, if there is one."""
        return request if self.number is None else InvokeWithTakeoutRequest(self.number, request)

    async def lose(self, number: int | None) -> None:
        """Go on without this one, of which Telegram knows nothing any more."""
        async with self._changing:
            if self.number is not None and self.number == number:
                await self._set(None)
                log.warning("takeout lost")

    async def _set(self, number: int | None) -> None:
        self._session.takeout_id = number
        await self._session.keep()


def _beginning() -> InitTakeoutSessionRequest:
    return InitTakeoutSessionRequest(
        message_users=True,
        message_chats=True,
        message_megagroups=True,
        message_channels=True,
        files=True,
        file_max_size=_LARGEST_FILE,
    )
