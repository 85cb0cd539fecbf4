"""Orders files of the library again that are not whole any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from storage.models import Job, Origin, Request, Track
from storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ordered:
    """`jobs` are to bring so many files; of the `lost` tracks nobody knows a posting any more."""

    jobs: tuple[Job, ...]
    files: int
    lost: tuple[Track, ...]


async def refill(
    store: Store,
    damaged: Sequence[Track],
    missing: Sequence[Track],
    origin: Origin,
    now: datetime,
) -> Ordered:
    """Store one job for each chat; whoever runs, or starts next, fetches them.

    A damaged file stays until the new one is here. What is on its way is not ordered twice.
    """
    tracks = [*damaged, *missing]
    sources = await store.trials.sources([track.id for track in tracks])
    await store.trials.damaged([one.id for one in damaged if one.id in sources], now)
    by_chat: dict[int, set[int]] = {}
    for posting in sources.values():
        by_chat.setdefault(posting.chat_id, set()).add(posting.message_id)
    jobs = []
    for chat_id, numbers in by_chat.items():
        name = await _name(store, chat_id)
        wanted = tuple(sorted(numbers - await _coming(store, name)))
        if wanted:
            request = Request(name, len(wanted), message_ids=wanted, voice=True)
            jobs.append(await store.jobs.add(request, origin, now))
    lost = tuple(track for track in tracks if track.id not in sources)
    log.info("files ordered again", files=len(sources), lost=len(lost))
    return Ordered(tuple(jobs), len(sources), lost)


async def _name(store: Store, chat_id: int) -> str:
    chat = await store.chats.get(chat_id)
    return f"@{chat.username}" if chat is not None and chat.username else str(chat_id)


async def _coming(store: Store, chat: str) -> set[int]:
    """Return the messages of a chat that an order by number is to bring already."""
    unfinished = [job.request for job in await store.jobs.unfinished()]
    return {one for request in unfinished if request.chat == chat for one in request.message_ids}
