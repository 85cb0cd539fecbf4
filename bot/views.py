"""Gathers what a board shows: jobs and counts from storage, accounts, the rest from events."""

from __future__ import annotations

from collections.abc import Collection

from bot.jobview import TROUBLES, JobView
from bot.progress import Progress
from bot.status import Roster
from downloader.standing import Standing
from storage.items import Items
from storage.jobs import Jobs
from storage.models import Item


class Views:
    def __init__(self, jobs: Jobs, items: Items, progress: Progress, roster: Roster) -> None:
        self._jobs = jobs
        self._items = items
        self._progress = progress
        self._roster = roster

    async def of(self, chat_id: int, first_job_id: int) -> list[JobView]:
        """Return the jobs of a chat from one on, oldest first."""
        jobs = await self._jobs.of_chat(chat_id, first_job_id)
        tallies = await self._items.tally([job.id for job in jobs])
        await self._learn(
            [job_id for job_id, tally in tallies.items() if not self._progress.knows(job_id, tally)]
        )
        return [self._progress.view(job, tallies[job.id]) for job in jobs]

    async def standings(self) -> list[Standing]:
        return await self._roster.standings()

    async def _learn(self, job_ids: Collection[int]) -> None:
        """Read again what events have not told of these jobs."""
        if not job_ids:
            return
        troubled: dict[int, list[Item]] = {job_id: [] for job_id in job_ids}
        for item in await self._items.in_states(job_ids, TROUBLES):
            troubled[item.job_id].append(item)
        for job_id, items in troubled.items():
            self._progress.learn(job_id, items)

    def forget(self, job_ids: Collection[int]) -> None:
        for job_id in job_ids:
            self._progress.forget(job_id)
