"""How much a person may have fetched. Pure."""

from __future__ import annotations

from dataclasses import dataclass

NO_LIMIT = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """Jobs at a time, jobs that are not over, bytes a day, and bytes of one file.

    What is None is not said; `NO_LIMIT` says that there is none.
    """

    jobs: int | None = None
    queued: int | None = None
    daily: int | None = None
    largest: int | None = None

    def or_else(self, other: Quota) -> Quota:
        """Fill in from another what is not said."""
        return Quota(
            other.jobs if self.jobs is None else self.jobs,
            other.queued if self.queued is None else self.queued,
            other.daily if self.daily is None else self.daily,
            other.largest if self.largest is None else self.largest,
        )
