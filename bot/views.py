"""Gathers what a board shows: jobs and counts from storage, the rest from events."""

from __future__ import annotations

from collections.abc import Collection

from bot.board import JobView
from bot.progress import Progress
from storage.items import Items
from storage.jobs import Jobs
from storage.models import Tally


class Views:
    def __init__(self, jobs: Jobs, items: Items, progress: Progress) -> None:
        self._jobs = jobs
        self._items = items
        self._progress = progress

    async def of(self, chat_id: int, first_job_id: int) -> list[JobView]:
        """Return the jobs of a chat from one on, oldest first."""
        jobs = await self._jobs.of_chat(chat_id, first_job_id)
        tallies = await self._items.tally([job.id for job in jobs])
        views = []
        for job in jobs:
            tally = tallies.get(job.id, Tally())
            if not self._progress.knows(job.id, tally):
                self._progress.learn(job.id, await self._items.of_job(job.id))
            views.append(self._progress.view(job, tally))
        return views

    def forget(self, job_ids: Collection[int]) -> None:
        for job_id in job_ids:
            self._progress.forget(job_id)
