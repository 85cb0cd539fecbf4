"""Who else waits for a document that is on its way: it comes once, and everybody sees it come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from storage.models import Item, Job

Followed = tuple[Job, Item]


class Followers:
    def __init__(self) -> None:
        self._of: dict[int, dict[int, Followed]] = {}  # by document, then by item

    @contextmanager
    def behind(self, document_id: int) -> Iterator[None]:
        """Let others follow a document for as long as it is on its way."""
        self._of[document_id] = {}
        try:
            yield
        finally:
            del self._of[document_id]

    def documents(self) -> tuple[int, ...]:
        """Return those that are on their way."""
        return tuple(self._of)

    def join(self, job: Job, items: Iterable[Item]) -> None:
        """Let those items of a job follow whose documents are on their way."""
        for item in items:
            if item.audio is not None and item.audio.document_id in self._of:
                self._of[item.audio.document_id][item.id] = job, item

    def leave(self, job_id: int) -> None:
        """Let a job follow nothing any more: it is paused, or over."""
        for following in self._of.values():
            for item_id in [number for number, (job, _) in following.items() if job.id == job_id]:
                del following[item_id]

    def of(self, document_id: int) -> tuple[Followed, ...]:
        """Return one item of each job: a channel may carry one document thousands of times."""
        following = self._of.get(document_id, {}).values()
        return tuple({job.id: (job, item) for job, item in following}.values())
