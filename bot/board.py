"""The board: what one chat's jobs look like. Pure: values in, text and buttons out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby, pairwise

from bot import texts
from bot.callbacks import Action, Press
from bot.characters import units
from bot.explanation import explained, name
from bot.faces import Button, Face
from bot.forecast import forecast
from bot.jobview import JobView, Moving
from downloader.outcomes import OF_ALL
from storage.models import Item, ItemState, Job, JobState, Reason
from storage.states import ENDED_ITEMS, ENDED_JOBS

# Telegram counts after the markup is taken away (https://core.telegram.org/bots/api#sendmessage).
ROOM = 4096
SHOWN_JOBS = 40

_SHOWN_REASONS = 4
_SHOWN_NAMES = 3
_SHOWN_TRACKS = 3
_BUTTON_ROWS = 5
_TAG = re.compile(r"<[^>]*>")

_SIGNS = {
    JobState.QUEUED: "🔎",
    JobState.PLANNING: "🔎",
    JobState.RUNNING: "⬇️",
    JobState.PAUSED: "⏸",
    JobState.DONE: "✅",
    JobState.PARTLY_DONE: "⚠️",
    JobState.FAILED: "❌",
    JobState.CANCELLED: "🚫",
}
_TROUBLE = {
    ItemState.WAITING: ("⏳", "waits", "wait"),
    ItemState.PARKED: ("✋", "stopped", "stopped"),
    ItemState.FAILED: ("❌", "failed", "failed"),
}


def face(
    views: Sequence[JobView], now: datetime, below: Sequence[str] = (), *, more: int = 0
) -> Face:
    """Draw the jobs of a chat, oldest first; what does not fit is counted, with `more` beside it.

    Lines that are to stand `below` them go before jobs that are over.
    """
    notes = [texts.SLOWED] if any(view.is_active and view.slowed for view in views) else []
    last = "\n".join([*notes, *below])
    numbered = len(views) > 1
    told = {
        view.job.id: _section(view, now, numbered=numbered) for view in _ranked(views)[:SHOWN_JOBS]
    }
    while told and _length([*told.values(), last]) > ROOM - 100:
        told.popitem()
    left = more + len(views) - len(told)
    shown = [view for view in views if view.job.id in told]
    rows = _rows(shown, numbered=numbered)
    rest = [f"… and {left} more"] if left else []
    rest += [texts.BUTTONS_FOR_SOME] if len(rows) > _BUTTON_ROWS else []
    lines = [told[view.job.id] for view in shown]
    urgent = sorted(list(rows)[:_BUTTON_ROWS])
    text = _joined([*lines, *rest, *filter(None, [last])])
    return Face(text, tuple(rows[job_id] for job_id in urgent))


def _joined(sections: Sequence[str]) -> str:
    """Put sections below each other; of single lines there may be many, so they stand close."""
    text = sections[0] if sections else ""
    for above, below in pairwise(sections):
        text += ("\n\n" if "\n" in above + below else "\n") + below
    return text


def visible(text: str) -> int:
    """Count the UTF-16 units of a text without its markup."""
    return units(html.unescape(_TAG.sub("", text)))


def _ranked(views: Sequence[JobView]) -> list[JobView]:
    """Put first what matters most: what is not over, the oldest first, then what ended last."""
    active = [view for view in views if view.is_active]
    return active + [view for view in reversed(views) if not view.is_active]


def _length(sections: Iterable[str]) -> int:
    return sum(visible(text) + 2 for text in sections)


def _section(view: JobView, now: datetime, *, numbered: bool) -> str:
    lines = ["Stopping…"] if view.stopping else [*_stand(view, now), *_troubles(view, now)]
    number = f" · {view.job.id}" if numbered else ""
    heading = f"{_sign(view)} <b>{texts.chat(view.job)}</b>{number}"
    match [*filter(None, lines)]:
        case [line] if numbered and view.job.state in ENDED_JOBS:
            return f"{heading}: {line}"
        case told:
            return "\n".join([heading, *told])


def _stand(view: JobView, now: datetime) -> list[str]:
    if view.job.state in ENDED_JOBS:
        return _ended(view)
    return _running(view, now) if view.tally.items else [_planning(view.job, now)]


def _sign(view: JobView) -> str:
    state = view.job.state
    if state is JobState.QUEUED and view.job.reason:
        return "⏳"
    if state is JobState.RUNNING and (stuck := view.stuck):
        return _TROUBLE[stuck][0]
    return _SIGNS[JobState.FAILED if state in ENDED_JOBS and _found_nothing(view) else state]


def _planning(job: Job, now: datetime) -> str:
    if job.reason:
        return explained(job.reason, job.detail, job.until, now)
    if job.state is JobState.PAUSED:
        return "Paused."
    if job.request.watch is not None:
        return texts.LOOKING_FOR_NEWS
    return f"Looking for {texts.wish(job.request)}…"


def _running(view: JobView, now: datetime) -> list[str]:
    items = view.tally.items
    total = sum(items.values())
    over = sum(count for state, count in items.items() if state in ENDED_ITEMS)
    part = _part(view, over, total)
    bar = texts.bar(part)
    if view.job.state is JobState.PAUSED:
        why = [explained(view.job.reason)] if view.job.reason else []
        return [bar, f"Paused, {over} of {total}.", *why]
    pace = [f"{over} of {total}"]
    if view.speed >= 1 and not view.stuck:
        pace.append(f"{texts.size(view.speed)}/s")
    if coming := forecast(view, now):
        pace.append(texts.coming(coming.left, coming.waiting))
    said = [explained(view.job.reason)] if view.job.reason else []
    return [bar, " · ".join(pace), *said, *_tracks(view.moving)]


def _part(view: JobView, over: int, total: int) -> float:
    """Return how far a job is, from 0 to 1: by bytes, or by items where no bytes are wanted."""
    tally = view.tally
    if not tally.bytes_wanted:
        return over / total
    # The bar is full only when the last track is filed away.
    return min(1.0 if over == total else 0.99, view.arrived / tally.bytes_wanted)


def _tracks(moving: Sequence[Moving]) -> list[str]:
    lines = [f"♪ {name(one.item)}{_advance(one)}" for one in moving[:_SHOWN_TRACKS]]
    rest = len(moving) - _SHOWN_TRACKS
    return [*lines, f"♪ and {texts.tracks(rest)} more"] if rest > 0 else lines


def _advance(one: Moving) -> str:
    part = f" ({100 * one.done // one.total} %)" if one.done and one.total else ""
    return f"{part} – {texts.RECONNECTING}" if one.stalled else part


def _ended(view: JobView) -> list[str]:
    job, items = view.job, view.tally.items
    if _found_nothing(view):
        return [_nothing(job)]
    if job.reason and not items:
        return [explained(job.reason, job.detail)]
    if job.state is JobState.CANCELLED and not items:
        return ["Cancelled."]
    counts = [
        (items.get(ItemState.SAVED, 0), "downloaded"),
        (view.tally.replaced, texts.REPLACED),
        (items.get(ItemState.LINKED, 0), "already in the library"),
        (items.get(ItemState.SKIPPED, 0), "without audio"),
        (items.get(ItemState.REMOVED, 0), "removed before"),
        (items.get(ItemState.CANCELLED, 0), "cancelled"),
    ]
    said = [f"{count} {word}" for count, word in counts if count]
    why = [explained(job.reason, job.detail)] if job.reason else []
    return [" · ".join(said) if said else "", *why]


def _nothing(job: Job) -> str:
    match job.request.message_ids:
        case []:
            return explained(Reason.NO_AUDIO, job.detail)
        case [_]:
            return texts.NO_AUDIO_IN_IT
        case _:
            return texts.NO_AUDIO_IN_THESE


def _found_nothing(view: JobView) -> bool:
    counts = {state for state, count in view.tally.items.items() if count}
    return view.job.reason is Reason.NO_AUDIO or counts == {ItemState.SKIPPED}


def _troubles(view: JobView, now: datetime) -> list[str]:
    """Say for each kind of trouble how many tracks it holds up, why, and what to do."""
    paused = view.job.state is JobState.PAUSED  # then nothing goes on by itself
    troubles = _TROUBLE.keys() - ({ItemState.WAITING} if paused else set())
    told = [item for item in view.troubles if item.state in troubles and item.reason]
    told.sort(key=_kind)
    groups = [(kind, list(items)) for kind, items in groupby(told, _kind)]
    idle = view.tally.items.get(ItemState.QUEUED, 0) if view.stuck else 0
    lines = [_trouble(items, idle, now) for _, items in groups[:_SHOWN_REASONS]]
    rest = sum(len(items) for _, items in groups[_SHOWN_REASONS:])
    if rest:
        lines.append(f"… and {texts.tracks(rest)} more with trouble")
    if not view.is_active and view.may_retry and view.tally.items:
        lines.append(texts.TRY_AGAIN.format(job=view.job.id))
    return lines


def _kind(item: Item) -> tuple[str, str]:
    return item.state, str(item.reason)


def _trouble(items: Sequence[Item], idle: int, now: datetime) -> str:
    """Say what befalls some tracks of a job; `idle` others wait along with those that wait."""
    first = items[0]
    count = len(items) + (idle if first.reason in OF_ALL else 0)
    assert first.reason
    sign, of_one, of_many = _TROUBLE[first.state]
    soonest = min((item.until for item in items if item.until), default=None)
    why = explained(first.reason, first.detail, soonest, now, start=False)
    names = ""
    if first.state is ItemState.FAILED:
        shown = ", ".join(name(item, 40) for item in items[:_SHOWN_NAMES])
        names = f"\n   {shown}{' …' if len(items) > _SHOWN_NAMES else ''}"
    return f"{sign} {count} {of_one if count == 1 else of_many}: {why}{names}"


def _rows(views: Sequence[JobView], *, numbered: bool) -> dict[int, tuple[Button, ...]]:
    """Return the buttons of each job, the most urgent first."""
    return {view.job.id: row for view in _ranked(views) if (row := _row(view, numbered=numbered))}


def _row(view: JobView, *, numbered: bool) -> tuple[Button, ...]:
    if view.stopping:
        return ()
    actions: list[tuple[str, Action]] = []
    if view.is_active:
        if view.job.state is JobState.PAUSED:
            actions.append((texts.RESUME, Action.RESUME))
        else:
            actions.append((texts.PAUSE, Action.PAUSE))
        actions.append((texts.CANCEL, Action.CANCEL))
    if view.may_retry:
        actions.append((texts.RETRY, Action.RETRY))
    number = f" {view.job.id}" if numbered else ""
    return tuple(
        Button(f"{label}{number}", Press(action, view.job.id)) for label, action in actions
    )
