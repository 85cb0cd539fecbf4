"""Writes the sentence that makes a watch, so that a person can say it anew. Pure."""

from __future__ import annotations

from datetime import time, timedelta

from bot.watchwords import PLAIN, WatchOrder
from storage.action import ActionKind
from storage.retention import Retention
from storage.watch import Notice, Priority, Rhythm, Rules, Watch

_CALLED = {
    ActionKind.SEND: "to {target}",
    ActionKind.LIST: 'into "{target}"',
    ActionKind.CALL: "webhook {target}",
}
_SPANS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60}
_SIZES = {"TB": 10**12, "GB": 10**9, "MB": 10**6, "kB": 10**3}
_AGES = {"d": 1, "w": 7, "mo": 30, "y": 365}
_LONG = 10_000  # of an age, in its unit
_DIGITS = 10**5  # of a size, before the point


def sentence(watch: Watch, usual: WatchOrder = PLAIN, kept: Retention | None = None) -> str:
    """Return `/watch @jazz every 6h quiet`; what is `usual` and not so here is taken back.

    `kept` is how much is kept of its chat.
    """
    rules, others = watch.rules, usual.rules
    words = ["/watch", address(watch), rhythm(rules.rhythm), _query(rules, others)]
    words += [_hours(rules, others), _budget(rules, others), _priority(rules, others)]
    words += [_notice(rules, others), "voice" if rules.voice else ""]
    words += [f"topic {rules.topic}" if rules.topic is not None else "", *_actions(rules)]
    words.append(keep(kept) if kept else ("keep all" if usual.keep else ""))
    # What came at the beginning is left as it is.
    words.append("backfill none" if usual.backfill else "")
    return " ".join(filter(None, words))


def address(watch: Watch) -> str:
    """Return by what a person may name the chat of a watch."""
    if watch.chat is None:
        return watch.name
    return f"@{watch.chat.username}" if watch.chat.username else str(watch.chat.id)


def rhythm(said: Rhythm) -> str:
    if said.is_live:
        return "live"
    if said.every is not None:
        return f"every {_span(said.every)}"
    if said.daily is not None:
        return f"daily {_wall(said.daily)}"
    return f'cron "{said.cron}"'


def keep(kept: Retention) -> str:
    """Return `keep 500,20GB,90d`."""
    size = amount(kept.size) if kept.size else ""
    limits = [str(kept.count or ""), size, _age(kept.age) if kept.age else ""]
    return f"keep {','.join(filter(None, limits))}"


def _age(age: timedelta) -> str:
    days = age // timedelta(days=1)
    whole = ((name, days // unit) for name, unit in _AGES.items() if not days % unit)
    return next(f"{count}{name}" for name, count in whole if count < _LONG)


def amount(count: int) -> str:
    """Return bytes as they can be said: exactly."""
    for name, unit in _SIZES.items():
        whole, rest = divmod(count * 1000, unit)
        if whole >= 1000 and not rest and whole < _DIGITS * 1000:
            return f"{whole / 1000:.3f}".rstrip("0").rstrip(".") + name
    return f"{count / 1000:.3f}".rstrip("0").rstrip(".") + "kB"


def _query(rules: Rules, usual: Rules) -> str:
    return rules.query or ("unfiltered" if usual.query else "")


def _hours(rules: Rules, usual: Rules) -> str:
    if rules.hours is None:
        return "between any" if usual.hours else ""
    start, end = rules.hours
    return f"between {_wall(start)}-{_wall(end)}"


def _budget(rules: Rules, usual: Rules) -> str:
    if rules.most_a_day is None:
        return "max none" if usual.most_a_day else ""
    return f"max {amount(rules.most_a_day)}/day"


def _priority(rules: Rules, usual: Rules) -> str:
    is_plain = rules.priority is Priority.NORMAL and usual.priority is Priority.NORMAL
    return "" if is_plain else f"priority {rules.priority}"


def _notice(rules: Rules, usual: Rules) -> str:
    if rules.digest_at is not None:
        return f"digest {_wall(rules.digest_at)}"
    if rules.notice is Notice.QUIET:
        return "quiet"
    return "" if usual.notice is Notice.BOARD else "openly"


def _actions(rules: Rules) -> list[str]:
    said = [_CALLED[one.kind].format(target=one.target) for one in rules.actions]
    return [*said, f'folder "{rules.folder}"'] if rules.folder else said


def _span(span: timedelta) -> str:
    seconds = span // timedelta(seconds=1)
    name, unit = next((name, unit) for name, unit in _SPANS.items() if not seconds % unit)
    return f"{seconds // unit}{name}"


def _wall(at: time) -> str:
    return f"{at:%H:%M}"
