"""Reads the sentences of /watch. Pure: text in, values out.

The chat comes first, then in any order: a rhythm (`every 6h`, `daily 02:00`, `live`,
`cron "0 */4 * * *"`), `quiet` or `digest 20:00`, `between 02:00-06:00`, `max 5GB/day`,
`priority high`, `keep 500`, `backfill 200`, `topic 5`, `voice`, `comments`, a query, and what
`bot.actionwords` reads. What may have been meant for one of these and is none is a query all the
same: that is told (see `bot.watchhints`), not refused.

A sentence without a chat says what is usual. Where it is, `openly`, `max none`, `between any`,
`keep all`, `backfill none`, `priority normal` and `unfiltered` take parts of it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta

from bot import actionwords, commands, filters, watchguesses
from bot.characters import cleaned
from bot.errors import Usage, UsageError
from bot.measures import hours, is_within
from bot.retentionwords import with_limit
from downloader.rhythms import SHORTEST, is_cron
from storage.retention import Retention
from storage.watch import Notice, Priority, Rhythm, Rules

USUAL = Rhythm(every=timedelta(hours=6))
_LONGEST = timedelta(days=30)
_LONGEST_NUMBER = 3  # digits of one in a list; ids of chats have more
_NONE = "none"
_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"(\d{1,5})?\s*(m|h|d|w)(?:in(?:ute)?s?|ours?|rs?|ays?|eeks?)?", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_BYTES = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)(k|m|g|t)b(?:/day)?", re.IGNORECASE)
_SIZES = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """A chat to follow, by which rules, and how many of its newest tracks to begin with.

    `parts` are those of the query, all of which must fit; `words` those of them that may have been
    meant for something else. `keep` is how much of the chat is kept, None where all of it is. With
    `comments` the group is followed too in which its postings are discussed.
    """

    chat: str
    rules: Rules
    backfill: int = 0
    parts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    keep: Retention | None = None
    comments: bool = False


PLAIN = WatchOrder("", Rules(USUAL))


def watch(args: str | None, usual: WatchOrder = PLAIN) -> WatchOrder:
    """Read the arguments of /watch; what they do not say is as `usual`.

    Raises `UsageError`, or `QueryError` for its query.
    """
    words = iter(filters.parts(cleaned(args or "")))
    first = next(words, "")
    if not first:
        raise UsageError(Usage.NO_CHAT_TO_FOLLOW)
    chat = commands.one_chat(first)
    rules = replace(usual.rules, topic=chat.topic)
    return _with(replace(usual, chat=chat.chat, rules=rules), words)


def usual(text: str) -> WatchOrder:
    """Read a sentence without a chat: what holds for each. Raises as `watch` does."""
    words = [*filters.parts(cleaned(text))]
    if alone := next((word for word in words if word.lower() in _OF_ONE_CHAT), None):
        raise UsageError(Usage.OF_ONE_CHAT, alone)
    order = _with(PLAIN, iter(words))
    for word in order.words:  # nobody is asked whether that is meant
        if meant := watchguesses.meant(word, OPTIONS):
            raise UsageError(Usage.MISSPELT_OPTION, word, meant)
    return order


def altered(rules: Rules, text: str) -> Rules:
    """Return rules with what a text says of them. Raises as `watch` does."""
    return _with(replace(PLAIN, rules=rules), iter(filters.parts(text))).rules


def _with(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    said: dict[str, str] = {}
    query: list[str] = []
    for word in words:
        key = word.lower()
        if key not in OPTIONS:
            query.append(word)
            continue
        kind = _KINDS.get(key, key)
        if kind in said:
            raise UsageError(Usage.TWICE, word, said[kind])
        said[kind] = word
        if key in actionwords.READERS:
            order = replace(order, rules=actionwords.READERS[key](order.rules, words))
        else:
            order = _READERS[key](order, words)
    _check_hours(order.rules)
    if not query:
        return order
    text = filters.checked(" ".join(query))
    # Where one of several is enough, no part decides alone.
    parts = (text,) if any(one.lower() in {"or", "|"} for one in query) else tuple(query)
    plain = tuple(word for word in query if not _is_surely_of_query(word))
    return replace(order, rules=replace(order.rules, query=text), parts=parts, words=plain)


def _check_hours(rules: Rules) -> None:
    """Raise `UsageError` where it is to look daily at a time at which it may not."""
    at = rules.rhythm.daily
    if at is None or rules.hours is None:
        return
    if not is_within(at, rules.hours):
        raise UsageError(Usage.OUTSIDE_HOURS, f"{at:%H:%M}")


def chat(args: str) -> str | int:
    """Read the arguments of /unwatch: a chat, or the number at which /watches lists it."""
    word = cleaned(args)
    if not word:
        raise UsageError(Usage.WHICH_WATCH)
    number = word.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
        return int(number)
    return commands.one_chat(word).chat


def budget(word: str) -> int:
    """Read `5GB/day` as bytes. Raises `UsageError`."""
    match = _BYTES.fullmatch(word)
    if match is None or not float(match[1]):
        raise UsageError(Usage.BAD_BUDGET, word)
    return round(float(match[1]) * _SIZES[match[2].lower()])


def _is_surely_of_query(word: str) -> bool:
    return filters.is_of_query(word) or word.lower() in {"or", "|", "lossless"}


def _every(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "")
    if word.isdigit():
        word += next(words, "")
    match = _SPAN.fullmatch(word)
    if match is None:
        raise UsageError(Usage.BAD_RHYTHM, word)
    span = timedelta(seconds=int(match[1] or 1) * _UNITS[match[2].lower()])
    if not SHORTEST <= span <= _LONGEST:
        raise UsageError(Usage.BAD_RHYTHM, word)
    return _with_rhythm(order, Rhythm(every=span))


def _daily(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "")
    if word.lower() == "at":
        word = next(words, "")
    return _with_rhythm(order, Rhythm(daily=_time_of_day(word)))


def _cron(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    text = next(words, "").strip('"')
    if not is_cron(text):
        raise UsageError(Usage.BAD_CRON, text)
    return _with_rhythm(order, Rhythm(cron=text))


def _between(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "")
    if word.lower() == "any":
        return replace(order, rules=replace(order.rules, hours=None))
    try:
        span = hours(word)
    except ValueError:
        raise UsageError(Usage.BAD_HOURS, word) from None
    return replace(order, rules=replace(order.rules, hours=span))


def _max(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "")
    most = None if word.lower() == _NONE else budget(word)
    return replace(order, rules=replace(order.rules, most_a_day=most))


def _backfill(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "").lower()
    match word:
        case "all":
            return replace(order, backfill=commands.MOST)
        case "none" | "0":
            return replace(order, backfill=0)
        case _ if word.isascii() and word.isdigit() and int(word[:6]) <= commands.MOST:
            return replace(order, backfill=int(word))
        case _:
            raise UsageError(Usage.BAD_COUNT, word)


def _keep(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "")
    if word.lower() == "all":
        return replace(order, keep=None)
    keep = Retention()
    for limit in word.split(","):
        keep = with_limit(keep, limit)
    return replace(order, keep=keep)


def _topic(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "").removeprefix("#")
    if not (word.isascii() and word.isdigit() and 0 < len(word) <= 9):
        raise UsageError(Usage.BAD_TOPIC, word)
    return replace(order, rules=replace(order.rules, topic=int(word)))


def _live(order: WatchOrder, _words: Iterator[str]) -> WatchOrder:
    return _with_rhythm(order, Rhythm(is_live=True))


def _quiet(order: WatchOrder, _words: Iterator[str]) -> WatchOrder:
    return _with_notice(order, Notice.QUIET)


def _openly(order: WatchOrder, _words: Iterator[str]) -> WatchOrder:
    return _with_notice(order, Notice.BOARD)


def _digest(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "")
    if word.lower() == "at":
        word = next(words, "")
    return _with_notice(order, Notice.DIGEST, _time_of_day(word, Usage.BAD_DIGEST))


def _priority(order: WatchOrder, words: Iterator[str]) -> WatchOrder:
    word = next(words, "")
    if word.lower() not in set(Priority):
        raise UsageError(Usage.BAD_PRIORITY, word)
    return replace(order, rules=replace(order.rules, priority=Priority(word.lower())))


def _unfiltered(order: WatchOrder, _words: Iterator[str]) -> WatchOrder:
    return replace(order, rules=replace(order.rules, query=""), parts=(), words=())


def _voice(order: WatchOrder, _words: Iterator[str]) -> WatchOrder:
    return replace(order, rules=replace(order.rules, voice=True))


def _comments(order: WatchOrder, _words: Iterator[str]) -> WatchOrder:
    return replace(order, comments=True)


def _with_rhythm(order: WatchOrder, rhythm: Rhythm) -> WatchOrder:
    return replace(order, rules=replace(order.rules, rhythm=rhythm))


def _with_notice(order: WatchOrder, notice: Notice, at: time | None = None) -> WatchOrder:
    return replace(order, rules=replace(order.rules, notice=notice, digest_at=at))


def _time_of_day(word: str, wrong: Usage = Usage.BAD_TIME) -> time:
    match = _TIME.fullmatch(word)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise UsageError(wrong, word)
    return time(int(match[1]), int(match[2]))


# Of each of these one can be said.
_KINDS = {
    **dict.fromkeys(("every", "daily", "cron", "live"), "rhythm"),
    **dict.fromkeys(("quiet", "digest", "openly"), "notice"),
}
_OF_ONE_CHAT = frozenset({"topic", "voice", "comments", *actionwords.READERS})
_READERS = {
    "every": _every,
    "daily": _daily,
    "cron": _cron,
    "live": _live,
    "between": _between,
    "max": _max,
    "backfill": _backfill,
    "keep": _keep,
    "topic": _topic,
    "quiet": _quiet,
    "openly": _openly,
    "digest": _digest,
    "priority": _priority,
    "unfiltered": _unfiltered,
    "voice": _voice,
    "comments": _comments,
}
OPTIONS = (*_READERS, *actionwords.READERS)
