"""The board: what one chat's jobs look like. Pure: values in, text and buttons out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from bot import texts
from bot.callbacks import Action, Press
from bot.characters import units
from storage.models import Item, ItemState, Job, JobState, Reason, Tally
from storage.states import ACTIVE_ITEMS, ENDED_ITEMS, ENDED_JOBS

# Telegram counts after the markup is taken away (https://core.telegram.org/bots/api#sendmessage).
ROOM = 4096
TROUBLES = frozenset({ItemState.WAITING, ItemState.PARKED, ItemState.FAILED})

_CELLS = 10
_SHOWN_JOBS = 40
_SHOWN_REASONS = 4
_SHOWN_NAMES = 3
_SHOWN_TRACKS = 3
_BUTTON_ROWS = 5
_TAG = re.compile(r"<[^>]*>")

# Trying again cannot help here.
_HOPELESS = frozenset(
    {
        Reason.CHAT_NOT_FOUND,
        Reason.NOT_A_CHAT,
        Reason.NO_AUDIO,
        Reason.NOTHING_MATCHES,
        Reason.DELETED,
        Reason.EMPTY_FILE,
    }
)
# These pass by themselves; elsewhere a person must act, and no time need be told.
_PASSING = frozenset(
    {
        Reason.FLOOD,
        Reason.OFFLINE,
        Reason.SERVER_TROUBLE,
        Reason.TOO_MANY_FILES,
        Reason.OUTSIDE_HOURS,
    }
)
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
    ItemState.WAITING: ("⏳", "wait"),
    ItemState.PARKED: ("✋", "stopped"),
    ItemState.FAILED: ("❌", "failed"),
}


@dataclass(frozen=True, slots=True)
class Moving:
    """A track on its way: `done` of `total` bytes."""

    item: Item
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it stands. `troubles` are its items in one of `TROUBLES`, `speed` is in bytes/s."""

    job: Job
    tally: Tally = field(default_factory=Tally)
    troubles: Sequence[Item] = ()
    moving: Sequence[Moving] = ()
    speed: float = 0.0

    @property
    def is_active(self) -> bool:
        return self.job.state not in ENDED_JOBS

    @property
    def may_retry(self) -> bool:
        """Tell whether trying again may bring more."""
        if self.job.state is JobState.FAILED and self.job.reason:
            return self.job.reason not in _HOPELESS
        states = {ItemState.PARKED} if self.is_active else {ItemState.FAILED, ItemState.PARKED}
        return any(item.state in states and item.reason not in _HOPELESS for item in self.troubles)


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    press: Press


@dataclass(frozen=True, slots=True)
class Face:
    """How a board looks: HTML and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()


def face(views: Sequence[JobView], now: datetime) -> Face:
    """Draw the jobs of a chat, oldest first; what does not fit is counted."""
    numbered = len(views) > 1
    told = {
        view.job.id: _section(view, now, numbered=numbered) for view in _ranked(views)[:_SHOWN_JOBS]
    }
    while _length(told.values()) > ROOM - 100:
        told.popitem()
    left = len(views) - len(told)
    shown = [view for view in views if view.job.id in told]
    lines = [told[view.job.id] for view in shown]
    text = "\n\n".join([*lines, f"… and {left} more"] if left else lines)
    return Face(text, _rows(shown, numbered=numbered))


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
    if view.job.state in ENDED_JOBS:
        lines = _ended(view)
    elif view.tally.items:
        lines = _running(view)
    else:
        lines = [_planning(view.job, now)]
    lines += _troubles(view, now)
    number = f" · {view.job.id}" if numbered else ""
    return "\n".join([f"{_sign(view)} <b>{texts.chat(view.job)}</b>{number}", *filter(None, lines)])


def _sign(view: JobView) -> str:
    state = view.job.state
    if state is JobState.QUEUED and view.job.reason:
        return "⏳"
    if state is JobState.RUNNING and (stuck := _stuck(view)):
        return _TROUBLE[stuck][0]
    return _SIGNS[JobState.FAILED if state in ENDED_JOBS and _found_nothing(view) else state]


def _stuck(view: JobView) -> ItemState | None:
    """Return in which state a running job stands still, None while anything moves."""
    items = view.tally.items
    if view.moving or any(items.get(state) for state in ACTIVE_ITEMS):
        return None
    if items.get(ItemState.WAITING):
        return ItemState.WAITING
    return ItemState.PARKED if items.get(ItemState.PARKED) else None


def _planning(job: Job, now: datetime) -> str:
    if job.reason:
        return _explained(job.reason, job.detail, job.until, now)
    if job.state is JobState.PAUSED:
        return "Paused."
    return f"Looking for {texts.wish(job.request)}…"


def _running(view: JobView) -> list[str]:
    items = view.tally.items
    total = sum(items.values())
    over = sum(count for state, count in items.items() if state in ENDED_ITEMS)
    part = _part(view, over, total)
    cells = min(_CELLS, int(part * _CELLS))
    bar = "▰" * cells + "▱" * (_CELLS - cells)
    if view.job.state is JobState.PAUSED:
        return [f"{bar} {over} of {total}", "Paused."]
    pace = [f"{over} of {total}"]
    if view.speed >= 1 and not _stuck(view):
        pace.append(f"{texts.size(view.speed)}/s")
        pace.append(f"{texts.time_left(_left(view))} left")
    said = [_explained(view.job.reason)] if view.job.reason else []
    return [f"{bar} {' · '.join(pace)}", *said, *_tracks(view.moving)]


def _part(view: JobView, over: int, total: int) -> float:
    """Return how far a job is, from 0 to 1: by bytes, or by items where no bytes are wanted."""
    tally = view.tally
    if not tally.bytes_wanted:
        return over / total
    arrived = tally.bytes_done + sum(one.done for one in view.moving)
    # The bar is full only when the last track is filed away.
    return min(1.0 if over == total else 0.99, arrived / tally.bytes_wanted)


def _left(view: JobView) -> timedelta:
    arrived = view.tally.bytes_done + sum(one.done for one in view.moving)
    seconds = max(0, view.tally.bytes_wanted - arrived) / view.speed
    return timedelta(seconds=min(seconds, 10**9))


def _tracks(moving: Sequence[Moving]) -> list[str]:
    lines = [f"♪ {_name(one.item)}{_percent(one)}" for one in moving[:_SHOWN_TRACKS]]
    rest = len(moving) - _SHOWN_TRACKS
    return [*lines, f"♪ and {texts.tracks(rest)} more"] if rest > 0 else lines


def _percent(one: Moving) -> str:
    return f" ({100 * one.done // one.total} %)" if one.done and one.total else ""


def _ended(view: JobView) -> list[str]:
    job, items = view.job, view.tally.items
    if _found_nothing(view):
        return [texts.NO_AUDIO_THERE if job.request.message_ids else _explained(Reason.NO_AUDIO)]
    if job.reason:
        return [_explained(job.reason, job.detail)]
    if job.state is JobState.CANCELLED and not items:
        return ["Cancelled."]
    counts = [
        (items.get(ItemState.SAVED, 0), "downloaded"),
        (items.get(ItemState.LINKED, 0), "already in the library"),
        (items.get(ItemState.SKIPPED, 0), "without audio"),
        (items.get(ItemState.CANCELLED, 0), "cancelled"),
    ]
    said = [f"{count} {word}" for count, word in counts if count]
    return [" · ".join(said) if said else ""]


def _found_nothing(view: JobView) -> bool:
    counts = {state for state, count in view.tally.items.items() if count}
    return view.job.reason is Reason.NO_AUDIO or counts == {ItemState.SKIPPED}


def _troubles(view: JobView, now: datetime) -> list[str]:
    """Say for each kind of trouble how many tracks it holds up, why, and what to do."""
    told = [item for item in view.troubles if item.state in _TROUBLE and item.reason]
    told.sort(key=_kind)
    groups = [(kind, list(items)) for kind, items in groupby(told, _kind)]
    lines = [_trouble(items, now) for _, items in groups[:_SHOWN_REASONS]]
    rest = sum(len(items) for _, items in groups[_SHOWN_REASONS:])
    if rest:
        lines.append(f"… and {texts.tracks(rest)} more with trouble")
    if not view.is_active and view.may_retry and view.tally.items:
        lines.append(f"/retry {view.job.id} tries again.")
    return lines


def _kind(item: Item) -> tuple[str, str]:
    return item.state, str(item.reason)


def _trouble(items: Sequence[Item], now: datetime) -> str:
    first = items[0]
    assert first.reason
    sign, word = _TROUBLE[first.state]
    soonest = min((item.until for item in items if item.until), default=None)
    why = _explained(first.reason, first.detail, soonest, now, start=False)
    names = ""
    if first.state is ItemState.FAILED:
        shown = ", ".join(_name(item, 40) for item in items[:_SHOWN_NAMES])
        names = f"\n   {shown}{' …' if len(items) > _SHOWN_NAMES else ''}"
    return f"{sign} {len(items)} {word}: {why}{names}"


def _explained(
    reason: Reason,
    detail: str = "",
    until: datetime | None = None,
    now: datetime | None = None,
    *,
    start: bool = True,
) -> str:
    words = texts.REASONS[reason]
    why = words.why[0].upper() + words.why[1:] if start else words.why
    if reason is Reason.REFUSED and detail:
        why += f" ({texts.quoted(detail, 40)})"
    todo = words.todo
    if until and now and until > now and reason in _PASSING:
        todo = f"It continues {texts.again(reason, detail, until, now)}."
    elif until and now and until > now and reason is Reason.TAKEOUT_DELAY:
        todo += f" Otherwise it begins {texts.until(until, now)}."
    return f"{why}. {todo}".rstrip()


def _name(item: Item, room: int = texts.NAME) -> str:
    """Name a track as Telegram does, or by its file, or by its message."""
    audio = item.audio
    if audio is None:
        return f"message {item.message_id}"
    title = " – ".join(filter(None, [audio.performer, audio.title])) or audio.name
    return texts.quoted(title, room) or f"message {item.message_id}"


def _rows(views: Sequence[JobView], *, numbered: bool) -> tuple[tuple[Button, ...], ...]:
    rows = {view.job.id: row for view in _ranked(views) if (row := _row(view, numbered=numbered))}
    return tuple(rows[job_id] for job_id in sorted(list(rows)[:_BUTTON_ROWS]))


def _row(view: JobView, *, numbered: bool) -> tuple[Button, ...]:
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
