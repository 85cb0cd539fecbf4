"""The sentences about words of a watch that are looked for, and may have been meant otherwise.

Pure; all is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from bot import filters
from bot.characters import cleaned
from bot.texts import quoted
from bot.watchguesses import meant, other_chat
from bot.watchwords import OPTIONS, WatchOrder

_TAKEN = "🔎 Only tracks that fit “{words}”: that is looked for in artist, title and file name."
_MEANT = "Did you mean <code>{meant}</code> by “{word}”? Then write that instead."
_CHAT = (
    "“{word}” is a second chat. Follow it with <code>/watch {chat}</code>; to send tracks there, "
    "write <code>to {chat}</code>."
)
_ONE_NAME = 'Is it called “{name}”? Then put it in quotes: <code>{option} "{name}"</code>'
_NAMED = frozenset({"into", "folder"})
_MOST = 3
_ROOM = 80


def hints(said: str, order: WatchOrder) -> list[str]:
    """Say which words of a sentence are looked for, and what was perhaps meant by them."""
    if not order.words:
        return []
    taken = _TAKEN.format(words=quoted(" ".join(order.words), _ROOM))
    return [taken, *_guessed(said, order.words)]


def _guessed(said: str, words: Sequence[str]) -> list[str]:
    parts = [*filters.parts(cleaned(said))]
    names = dict(_names(parts, words))
    told = [
        _ONE_NAME.format(option=option, name=quoted(name, _ROOM)) for name, option in names.items()
    ]
    of_names = {word for name in names for word in name.split()}
    told += [line for word in words if word not in of_names and (line := _guess(word))]
    return told[:_MOST]


def _guess(word: str) -> str | None:
    if chat := other_chat(word):
        return _CHAT.format(word=quoted(word), chat=quoted(chat))
    if written := meant(word, OPTIONS):
        return _MEANT.format(word=quoted(word), meant=quoted(written))
    return None


def _names(parts: Sequence[str], words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield names of more than one word that have no quotes around them, each with its option."""
    for at, part in enumerate(parts[:-2]):
        name = parts[at + 1]
        if part.lower() in _NAMED and not filters.is_of_query(name):
            more = [*takewhile(lambda word: word in words, parts[at + 2 :])]
            if more:
                yield " ".join([name, *more]), part.lower()
