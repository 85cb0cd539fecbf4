"""Reads what is to be done with the tracks of a watch. Pure.

That is `to @club`, `into "Friday Jazz"`, `folder "{chat}/{title}"` and `webhook https://...`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from bot import commands, measures
from bot.errors import Usage, UsageError
from storage.action import Action, ActionKind
from storage.watch import Rules

ME = "me"
_QUOTES = '"“”„«»'
_NUMBER = re.compile(r"-?[1-9]\d{0,17}", re.ASCII)
_LONGEST = 2000
_LONGEST_NAME = 100


def to(rules: Rules, words: Iterator[str]) -> Rules:
    word = next(words, "")
    if word.lower() == ME:
        return _with(rules, ActionKind.SEND, ME)
    if _NUMBER.fullmatch(word):
        return _with(rules, ActionKind.SEND, word)
    try:
        chat = commands.one_chat(word).chat
    except UsageError:
        raise UsageError(Usage.BAD_TARGET, word) from None
    return _with(rules, ActionKind.SEND, chat.lower())


def into(rules: Rules, words: Iterator[str]) -> Rules:
    name = " ".join(next(words, "").strip(_QUOTES).split())
    if not name or len(name) > _LONGEST_NAME:
        raise UsageError(Usage.BAD_LIST, name)
    return _with(rules, ActionKind.LIST, name)


def folder(rules: Rules, words: Iterator[str]) -> Rules:
    text = next(words, "").strip(_QUOTES)
    try:
        measures.template(text)
    except ValueError as error:
        raise UsageError(Usage.BAD_FOLDER, str(error)) from None
    return replace(rules, folder=text)


def webhook(rules: Rules, words: Iterator[str]) -> Rules:
    word = next(words, "").strip(_QUOTES)
    try:
        parts = urlsplit(word)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or len(word) > _LONGEST:
        raise UsageError(Usage.BAD_WEBHOOK, word)
    return _with(rules, ActionKind.CALL, word)


def _with(rules: Rules, kind: ActionKind, target: str) -> Rules:
    return replace(rules, actions=(*rules.actions, Action(kind, target)))


READERS: Mapping[str, Callable[[Rules, Iterator[str]], Rules]] = {
    "to": to,
    "into": into,
    "folder": folder,
    "webhook": webhook,
}
