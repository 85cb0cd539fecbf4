"""Which item is worked on next.

One query asks each running job for its first item that may start and for the number of its items
at work; every part of it is answered from an index, so its cost grows with the running jobs and
not with their items.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, exists, func, select

from storage.columns import UtcTime
from storage.models import Item, ItemState, Job, JobState
from storage.states import ACTIVE_ITEMS
from storage.tables import items, jobs


@dataclass(frozen=True, slots=True)
class Claim:
    item: Item
    job: Job


@dataclass(frozen=True, slots=True)
class Offer:
    """What a running job has: items at work, its first queued item, its first that has rested."""

    job_id: int
    active: int
    queued: int | None
    rested: int | None


@cache
def offers() -> Select[int, int, int | None, int | None]:
    """Select the columns of an `Offer` for every running job, at the time `now`.

    To put it together takes longer than to run it.
    """
    now = bindparam("now", type_=UtcTime)
    queued = _first(items.c.state == ItemState.QUEUED)
    rested = _first((items.c.state == ItemState.WAITING) & (items.c.until <= now))
    return select(
        jobs.c.id.label("job_id"),
        _active().label("active"),
        queued.label("queued"),
        rested.label("rested"),
    ).where(jobs.c.state == JobState.RUNNING)


def fairest(offers: Iterable[Offer], served: int) -> int | None:
    """Choose the item of the idlest job, then of the next job after `served`."""
    ranked = [
        (offer.active, offer.job_id <= served, offer.job_id, min(ready))
        for offer in offers
        if (ready := [item for item in (offer.queued, offer.rested) if item is not None])
    ]
    return min(ranked)[-1] if ranked else None


def _first(ready: ColumnElement[bool]) -> ScalarSelect[Any]:
    holder = items.alias("holder")
    held = exists().where(
        holder.c.document_id == items.c.document_id, holder.c.state.in_(ACTIVE_ITEMS)
    )
    return (
        select(items.c.id)
        .where(items.c.job_id == jobs.c.id, ready, ~held)
        .order_by(items.c.id)
        .limit(1)
        .correlate(jobs)
        .scalar_subquery()
    )


def _active() -> ScalarSelect[Any]:
    busy = items.alias("busy")
    return (
        select(func.count())
        .select_from(busy)
        .where(busy.c.job_id == jobs.c.id, busy.c.state.in_(ACTIVE_ITEMS))
        .correlate(jobs)
        .scalar_subquery()
    )
