"""How much a watch may still ask for today: by its own budget, and by that of all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from downloader.albums import albums, untorn
from downloader.rhythms import midnight
from downloader.surveying import Survey
from storage.models import Audio
from storage.store import Store
from storage.watch import Watch


@dataclass(frozen=True, slots=True)
class Ration:
    """Bytes that may be asked for in a day, and those that were: `own` by the watch itself.

    `is_of_all` watches together.
    """

    most: int
    asked: int
    own: int
    is_of_all: bool = False

    def allows(self, size: int) -> bool:
        """Tell whether so much more may be asked for; what costs nothing always may.

        What is larger than a whole day allows never could. So it may on a day on which the watch
        has asked for nothing else, as long as others have not used that up: a day on which none of
        them asks before it might never come.
        """
        if self.asked + size <= self.most or not size:
            return True
        return size > self.most and not self.own and self.asked < self.most

    def after(self, size: int) -> Ration:
        return Ration(self.most, self.asked + size, self.own + size, self.is_of_all)


@dataclass(frozen=True, slots=True)
class Share:
    """What may be fetched today, and by which of the budgets not all of it, if so."""

    taken: tuple[Audio, ...]
    cut_off_by: tuple[Ration, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """Tell whether all watches have to wait for the next day."""
        return any(one.is_of_all for one in self.cut_off_by)


async def rations(
    store: Store, watch: Watch, now: datetime, zone: ZoneInfo | None
) -> tuple[Ration, ...]:
    """Return the budgets that there are, all of which count."""
    since, found = midnight(now, zone), list[Ration]()
    own = await store.watches.asked_since(watch.id, since)
    if watch.rules.most_a_day is not None:
        found.append(Ration(watch.rules.most_a_day, own, own))
    if (all_together := await store.watch_rules.budget()) is not None:
        asked = await store.watches.asked_since(None, since)
        found.append(Ration(all_together, asked, own, is_of_all=True))
    return tuple(found)


def share(budgets: Sequence[Ration], survey: Survey, *, may_go_on: bool) -> Share:
    """Return as much of the beginning as may be fetched today, and no album in pieces.

    Where the list `may_go_on`, an album at its end comes with the next one.
    """
    taken: list[Audio] = []
    for together in albums(untorn(survey.wanted) if may_go_on else survey.wanted):
        size = sum(survey.cost(one) for one in together)
        refusing = tuple(one for one in budgets if not one.allows(size))
        if refusing:
            return Share(tuple(taken), refusing)
        budgets = [one.after(size) for one in budgets]
        taken += together
    return Share(tuple(taken))
