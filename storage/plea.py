"""What goes beyond somebody's limits, and what is asked for all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Excess(StrEnum):
    """Which limit something goes beyond."""

    QUEUED = "queued"
    DAILY = "daily"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class Plea:
    """A job that waits for somebody's yes. `wanted` and `limit` are jobs, or bytes.

    `is_granted` is None until somebody has decided.
    """

    id: int
    job_id: int
    person_id: int
    excess: Excess
    wanted: int
    limit: int
    made_at: datetime
    is_granted: bool | None = None
    decided_by: int | None = None
