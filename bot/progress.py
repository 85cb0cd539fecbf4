"""What events have told about running jobs: tracks on their way, speed, troubles. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.jobview import TROUBLES, JobView, Moving
from downloader.events import BytesArrived, Event, ItemMoved, JobMoved, Slowed, Stalled
from storage.models import Item, ItemState, Job, JobState, Tally
from storage.states import ACTIVE_ITEMS, ENDED_JOBS

_WINDOW = 10.0  # seconds that a speed looks back
_SETTLED = 1.0  # seconds that must have passed before a speed is shown
_PART = 1 << 20  # the most bytes that one part brings


@dataclass(slots=True)
class Speed:
    """Bytes per second over the last ten seconds; `at` is a monotonic time."""

    started: float
    arrivals: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, at: float, count: int) -> None:
        if self.arrivals and at - self.arrivals[-1][0] < 0.1:
            last, before = self.arrivals.pop()
            self.arrivals.append((last, before + count))
        else:
            self.arrivals.append((at, count))

    def at(self, at: float) -> float:
        while self.arrivals and self.arrivals[0][0] < at - _WINDOW:
            self.arrivals.popleft()
        span = min(_WINDOW, at - self.started)
        if span < _SETTLED:
            return 0.0
        return sum(count for _, count in self.arrivals) / span


@dataclass(slots=True)
class _Watched:
    speed: Speed
    moving: dict[int, Moving] = field(default_factory=dict)
    troubles: dict[int, Item] = field(default_factory=dict)
    usual: float = 0.0
    slowed: bool = False
    last: Tally | None = None  # of a job that is over


class Progress:
    """Whatever is missed can be read again from storage: see `knows`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._jobs: dict[int, _Watched] = {}
        self.moves = 0  # of jobs, that it has been told of

    def note(self, event: Event) -> None:
        match event:
            case JobMoved(job):
                self._note_job(job)
            case ItemMoved(job, item):
                self._note_item(self._watched(job.id), item)
            case BytesArrived(job, item, done, total):
                self._note_bytes(self._watched(job.id), Moving(item, done, total))
            case Slowed(job):
                self._watched(job.id).slowed = True
            case Stalled(job, item):
                moving = self._watched(job.id).moving
                if item.id in moving:
                    moving[item.id] = replace(moving[item.id], stalled=True)

    def knows(self, job_id: int, tally: Tally) -> bool:
        """Tell whether the troubles it has been told of are those that storage counts."""
        counts = dict.fromkeys(TROUBLES, 0)
        if job_id in self._jobs:
            for item in self._jobs[job_id].troubles.values():
                counts[item.state] += 1
        return all(tally.items.get(state, 0) == count for state, count in counts.items())

    def learn(self, job_id: int, troubles: Iterable[Item]) -> None:
        """Take the troubles of a job from storage."""
        self._watched(job_id).troubles = {item.id: item for item in troubles}

    def last(self, job_id: int) -> Tally | None:
        """Return how many items of a job came to what, if it was over when they were counted."""
        return self._jobs[job_id].last if job_id in self._jobs else None

    def keep(self, job_id: int, last: Tally) -> None:
        """Remember how many items of a job that is over came to what, until it moves again."""
        self._watched(job_id).last = last

    def view(self, job: Job, tally: Tally) -> JobView:
        watched = self._jobs.get(job.id)
        if watched is None:
            return JobView(job, tally)
        # Where events lag behind what storage counts, too many would still seem to move.
        active = sum(count for state, count in tally.items.items() if state in ACTIVE_ITEMS)
        moving = (
            *_first(watched, active),
            *_first(watched, tally.items.get(ItemState.QUEUED, 0), followed=True),
        )
        speed = watched.speed.at(self._monotonic()) if job.state is JobState.RUNNING else 0.0
        troubles = tuple(watched.troubles.values())
        return JobView(job, tally, troubles, moving, speed, watched.usual, watched.slowed)

    def forget(self, job_id: int) -> None:
        self._jobs.pop(job_id, None)

    def _watched(self, job_id: int) -> _Watched:
        if job_id not in self._jobs:
            self._jobs[job_id] = _Watched(Speed(self._monotonic()))
        return self._jobs[job_id]

    def _note_job(self, job: Job) -> None:
        self.moves += 1
        if job.state in ENDED_JOBS:
            self.forget(job.id)
        elif watched := self._jobs.get(job.id):
            watched.last = None
            if job.state is not JobState.RUNNING:
                watched.moving.clear()
                watched.speed = Speed(self._monotonic())
                watched.slowed = False

    def _note_item(self, watched: _Watched, item: Item) -> None:
        if item.state in TROUBLES:
            watched.troubles[item.id] = item
        else:
            watched.troubles.pop(item.id, None)
        if item.state is ItemState.FETCHING:
            size = item.audio.size if item.audio else 0
            watched.moving.setdefault(item.id, Moving(item, 0, size))
        elif item.state not in ACTIVE_ITEMS:
            watched.moving.pop(item.id, None)

    def _note_bytes(self, watched: _Watched, now: Moving) -> None:
        before = watched.moving.get(now.item.id)
        arrived = now.done - (before.done if before else 0)
        if before is None or not before.done:
            # The first news of a resumed file tells of bytes that came long ago, too.
            arrived = min(arrived, _PART)
        moment = self._monotonic()
        watched.speed.add(moment, max(0, arrived))
        watched.usual = watched.speed.at(moment) or watched.usual
        watched.moving[now.item.id] = now


def _first(watched: _Watched, count: int, *, followed: bool = False) -> list[Moving]:
    """Return so many tracks on their way: the job's own, or those that come for another job."""
    return [
        one for one in watched.moving.values() if (one.item.state is ItemState.QUEUED) == followed
    ][:count]
