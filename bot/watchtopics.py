"""Asks Telegram whether the topic of a forum is there that is to be followed."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Usage, UsageError
from bot.watchwords import WatchOrder
from downloader.errors import NoForumError
from downloader.source import Onlooker
from downloader.watching import Watcher


async def titled(order: WatchOrder, watcher: Watcher, source: Onlooker) -> WatchOrder:
    """Return an order that knows what its topic is called.

    Raises `UsageError` where there is no such topic, and `downloader.errors`.
    """
    number = order.rules.topic
    if number is None:
        return order
    chat = await watcher.chat(order.chat)
    name = chat.title or order.chat
    try:
        title = await source.topic(chat, number)
    except NoForumError as error:
        raise UsageError(Usage.NO_FORUM, name) from error
    if title is None:
        raise UsageError(Usage.NO_TOPIC, str(number), name)
    return replace(order, rules=replace(order.rules, topic_title=title))
