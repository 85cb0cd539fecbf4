"""Reads what is said of people: whom, which role, how long, how much. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.characters import cleaned
from bot.errors import Usage, UsageError
from storage.models import Role
from storage.quota import NO_LIMIT, Quota

USUAL_HOURS = 24
MOST_HOURS = 720
_HOURS = re.compile(r"([1-9]\d{0,2})h?", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"@(\w{3,32})", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_COUNT = re.compile(r"(\d{1,6})\s*(jobs?|queued)\b", re.ASCII | re.IGNORECASE)
_SIZE = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s*([MGT])B\s*/\s*(day|file)\b", re.ASCII | re.IGNORECASE
)
_UNITS = {"m": 10**6, "g": 10**9, "t": 10**12}
_USUAL = ("default", "usual")
_UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class Who:
    """A person as somebody names one: by @username (without `@`), or a number."""

    username: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Inviting:
    role: Role
    lasts: timedelta


def invited(args: str) -> Inviting | None:
    """Read `member 48`; None where nothing was said. Raises `UsageError`."""
    role, hours = None, None
    for word in cleaned(args).split():
        if role is None and (meant := role_named(word)):
            role = meant
        elif hours is None and (match := _HOURS.fullmatch(word)) and int(match[1]) <= MOST_HOURS:
            hours = int(match[1])
        else:
            raise UsageError(Usage.BAD_INVITE, word)
    if role is None and hours is None:
        return None
    return Inviting(role or Role.MEMBER, timedelta(hours=hours or USUAL_HOURS))


def role_named(word: str) -> Role | None:
    word = word.lower().removesuffix("s")
    return Role(word) if word in set(Role) else None


def who(word: str) -> Who | None:
    if match := _NAME.fullmatch(word):
        return Who(username=match[1])
    return Who(number=int(word)) if _NUMBER.fullmatch(word) else None


def who_and_rest(args: str) -> tuple[Who | None, str]:
    """Take the person off the front of what was said, if one stands there."""
    first, _, rest = cleaned(args).partition(" ")
    meant = who(first)
    return (meant, rest.strip()) if meant else (None, cleaned(args))


def quota(said: str, before: Quota) -> Quota:
    """Read `5 jobs 100 queued 20GB/day 500MB/file`: what is not said stays as it was `before`.

    `default` says nothing, and `unlimited` that there are no limits. Raises `UsageError`.
    """
    low = said.strip().lower()
    if low in _USUAL:
        return Quota()
    if low == _UNLIMITED:
        return Quota(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT)
    now, rest = before, said
    for match in _COUNT.finditer(said):
        count = int(match[1])
        is_queue = match[2].lower() == "queued"
        now = replace(now, queued=count) if is_queue else replace(now, jobs=count)
        rest = rest.replace(match[0], "", 1)
    for match in _SIZE.finditer(said):
        count = round(float(match[1]) * _UNITS[match[2].lower()])
        is_daily = match[3].lower() == "day"
        now = replace(now, daily=count) if is_daily else replace(now, largest=count)
        rest = rest.replace(match[0], "", 1)
    if rest.strip(" ,") or not said.strip():
        raise UsageError(Usage.BAD_QUOTA, rest.strip(" ,"))
    return now
