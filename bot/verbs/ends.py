"""What the doctor asks over the network: both ends of Telegram, our clock by them, databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from bot.settings import Settings
from bot.verbs.access import telegram_access
from bot.verbs.checks import Finding, fine, warning, wrong
from bot.verbs.databases import databases
from bot.verbs.refusals import refusal
from downloader.clock import Clock
from downloader.errors import DownloaderError
from downloader.telegram.access import Access
from downloader.telegram.check import reach

_UNREACHABLE = (
    aiohttp.ClientError, OSError, ProxyConnectionError, ProxyError, ProxyTimeoutError, ValueError,
)  # fmt: skip
_PATIENCE = aiohttp.ClientTimeout(total=15)
# Telegram refuses messages from further off (https://core.telegram.org/mtproto/description).
_MOST_AHEAD = timedelta(seconds=30)
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


async def far(settings: Settings) -> AsyncIterator[Finding]:
    async for finding in _telegram(settings, telegram_access(settings)):
        yield finding
    async for finding in databases(settings, Clock()):
        yield finding


async def _telegram(settings: Settings, access: Access) -> AsyncIterator[Finding]:
    bot = await bot_api(settings)
    yield bot
    if bot.well:
        yield await inline_mode(settings)
    if bot.well and settings.storage_chat is not None:
        yield await storage_chat(settings, settings.storage_chat)
    try:
        reached = await reach(access)
    except DownloaderError as error:
        yield wrong("Telegram", refusal(error))
        yield clock(datetime.now(UTC), None)
        return
    yield fine("Telegram", f"data centre {reached.dc}")
    yield clock(datetime.now(UTC), reached.clock_ahead)


def clock(now: datetime, ahead: timedelta | None) -> Finding:
    """Judge our clock by Telegram's, or, where that is not known, by common sense."""
    if ahead is None:
        judged = fine if now >= _EARLIEST else wrong
        return judged("clock", f"it says {now:%Y-%m-%d %H:%M} UTC")
    seconds = int(abs(ahead).total_seconds())
    side = "ahead of" if ahead > timedelta() else "behind"
    if abs(ahead) <= _MOST_AHEAD:
        return fine("clock", f"{seconds} s {side} Telegram's" if seconds else "right")
    return wrong("clock", f"{seconds} s {side} Telegram's: set it right, for example by NTP")


async def bot_api(settings: Settings) -> Finding:
    """Ask the bot for its name. The address holds the token, so no error text is passed on."""
    what = "Bot API"
    server = str(settings.bot_api_url).rstrip("/")
    try:
        status, body = await _asked(settings, "getMe")
    except _UNREACHABLE as error:
        hint = f"{server} cannot be reached ({type(error).__name__}): check the network"
        return wrong(what, f"{hint}, BOT_API_URL and BOT_PROXY")
    if status in {401, 404}:
        return wrong(what, "BOT_TOKEN is not valid: ask @BotFather for it again")
    name = _name(body)
    if name is None:
        return wrong(what, f"{server} does not answer as a Bot API server does ({status})")
    return fine(what, f"@{name}")


async def inline_mode(settings: Settings) -> Finding:
    """Tell whether people may search from any chat, which only @BotFather can allow."""
    what = "inline mode"
    try:
        _, body = await _asked(settings, "getMe")
    except _UNREACHABLE as error:
        return warning(what, f"cannot be asked for ({type(error).__name__})")
    match body:
        case {"ok": True, "result": {"supports_inline_queries": True}}:
            return fine(what, "on")
    hint = "off, so tracks cannot be found from other chats: send @BotFather /setinline"
    return warning(what, f"{hint}, and /setinlinefeedback to count what is chosen")


async def storage_chat(settings: Settings, chat_id: int) -> Finding:
    """Ask whether the bot is in the chat; whether it may post there shows when it does."""
    what = "storage chat"
    try:
        _, body = await _asked(settings, "getChat", chat_id=str(chat_id))
    except _UNREACHABLE as error:
        return wrong(what, f"cannot be asked for ({type(error).__name__})")
    match body:
        case {"ok": True, "result": {"title": str(title)}}:
            return fine(what, title)
        case {"ok": True, "result": {"type": "private"}}:
            return fine(what, "a private chat; a channel of its own would disturb nobody")
    hint = f"{chat_id}: the bot is not in this chat: make it an administrator there"
    return wrong(what, f"{hint}, or correct STORAGE_CHAT")


async def bot_name(settings: Settings) -> str | None:
    """Return the name of the bot without `@`, None where it cannot be asked for."""
    try:
        _, body = await _asked(settings, "getMe")
    except _UNREACHABLE:
        return None
    return _name(body)


async def _asked(settings: Settings, method: str, **parameters: str) -> tuple[int, object]:
    """Return the status and the body of what the Bot API answers."""
    server = str(settings.bot_api_url).rstrip("/")
    address = f"{server}/bot{settings.bot_token.get_secret_value()}/{method}"
    async with (
        aiohttp.ClientSession(connector=_connector(settings), timeout=_PATIENCE) as session,
        session.get(address, params=parameters) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


def _connector(settings: Settings) -> aiohttp.BaseConnector | None:
    proxy = settings.bot_proxy
    return ProxyConnector.from_url(proxy.get_secret_value()) if proxy else None


def _name(body: object) -> str | None:
    match body:
        case {"ok": True, "result": {"username": str(name)}}:
            return name
        case _:
            return None
