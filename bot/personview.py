"""What is known of a person, for people to see, and what was stopped for one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from storage.people import Profile
from storage.quota import Quota, Used


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, with what holds for them and what they use of it; `own` was said of them alone."""

    profile: Profile
    quota: Quota
    own: Quota
    used: Used


@dataclass(frozen=True, slots=True)
class Stopped:
    """How many downloads and watches of somebody stand still now."""

    jobs: int = 0
    watches: int = 0

    def __add__(self, other: Stopped) -> Stopped:
        return Stopped(self.jobs + other.jobs, self.watches + other.watches)
