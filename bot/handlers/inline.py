"""Inline mode: tracks for any chat while people type, and what they choose of them."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import ChosenInlineResult, InlineQuery

from bot import inline, media
from bot.inline import Offer
from bot.offering import Offering
from bot.storagechat import StorageChat
from downloader.clock import Clock
from storage.models import Person
from storage.store import Store

log = structlog.get_logger(__name__)

_CACHED = 5  # seconds; in a moment there may be more, and cards may have become playable


async def offer(
    query: InlineQuery,
    bot: Bot,
    person: Person,
    store: Store,
    offering: Offering,
    storage_chat: StorageChat,
) -> None:
    found = await offering.offer(query.query, inline.offset(query.offset), person.id)
    try:
        await _answer(query, found, bot)
    except TelegramBadRequest as error:
        if not (found.files and media.is_refusal(error.message)):
            log.info("inline query not answered", error=error.message)  # it waited for too long
            return
        # Which one is not told.
        log.info("file ids refused", tracks=list(found.files), error=error.message)
        for track_id in found.files:
            await store.sent_files.forget(bot.id, track_id)
        found = found.unsent()
        await _answer(query, found, bot)
    storage_chat.want(found.cards)


async def chosen(result: ChosenInlineResult, store: Store, clock: Clock) -> None:
    track_id = inline.chosen(result.result_id)
    if track_id is not None and await store.catalog.get(track_id) is not None:
        await store.plays.count(track_id, clock.now())


async def _answer(query: InlineQuery, found: Offer, bot: Bot) -> None:
    await query.answer(
        list(inline.results(found, (await bot.me()).username or "")),
        cache_time=_CACHED,
        is_personal=True,
        next_offset=found.next.written() if found.next else "",
        button=None if query.offset else inline.button(found, query.query),
    )
