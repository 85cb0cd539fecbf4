"""Which tracks of a chat are more than is kept of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from storage.retention import Guard, Held, Retention


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What goes; what would go, were it not for what speaks for it, is counted in `staying`."""

    going: tuple[Held, ...] = ()
    staying: Mapping[Guard, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of what goes."""
        return sum(one.size for one in self.going)


def beyond(
    held: Sequence[Held], chat_id: int, retention: Retention, now: datetime
) -> frozenset[int]:
    """Return the tracks of a chat that are more than is kept of it.

    What was posted there last counts as the newest. Of these, so many are kept whose bytes
    together are within the limit, but always one. A track grows old from its last posting there
    on, or from when it came, if that was later: what somebody has just fetched is not old.
    """
    newest = sorted(held, key=lambda one: (one.posted[chat_id], one.track_id), reverse=True)
    totals = accumulate(one.size for one in newest)

    def is_kept(place: int, total: int, one: Held) -> bool:
        age = now - max(one.posted[chat_id], one.came_at)
        return (
            (retention.count is None or place < retention.count)
            and (retention.size is None or total <= retention.size or place == 0)
            and (retention.age is None or age <= retention.age)
        )

    numbered = enumerate(zip(totals, newest, strict=True))
    return frozenset(
        one.track_id for place, (total, one) in numbered if not is_kept(place, total, one)
    )


def cleaning(
    chat_id: int,
    held: Mapping[int, Sequence[Held]],
    retentions: Mapping[int, Retention],
    now: datetime,
) -> Cleaning:
    """Decide what of a chat goes; `held` are the files of each chat whose retention matters.

    What was posted in several chats goes only when it is more than is kept of each of them.
    """
    let_go = {
        one: beyond(files, one, retentions[one], now)
        for one, files in held.items()
        if one in retentions
    }
    going: list[Held] = []
    staying: Counter[Guard] = Counter()
    for one in held[chat_id]:
        if one.track_id not in let_go[chat_id]:
            continue
        if guard := _guard(one, let_go):
            staying[guard] += 1
        else:
            going.append(one)
    return Cleaning(tuple(going), staying)


def _guard(one: Held, let_go: Mapping[int, frozenset[int]]) -> Guard | None:
    """Return what speaks for a track; of several things, what people know best."""
    guards = set(one.guards)
    if any(one.track_id not in let_go.get(chat_id, ()) for chat_id in one.posted):
        guards.add(Guard.ELSEWHERE)
    return next((guard for guard in Guard if guard in guards), None)
