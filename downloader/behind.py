"""What a watch asks its chat for: what lies behind the message that it has seen last. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from storage.models import Audio, Chat, Order, Request
from storage.stretch import Looked, Stretch
from storage.watch import Rules, Seen, Watch

AT_ONCE = 1000  # postings that one run orders: the next one goes on behind them
_NEXT = timedelta(seconds=1)  # in which Telegram tells times


def name_of(watch: Watch) -> str:
    """Return by what a chat is found that was found before: its number, if it was renamed since."""
    return watch.name if watch.chat is None else str(watch.chat.id)


def asking(name: str, rules: Rules, limit: int) -> Request:
    return replace(rules.asking(name, limit), order=Order.OLDEST)


def news_of(watch: Watch) -> Request:
    """Ask for what was posted since the last look."""
    return _behind(asking(name_of(watch), watch.rules, AT_ONCE), watch)


def _behind(request: Request, watch: Watch) -> Request:
    if watch.seen is None:
        return request
    if watch.seen.message_id is not None:
        return replace(request, first_id=watch.seen.message_id + 1)
    return replace(request, since=watch.seen.posted_at + _NEXT)


def ordering(watch: Watch, taken: Sequence[Audio]) -> Request | None:
    if not taken:
        return None
    news = replace(news_of(watch), limit=len(taken), watch=watch.id)
    seen = seen_to(taken[-1])
    if seen.message_id is not None:
        return replace(news, last_id=seen.message_id)
    return replace(news, until=seen.posted_at + _NEXT)


def seen_to(last: Audio) -> Seen:
    return Seen(last.message_id if last.account is None else None, last.posted_at)


def looked_to(seen: Seen | None, watch: Watch, chat: Chat) -> Looked | None:
    """Tell which messages were looked at since the last time, where all number them alike."""
    before = watch.seen
    if seen is None or seen.message_id is None or (before and before.message_id is None):
        return None
    first = before.message_id + 1 if before and before.message_id else 1
    read = Stretch(first, seen.message_id)
    return Looked(chat.id, read, watch.rules.topic, voice=watch.rules.voice)
