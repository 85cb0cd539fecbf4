"""Gathers what a board shows: jobs and counts from storage, the rest from events."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.board import SHOWN_JOBS
from bot.discretion import Discretion, without_places
from bot.jobview import TROUBLES, JobView
from bot.progress import Progress
from downloader.events import Event
from storage.items import Items
from storage.jobs import Jobs
from storage.models import Item, Job, Tally
from storage.states import ENDED_JOBS


class Views:
    """Gives of the jobs that are over the newest only, and counts those once.

    For a board may begin with a job that never ends, with any number of others behind it.
    """

    def __init__(
        self,
        jobs: Jobs,
        items: Items,
        progress: Progress,
        cancelling: Callable[[], Collection[int]],
        discretion: Discretion,
    ) -> None:
        self._jobs = jobs
        self._items = items
        self._progress = progress
        self._cancelling = cancelling
        self._discretion = discretion
        self._given: dict[int, frozenset[int]] = {}  # the jobs of each chat, as of the last time

    def note(self, event: Event) -> None:
        self._progress.note(event)

    async def of(self, chat_id: int, first_job_id: int) -> list[JobView]:
        """Return the jobs of a chat from one on, oldest first, as whoever reads it may see them."""
        moves, cancelling = self._progress.moves, set(self._cancelling())
        jobs = await self._jobs.of_chat(chat_id, first_job_id, SHOWN_JOBS)
        tallies = await self._tallies(jobs)
        if moves == self._progress.moves:  # else one of them may have gone on meanwhile
            for job in jobs:
                if job.state in ENDED_JOBS:
                    self._progress.keep(job.id, tallies[job.id])
        await self._learn(
            [job_id for job_id, tally in tallies.items() if not self._progress.knows(job_id, tally)]
        )
        self._forget_others(chat_id, jobs)
        cancelling.update(self._cancelling())  # what has ended meanwhile was read as paused
        views = [self._view(job, tallies[job.id], cancelling) for job in jobs]
        if await self._discretion.knows(chat_id):
            return views
        return [without_places(view) for view in views]

    def _view(self, job: Job, tally: Tally, cancelling: Collection[int]) -> JobView:
        view = self._progress.view(job, tally)
        cancelled = view.is_active and job.id in cancelling
        return replace(view, stopping=True) if cancelled else view

    async def left_out(self, chat_id: int, first_job_id: int, views: Sequence[JobView]) -> int:
        """Count the jobs of a chat from one on that are not among the views of them."""
        if sum(not view.is_active for view in views) < SHOWN_JOBS:
            return 0
        return await self._jobs.count(chat_id, first_job_id) - len(views)

    async def _tallies(self, jobs: Sequence[Job]) -> dict[int, Tally]:
        known = {
            job.id: last
            for job in jobs
            if job.state in ENDED_JOBS and (last := self._progress.last(job.id)) is not None
        }
        others = {job.id: job for job in jobs if job.id not in known}
        tallies = await self._items.tally([*others])
        over = [job.id for job in others.values() if job.state in ENDED_JOBS]
        replaced = await self._items.replaced(over) if over else {}
        told = {
            job_id: replace(tallies[job_id], replaced=count) for job_id, count in replaced.items()
        }
        return known | tallies | told

    async def _learn(self, job_ids: Collection[int]) -> None:
        """Read again what events have not told of these jobs."""
        if not job_ids:
            return
        troubled: dict[int, list[Item]] = {job_id: [] for job_id in job_ids}
        for item in await self._items.in_states(job_ids, TROUBLES):
            troubled[item.job_id].append(item)
        for job_id, items in troubled.items():
            self._progress.learn(job_id, items)

    def _forget_others(self, chat_id: int, jobs: Sequence[Job]) -> None:
        """Forget the jobs of a chat that its board has left behind."""
        given = frozenset(job.id for job in jobs)
        for job_id in self._given.get(chat_id, frozenset()) - given:
            self._progress.forget(job_id)
        self._given[chat_id] = given
