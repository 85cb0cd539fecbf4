"""What is known of a job at one moment, for a board to draw. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.models import Item, ItemState, Job, JobState, Reason, Tally
from storage.states import ACTIVE_ITEMS, ENDED_JOBS

TROUBLES = frozenset({ItemState.WAITING, ItemState.PARKED, ItemState.FAILED})
# Trying again cannot help here.
HOPELESS = frozenset(
    {
        Reason.CHAT_NOT_FOUND,
        Reason.NOT_A_CHAT,
        Reason.NO_AUDIO,
        Reason.NOTHING_MATCHES,
        Reason.DELETED,
        Reason.EMPTY_FILE,
    }
)


@dataclass(frozen=True, slots=True)
class Moving:
    """A track on its way: `done` of `total` bytes. A `stalled` one is being reconnected."""

    item: Item
    done: int
    total: int
    stalled: bool = False


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it stands. `troubles` are its items in one of `TROUBLES`.

    `speed` is in bytes/s, and `usual` what it was when bytes last came. A `slowed` job is held
    back by the speed limit for accounts without Premium. A `stopping` one is being cancelled.
    """

    job: Job
    tally: Tally = field(default_factory=Tally)
    troubles: Sequence[Item] = ()
    moving: Sequence[Moving] = ()
    speed: float = 0.0
    usual: float = 0.0
    slowed: bool = False
    stopping: bool = False

    @property
    def is_active(self) -> bool:
        return self.job.state not in ENDED_JOBS

    @property
    def may_retry(self) -> bool:
        """Tell whether trying again may bring more."""
        if self.job.state is JobState.FAILED and self.job.reason:
            return self.job.reason not in HOPELESS
        states = {ItemState.PARKED} if self.is_active else {ItemState.FAILED, ItemState.PARKED}
        return any(item.state in states and item.reason not in HOPELESS for item in self.troubles)

    @property
    def stuck(self) -> ItemState | None:
        """In which state a running job stands still, None while anything moves."""
        items = self.tally.items
        if self.moving or any(items.get(state) for state in ACTIVE_ITEMS):
            return None
        if items.get(ItemState.WAITING):
            return ItemState.WAITING
        return ItemState.PARKED if items.get(ItemState.PARKED) else None

    @property
    def arrived(self) -> int:
        """How many of the wanted bytes are here."""
        return self.tally.bytes_done + sum(one.done for one in self.moving)
