"""Tries again the downloads of a watch that failed before anything was known to be fetched.

The watch has seen what they were to bring, and asks for it no more. So each look that goes well
takes them up, less and less often the older they are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from storage.models import Job, Reason
from storage.store import Store
from storage.watch import Watch

log = structlog.get_logger(__name__)

Retry = Callable[[int], Awaitable[Job]]

_RUNS = 50  # the newest
_SOON = timedelta(minutes=5)
# What they were to bring was taken away: it will not come back.
_GONE = frozenset({Reason.NO_AUDIO, Reason.NOTHING_MATCHES, Reason.DELETED})


async def try_again(store: Store, retry: Retry, watch: Watch, now: datetime) -> None:
    """Try again what it is time for; the look of just now is the newest run."""
    looks = [run.at for run in await store.watches.runs(watch.id, _RUNS) if run.reason is None]
    before = looks[1] if len(looks) > 1 else None
    for one in await store.watch_jobs.unplanned(watch.id, _RUNS):
        if one.reason not in _GONE and is_time(one.made_at, before, now):
            log.info("planned again", job=one.job_id, reason=one.reason)
            await retry(one.job_id)


def is_time(made_at: datetime, before: datetime | None, now: datetime) -> bool:
    """Tell whether a job that was made then is to be tried again.

    Its age has to have doubled since the last good look: nothing need be remembered for that.
    """
    last = 0 if before is None else _doublings(before - made_at)
    return _doublings(now - made_at) > last


def _doublings(age: timedelta) -> int:
    return max(0, age // _SOON).bit_length()
