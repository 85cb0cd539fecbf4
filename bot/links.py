"""Reads links to Telegram chats and messages. Pure: text in, values out.

The forms are those of https://core.telegram.org/api/links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qs, urlsplit

from bot.errors import Usage, UsageError
from storage.models import Chat

_HOSTS = frozenset({"t.me", "www.t.me", "telegram.me", "www.telegram.me", "telegram.dog"})
_PORTS = {None, 80, 443}
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)
# Paths of t.me that look like a username and are none.
_RESERVED = frozenset(
    {
        *("addemoji", "addlist", "addstickers", "addtheme", "auction", "boost", "call"),
        *("confirmphone", "contact", "giftcode", "invoice", "joinchat", "login", "proxy"),
        *("setlanguage", "share", "socks", "stickers"),
    }
)
_SCHEME = re.compile(r"tg:|[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LOOKS_LIKE_ONE = re.compile(
    r"[a-z][a-z0-9+.-]*:\S|[^\s/@.]+(\.[^\s/@.]+)+(:\d+)?/|t\.me$", re.IGNORECASE
)
_CREDENTIALS = re.compile(r"[^\s/@]+@[^\s/@]+\.[^\s/@]+/")
# Message ids and topics are signed 32-bit numbers on the wire, and so is the one after the last
# that is wanted, from which a search goes back.
_LAST_MESSAGE = 2**31 - 2
# Ids of groups are written with a minus, those of channels with the mark as well
# (https://core.telegram.org/api/bots/ids).
_MARK = 10**12
_LAST_GROUP = 999_999_999_999
_LAST_CHANNEL = 997_852_516_352


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads: a whole chat, one message (`first == last`), or a range of them.

    `chat` is written as in `storage.models.Request`.
    """

    chat: str
    first: int | None = None
    last: int | None = None
    topic: int | None = None


def looks_like_one(text: str) -> bool:
    """Tell whether `text` is meant as a link, to whatever place."""
    return bool(_LOOKS_LIKE_ONE.match(text) or _CREDENTIALS.match(text))


def username(text: str) -> str | None:
    """Return `@name` when `text`, without `@`, can be the name of a chat.

    It is in small letters: Telegram makes no difference, and the same chat is the same text.
    """
    return f"@{text.lower()}" if _USERNAME.fullmatch(text) else None


def can_be_chat(number: int) -> bool:
    """Tell whether a group or a channel can have this number, which is below 0."""
    return -_LAST_GROUP <= number < 0 or -_MARK - _LAST_CHANNEL <= number < -_MARK


def read(text: str) -> Link:
    """Read one link."""
    try:
        url = urlsplit(text if _SCHEME.match(text) else f"//{text}")
        port = url.port
    except ValueError:
        raise UsageError(Usage.ELSEWHERE, text) from None
    if url.scheme == "tg":
        return _app_link(url)
    _check_place(url, port, text)
    return _web_link(url)


def message_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise UsageError(Usage.BAD_MESSAGE, text)
    number = int(text)
    if not 1 <= number <= _LAST_MESSAGE:
        raise UsageError(Usage.BAD_MESSAGE, text)
    return number


def message_range(text: str) -> tuple[int, int]:
    """Read `12-40`, or `12` as a range of one; a reversed one is turned round."""
    first, dash, last = text.partition("-")
    if dash and not (first and last):
        raise UsageError(Usage.BAD_MESSAGE, text)
    one = message_number(first)
    other = message_number(last) if dash else one
    return min(one, other), max(one, other)


def to_message(chat: Chat | None, chat_id: int, message_id: int) -> str | None:
    """Return the link to a message, None where Telegram has none: in small groups, with people."""
    if chat is not None and chat.username:
        return f"https://t.me/{chat.username}/{message_id}"
    if chat_id < -_MARK:
        return f"https://t.me/c/{-_MARK - chat_id}/{message_id}"
    return None


def _check_place(url: SplitResult, port: int | None, text: str) -> None:
    host = url.hostname or ""
    if not host.isascii():
        raise UsageError(Usage.LOOKALIKE, text)
    if "@" in url.netloc:
        raise UsageError(Usage.CREDENTIALS)
    if url.scheme not in {"", "http", "https"} or host not in _HOSTS or port not in _PORTS:
        raise UsageError(Usage.ELSEWHERE, text)


def _web_link(url: SplitResult) -> Link:
    match [part for part in url.path.split("/") if part]:
        case ["s", name, *rest]:
            link = _within(_named(name), rest)
        case ["c", number, *rest]:
            link = _within(_numbered(number), rest)
        case [name, *rest]:
            link = _within(_named(name), rest)
        case _:
            raise UsageError(Usage.NO_CHAT_IN_LINK)
    return _threaded(link, _query(url).get("thread"))


def _app_link(url: SplitResult) -> Link:
    """Read `tg://resolve?domain=…&post=…` and `tg://privatepost?channel=…&post=…`."""
    query = _query(url)
    match url.netloc or url.path:
        case "resolve":
            chat = _named(query.get("domain", ""))
        case "privatepost":
            chat = _numbered(query.get("channel", ""))
        case "join":
            raise UsageError(Usage.INVITE)
        case _:
            raise UsageError(Usage.NO_CHAT_IN_LINK)
    post = query.get("post")
    return _threaded(_within(chat, [post] if post else []), query.get("thread"))


def _query(url: SplitResult) -> dict[str, str]:
    return {key: values[-1] for key, values in parse_qs(url.query).items()}


def _named(name: str) -> str:
    if name.startswith("+") or name.lower() == "joinchat":
        raise UsageError(Usage.INVITE)
    chat = username(name)
    if chat is None or name.lower() in _RESERVED:
        raise UsageError(Usage.NO_CHAT_IN_LINK)
    return chat


def _numbered(number: str) -> str:
    if not (number.isascii() and number.isdigit() and len(number) <= 12):
        raise UsageError(Usage.NO_CHAT_IN_LINK)
    if not 1 <= int(number) <= _LAST_CHANNEL:
        raise UsageError(Usage.NO_CHAT_IN_LINK)
    return str(-_MARK - int(number))


def _within(chat: str, rest: list[str]) -> Link:
    match rest:
        case []:
            return Link(chat)
        case [messages]:
            return Link(chat, *message_range(messages))
        case [topic, messages]:
            return Link(chat, *message_range(messages), topic=message_number(topic))
        case _:
            raise UsageError(Usage.BAD_MESSAGE, "/".join(rest))


def _threaded(link: Link, thread: str | None) -> Link:
    return replace(link, topic=message_number(thread)) if thread else link
