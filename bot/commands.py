"""Reads what people write: commands, links and forwarded posts. Pure: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import filters, links
from bot.characters import cleaned
from bot.errors import Usage, UsageError
from bot.links import Link
from storage.models import Order, Request
from storage.query.dates import moment
from storage.query.tree import Ago, Midnight, moment_at

USUAL = 10
MOST = 10_000
MOST_LINKS = 50
# More tracks than this are asked for once more, with a button.
UNASKED = 1000
# Telegram began in 2013, and the 32 bits of its seconds end in January 2038.
YEARS = range(2013, 2038)

_CHAT_ID = re.compile(r"-[1-9]\d{3,13}", re.ASCII)
_FROM = re.compile(r"(?<!\S)from\s+(?:the\s+)?(oldest|newest)(?!\S)", re.IGNORECASE)
_DATES = re.compile(r"(?<!\S)(since|until)(?::\s*|\s+)(?=\d|today|yesterday)", re.IGNORECASE)
_RANGE = re.compile(r"\d+[-–]\d+", re.ASCII)
_NAMED = re.compile(r"[a-z]+:[\w-]*", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
# A number in some way of writing; `2pac` and `80s` are words.
_NUMBERISH = re.compile(
    r"[-+]?\W?[\d½¼¾][\d\W_½¼¾]*(?:e[-+]?\d+)?|0x[\da-f]+|nan|[-+]?inf(inity)?", re.IGNORECASE
)
_COMMAND = re.compile(r"(?:download|dl)\s+(?=\S*[@./])(.*)", re.IGNORECASE | re.DOTALL)
_DATED = ("since:", "until:", "from:")
_WORDS = frozenset({"all", "voice", "takeout", "oldest", "newest"})
_AROUND = "<>()[]{}«»„“”\"'`,;!"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for. `left_out` counts the links beyond the first `MOST_LINKS`."""

    requests: tuple[Request, ...]
    left_out: int = 0

    @property
    def tracks(self) -> int:
        return sum(request.limit for request in self.requests)

    @property
    def is_large(self) -> bool:
        return self.tracks > UNASKED


@dataclass(frozen=True, slots=True)
class _Options:
    """What stands behind the chats in a command; a limit of None was not said."""

    limit: int | None = None
    order: Order = Order.NEWEST
    since: datetime | None = None
    until: datetime | None = None
    first_id: int | None = None
    last_id: int | None = None
    voice: bool = False
    takeout: bool = False
    query: str = ""


def download(args: str | None, now: datetime) -> Asked:
    """Read the arguments of /download, as in `@group 10 from oldest duration>3m -remix`.

    What it says of days (`since:yesterday`) is seen from `now`. Behind the chats, what is no option
    is a query. Raises `QueryError` where that cannot be read.
    """
    return _read(list(filters.parts(_joined(args or ""))), now, may_filter=True)


def _read(words: Sequence[str], now: datetime, *, may_filter: bool) -> Asked:
    if not words:
        raise UsageError(Usage.NO_CHAT)
    if _target(words[0]) is None:
        raise UsageError(Usage.NO_CHAT if _NUMBERISH.fullmatch(words[0]) else Usage.NOT_A_LINK)
    targets: list[Link] = []
    options = _Options()
    query: list[str] = []
    for word in words:
        target = None if _is_option(word, behind=bool(targets)) else _target(word)
        if target:
            targets.append(target)
        elif may_filter and _is_of_query(word):
            query.append(word)
        else:
            options = _with(options, word, now)
    options = replace(options, query=filters.checked(" ".join(query)))
    if options.since and options.until and options.since >= options.until:
        raise UsageError(Usage.NO_DAYS)
    return _asked(targets, options)


def plain(text: str, now: datetime, hidden: Collection[str] = ()) -> Asked:
    """Read a message that is no command; `hidden` are the links behind its words.

    What follows a chat, or a link, may say more, as in a command. Links to other places are passed
    over, unless there is nothing else.
    """
    if command := _COMMAND.match(cleaned(text)):
        return download(command[1], now)
    if cleaned(text).lstrip(_AROUND).startswith("@"):
        return _read(_joined(text).split(), now, may_filter=False)
    if not hidden:
        with suppress(UsageError):
            return _read(_joined(text).split(), now, may_filter=False)
    targets: list[Link] = []
    elsewhere: UsageError | None = None
    for link in linked(text, hidden):
        try:
            targets.append(links.read(link))
        except UsageError as error:
            if error.usage is not Usage.ELSEWHERE:
                raise
            elsewhere = error
    if not targets:
        raise elsewhere or UsageError(Usage.PLAIN_TEXT)
    return _asked(targets, _Options())


def linked(text: str, hidden: Collection[str] = ()) -> list[str]:
    """Return the links in a text and behind its words, each once."""
    words = [word.strip(f"{_AROUND}.:") for word in cleaned(text).split()]
    return list(dict.fromkeys([*filter(links.looks_like_one, words), *hidden]))


def forwarded(posting: Link) -> Asked:
    """Ask for the one posting that was forwarded."""
    return _asked([posting], _Options())


def job_number(args: str | None) -> int | None:
    """Read the number of a job, as in `/retry 12`; None when nothing was said."""
    word = cleaned(args or "").removeprefix("#")
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) <= 15):
        raise UsageError(Usage.BAD_JOB, word)
    return int(word)


def asked_about(args: str) -> Link | int:
    """Read what /why is about: a link to one message, or the number of a job."""
    words = cleaned(args).split()
    if len(words) != 1:
        raise UsageError(Usage.NOT_ONE_POSTING)
    number = words[0].removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= 15:
        return int(number)
    return one_posting(words[0])


def one_chat(word: str) -> Link:
    """Read the name of a chat, or a link to it, to a topic or to a message of it."""
    link = _target(word)
    if link is None:
        raise UsageError(Usage.NOT_A_CHAT, word) if word else UsageError(Usage.NO_CHAT)
    return replace(link, first=None, last=None)


def one_posting(word: str) -> Link:
    """Read a link to exactly one message."""
    link = _target(word)
    if link is None or not _is_one(link):
        raise UsageError(Usage.NOT_ONE_POSTING)
    return link


def is_all(args: str | None) -> bool:
    return cleaned(args or "").lower() == "all"


def _joined(args: str) -> str:
    """Make `from oldest` and `since 2024` each one word."""
    return _DATES.sub(r"\1:", _FROM.sub(r"\1", cleaned(args)))


def _is_option(word: str, *, behind: bool) -> bool:
    """Tell whether a word is no chat; `behind` one, fewer things can be one."""
    if word.lower().startswith(_DATED):
        return True
    return behind and (
        _CHAT_ID.fullmatch(word) is not None
        or _NAMED.fullmatch(word) is not None
        or filters.is_of_query(word)
    )


def _is_of_query(word: str) -> bool:
    """Tell whether a word that is no chat is a part of the query."""
    low = word.lower()
    if low.startswith(_DATED) or low in _WORDS or _RANGE.fullmatch(word):
        return False
    meant = None if filters.is_of_query(word) else filters.misspelt(word)
    if meant:
        raise UsageError(Usage.MISSPELT_OPTION, word, meant)
    return not _NUMBERISH.fullmatch(word)


def _target(word: str) -> Link | None:
    if _CHAT_ID.fullmatch(word):
        if not links.can_be_chat(int(word)):
            raise UsageError(Usage.NOT_A_LINK)
        return Link(word)
    word = word.strip(_AROUND)
    if word.startswith("@"):
        name = links.username(word[1:])
        if name is None:
            raise UsageError(Usage.NOT_A_LINK)
        return Link(name)
    return links.read(word) if links.looks_like_one(word) else None


def _with(options: _Options, word: str, now: datetime) -> _Options:
    key, _, day = word.lower().partition(":")
    if day:
        return _dated(options, key, day, now)
    if _RANGE.fullmatch(word):
        _once(
            word, f"{options.first_id}-{options.last_id}" if options.first_id is not None else None
        )
        first, last = links.message_range(word.replace("–", "-"))
        return replace(options, first_id=first, last_id=last)
    match word.lower():
        case "all":
            _once(word, options.limit)
            options = replace(options, limit=MOST)
        case "voice":
            options = replace(options, voice=True)
        case "takeout":
            options = replace(options, takeout=True)
        case "oldest" | "newest" as order:
            options = replace(options, order=Order(order))
        case _:
            count = _count(word)
            _once(word, options.limit)
            options = replace(options, limit=count)
    return options


def _once(word: str, said: int | str | None) -> None:
    """Raise `UsageError` where something else was `said` before."""
    if said is not None:
        raise UsageError(Usage.TWICE, word, "all" if said == MOST else str(said))


def _dated(options: _Options, key: str, day: str, now: datetime) -> _Options:
    match key:
        case "since":
            _once(f"{key}:{day}", _written(key, options.since))
            return replace(options, since=_day(day, now))
        case "until":
            _once(f"{key}:{day}", _written(key, options.until))
            return replace(options, until=_day(day, now))
        case _:
            raise UsageError(Usage.UNKNOWN_WORD, f"{key}:{day}")


def _written(key: str, day: datetime | None) -> str | None:
    return f"{key}:{day:%Y-%m-%d}" if day else None


def _count(word: str) -> int:
    if word.isascii() and word.isdigit() and len(word) <= 5 and 1 <= int(word) <= MOST:
        return int(word)
    usage = Usage.BAD_COUNT if _NUMBERISH.fullmatch(word) else Usage.UNKNOWN_WORD
    raise UsageError(usage, word)


def _day(value: str, now: datetime) -> datetime:
    """Read `2024-02-01`, `yesterday` or `7d`; `2024-02` and `2024` mean their first day."""
    found = moment(value)
    if isinstance(found, Ago | Midnight):
        return moment_at(found, now)
    match = _DAY.fullmatch(value)
    if match is None or int(match[1]) not in YEARS:
        raise UsageError(Usage.BAD_DATE, value)
    try:
        return datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1), tzinfo=UTC)
    except ValueError:
        raise UsageError(Usage.BAD_DATE, value) from None


def _asked(targets: Sequence[Link], options: _Options) -> Asked:
    """Turn links into requests: single messages are gathered into one request per chat."""
    kept = targets[:MOST_LINKS]
    if options != _Options(voice=options.voice) and all(_is_one(link) for link in kept):
        raise UsageError(Usage.ONE_MESSAGE)
    messages: dict[str, list[int]] = {}
    for link in kept:
        if _is_one(link) and link.first is not None:
            messages.setdefault(link.chat, []).append(link.first)
    requests: dict[Request, None] = {}
    for link in kept:
        if not _is_one(link):
            requests[_request(link, options)] = None
        elif ids := messages.pop(link.chat, None):
            exact = tuple(sorted(set(ids)))
            requests[Request(link.chat, len(exact), message_ids=exact, voice=options.voice)] = None
    return Asked(tuple(requests), len(targets) - len(kept))


def _is_one(link: Link) -> bool:
    return link.first is not None and link.first == link.last


def _request(link: Link, options: _Options) -> Request:
    first = options.first_id if link.first is None else link.first
    last = options.last_id if link.last is None else link.last
    limit = options.limit
    if limit is None:
        limit = USUAL if first is None or last is None else min(last - first + 1, MOST)
    return Request(
        link.chat,
        limit,
        order=options.order,
        since=options.since,
        until=options.until,
        first_id=first,
        last_id=last,
        topic=link.topic,
        voice=options.voice,
        takeout=options.takeout,
        query=options.query,
    )
