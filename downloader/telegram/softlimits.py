"""What Telegram asks programs to keep to, though it enforces nothing of it."""

from __future__ import annotations

from typing import Any

import structlog
from telethon.tl.functions.help import GetAppConfigRequest
from telethon.tl.types import JsonNumber, JsonObject
from telethon.tl.types.help import AppConfig

from downloader.errors import DownloaderError
from downloader.seats import SeatLimits
from downloader.telegram.client import Client

log = structlog.get_logger(__name__)

# https://core.telegram.org/api/config#client-configuration
_SMALL, _LARGE = (
    "small_queue_max_active_operations_count",
    "large_queue_max_active_operations_count",
)
_MOST = 32


async def seat_limits(client: Client) -> SeatLimits:
    """Ask how many documents may come from one data centre at once.

    For that no download need fail: where there is no answer, the usual one is taken.
    """
    try:
        answer = await client.ask(GetAppConfigRequest(hash=0))
    except DownloaderError as error:
        log.info("soft limits are not known", error=str(error))
        return SeatLimits()
    return read(answer)


def read(answer: Any) -> SeatLimits:
    """Read them out of `help.appConfig`; what is missing or makes no sense is as usual."""
    usual = SeatLimits()
    if not isinstance(answer, AppConfig) or not isinstance(answer.config, JsonObject):
        return usual
    told = {one.key: one.value for one in answer.config.value}
    return SeatLimits(_count(told.get(_SMALL), usual.small), _count(told.get(_LARGE), usual.large))


def _count(value: Any, usual: int) -> int:
    if isinstance(value, JsonNumber) and value.value >= 1:
        return int(min(value.value, _MOST))
    return usual
