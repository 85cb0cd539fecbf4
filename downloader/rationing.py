"""How much a watch may still ask for today: by its own budget, and by that of all together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from downloader.rhythms import midnight
from storage.store import Store
from storage.watch import Watch


@dataclass(frozen=True, slots=True)
class Ration:
    """Bytes that may be asked for in a day, and those that were. `is_of_all` watches together."""

    most: int
    asked: int
    is_of_all: bool = False

    @property
    def left(self) -> int:
        return self.most - self.asked


async def ration(store: Store, watch: Watch, now: datetime, zone: ZoneInfo | None) -> Ration | None:
    """Return the budget of which less is left, None where there is none."""
    since, found = midnight(now, zone), list[Ration]()
    if (own := watch.rules.most_a_day) is not None:
        found.append(Ration(own, await store.watches.asked_since(watch.id, since)))
    if (all_together := await store.watch_rules.budget()) is not None:
        asked = await store.watches.asked_since(None, since)
        found.append(Ration(all_together, asked, is_of_all=True))
    return min(found, key=lambda one: one.left, default=None)
