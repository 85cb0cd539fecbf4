"""How much a person may have fetched. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from storage.models import Role

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


@dataclass(frozen=True, slots=True)
class Used:
    """What of that somebody uses: jobs at work, jobs that are not over, and bytes since a time."""

    jobs: int = 0
    queued: int = 0
    daily: int = 0


_UNLIMITED = Quota(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT)
_OF_MEMBERS = Quota(jobs=3, queued=50, daily=20 * 10**9, largest=2 * 10**9)
# What holds where nothing else was said. Guests order nothing, unless they become members.
USUAL: Mapping[Role, Quota] = MappingProxyType(
    {
        Role.OWNER: _UNLIMITED,
        Role.ADMIN: _UNLIMITED,
        Role.MEMBER: _OF_MEMBERS,
        Role.GUEST: _OF_MEMBERS,
    }
)
