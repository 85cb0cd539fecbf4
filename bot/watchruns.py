"""The sentences about what looks at a followed chat brought. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.reasons import REASONS
from bot.texts import ago, size, tracks
from bot.watchtexts import begun, named, rules, state_of
from storage.models import ItemState, Job, Tally
from storage.retention import Retention
from storage.states import ENDED_JOBS
from storage.watch import Run, Watch, WatchState

NO_HISTORY = "It has not been looked at yet."
_LINES = 10
_OVER = frozenset({ItemState.SAVED, ItemState.LINKED, ItemState.FAILED, ItemState.CANCELLED})
_PASSED_OVER = frozenset({ItemState.SKIPPED, ItemState.REMOVED})


@dataclass(frozen=True, slots=True)
class Backfill:
    """A download of what was posted before a watch began; `size` in bytes is that of what came."""

    job: Job
    tally: Tally
    size: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """What looks brought, the newest first; `kept` is how much of the chat is kept."""

    runs: Sequence[Run] = ()
    backfills: Sequence[Backfill] = ()
    kept: Retention | None = None


def detail(watch: Watch, story: Story, now: datetime, zone: ZoneInfo | None) -> str:
    lines = [
        f"<b>{named(watch)}</b>: {rules(watch.rules, story.kept)}.",
        f"{begun(state_of(watch, now, zone))}.",
    ]
    if watch.state is WatchState.LOST and watch.reason is not None:
        lines.append(REASONS[watch.reason].todo)
    lines.append(f"Last: {run(story.runs[0], now)}." if story.runs else NO_HISTORY)
    lines += [f"From before: {brought(one)}." for one in story.backfills[:1]]
    return "\n".join(filter(None, lines))


def outcome(watch: Watch, story: Story, now: datetime, zone: ZoneInfo | None) -> str:
    """Say what came of the look that was just made, in as many words as a press may show."""
    if watch.state is WatchState.LOST and watch.reason is not None:
        words = REASONS[watch.reason]
        return f"{begun(words.why)}. {words.todo}"
    if watch.reason is not None:
        return f"{begun(state_of(watch, now, zone))}."
    return f"{begun(_outcome(story.runs[0]))}." if story.runs else NO_HISTORY


def history(watch: Watch, story: Story, standing: Sequence[str], now: datetime) -> str:
    """Tell of looks and backfills; `standing` is how it stands with what is done with tracks."""
    told = [(group[0].at, _looks(group, now)) for group in _alike(story.runs)]
    told += [
        (one.job.created_at, f"{ago(one.job.created_at, now)}, from before: {brought(one)}")
        for one in story.backfills
    ]
    told.sort(key=lambda pair: pair[0], reverse=True)
    lines = [f"· {line}" for _, line in told[:_LINES]] or [NO_HISTORY]
    return "\n".join([f"<b>{named(watch)}</b>", *standing, *lines])


def run(one: Run, now: datetime) -> str:
    return f"{ago(one.at, now)}, {_outcome(one)}"


def brought(one: Backfill) -> str:
    """Say what came of a backfill: `200 tracks, 1.2 GB, 3 did not come`."""
    if not one.tally.items and one.job.state not in ENDED_JOBS:
        return "I am still looking for it"
    items = one.tally.items
    counts = {state: items.get(state, 0) for state in ItemState}
    saved = counts[ItemState.SAVED]
    left = sum(count for state, count in counts.items() if state not in _OVER | _PASSED_OVER)
    said = [
        f"{tracks(saved)}, {size(one.size)}" if saved else "",
        f"{counts[ItemState.LINKED]} in the library already" if counts[ItemState.LINKED] else "",
        f"{left} on the way" if left else "",
        f"{counts[ItemState.FAILED]} did not come" if counts[ItemState.FAILED] else "",
        f"{counts[ItemState.CANCELLED]} cancelled" if counts[ItemState.CANCELLED] else "",
    ]
    why = f"nothing came: {REASONS[one.job.reason].why}" if one.job.reason else "nothing came"
    return ", ".join(filter(None, said)) or why


def _looks(group: Sequence[Run], now: datetime) -> str:
    """Say in one line what came of looks that brought the same: mostly nothing."""
    if len(group) == 1:
        return run(group[0], now)
    before = len(group) - 1
    times = "once" if before == 1 else f"{before} times"
    return f"{ago(group[0].at, now)} and {times} before, {_outcome(group[0])}"


def _alike(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """Put together neighbours that brought nothing for the same reason."""
    for key, group in groupby(runs, lambda one: (one.reason, bool(one.found))):
        if key[1]:
            yield from ([one] for one in group)
        else:
            yield [*group]


def _outcome(one: Run) -> str:
    if one.reason is not None:
        return f"nothing: {REASONS[one.reason].why}"
    return f"{tracks(one.found)}, {size(one.size)}" if one.found else "nothing new"
