"""The accounts, one line each, as /status shows them below the boards. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot import texts
from bot.jobview import JobView
from bot.reasons import REASONS
from downloader.lending import Call
from downloader.standing import Rest, Standing
from storage.models import AccountState

_SHOWN = 12
_NAME = 40
_WORTH_TELLING = timedelta(minutes=1)
# What is said of a lost account where it may not be told which one it is.
_UNNAMED = {
    AccountState.BANNED: "⛔️ {name} is banned or frozen by Telegram.",
    AccountState.NEEDS_LOGIN: "🔑 {name} needs a new login, by the owner.",
    AccountState.USED_ELSEWHERE: "🔑 {name} needs a new login, by the owner.",
}
_AGAIN = {Call.MESSAGES: "searches again", Call.FILES: "fetches again"}


class Roster(Protocol):
    """Who tells how the accounts stand."""

    async def standings(self) -> list[Standing]: ...


def lines(
    standings: Sequence[Standing], views: Sequence[JobView], now: datetime, *, named: bool
) -> list[str]:
    """Write a line for each account, `named` or by its place; `views` are the jobs on their way."""
    if not standings:
        return [f"🔑 {texts.NO_ACCOUNT}"]
    shown = [_with_all(standings[0], views)] if len(standings) == 1 else standings
    if named:
        told = [_line(one, _name(one), now) for one in shown]
    else:
        told = [_unnamed(one, f"Account {place}", now) for place, one in enumerate(shown, 1)]
    rest = len(told) - _SHOWN
    return [*told[:_SHOWN], f"… and {rest} more accounts"] if rest > 0 else told


def losses(standings: Sequence[Standing], now: datetime, *, named: bool) -> list[str]:
    """Tell of each account that was lost since the start: a person must act.

    Where they may not be `named`, those that were lost alike are told of once.
    """
    lost = [one for one in standings if one.is_lost]
    if named:
        return [_line(one, _name(one), now) for one in lost][:_SHOWN]
    return [*dict.fromkeys(_unnamed(one, "An account", now) for one in lost)]


def _with_all(only: Standing, views: Sequence[JobView]) -> Standing:
    """Let the only account do all that is done, where the pool does not say who does what."""
    moving = sum(len(view.moving) for view in views)
    if only.files or not moving:
        return only
    return replace(only, files=moving, speed=sum(view.speed for view in views))


def _name(one: Standing) -> str:
    return texts.quoted(one.name, _NAME) or str(one.account_id)


def _unnamed(one: Standing, name: str, now: datetime) -> str:
    words = _UNNAMED.get(one.state)
    return words.format(name=name) if words else _line(one, name, now)


def _line(one: Standing, name: str, now: datetime) -> str:
    match one.state:
        case AccountState.BANNED:
            return f"⛔️ {name}: {texts.BANNED}"
        case AccountState.NEEDS_LOGIN:
            return f"🔑 {name}: {texts.NEEDS_LOGIN}"
        case AccountState.USED_ELSEWHERE:
            return f"🚨 {name}: {texts.USED_ELSEWHERE}"
        case _:
            parts = [*_rests(one.rests, now), *_work(one)]
            return f"{'⏳' if one.rests else '👤'} {name}: {', '.join(parts)}"


def _work(one: Standing) -> list[str]:
    parts = []
    if one.files:
        speed = f" at {texts.size(one.speed)}/s" if one.speed >= 1 else ""
        lines = f" over {texts.connections(one.connections)}" if one.connections else ""
        parts.append(f"fetches {texts.files(one.files)}{speed}{lines}")
    elif one.busy:
        parts.append("at work")
    elif not one.rests:
        parts.append("free")
    if one.floods_last_hour:
        parts.append(texts.pauses(one.floods_last_hour))
    if one.waited_last_day >= _WORTH_TELLING:
        parts.append(texts.waited(one.waited_last_day))
    return parts


def _rests(rests: Sequence[Rest], now: datetime) -> list[str]:
    """Say what the account does not do, and until when; all of it together if it is the same."""
    alike = len({(rest.until, rest.reason) for rest in rests}) == 1
    if alike and {rest.call for rest in rests} == set(Call):
        return [_rest("rests and goes on", rests[0], now)]
    return [_rest(_AGAIN[rest.call], rest, now) for rest in rests]


def _rest(words: str, rest: Rest, now: datetime) -> str:
    return f"{words} {texts.until(rest.until, now)} ({REASONS[rest.reason].why})"
