"""One account's conduct: how fast it asks, and how Telegram takes that."""

from __future__ import annotations

from datetime import timedelta

import structlog

from downloader.bucket import Bucket
from downloader.clock import Clock
from downloader.errors import ThrottledError
from downloader.floods import Floods
from downloader.lending import Call
from downloader.manners import Manners
from downloader.meter import Meter

log = structlog.get_logger(__name__)

# Whoever waits longer for an answer takes the line for dead: better another account is asked.
_PATIENCE = timedelta(seconds=40)


class Conduct:
    """Each kind of call has a bucket of its own, because Telegram throttles them apart."""

    def __init__(self, account_id: int, manners: Manners, clock: Clock) -> None:
        self.account_id = account_id
        self.manners = manners
        self.clock = clock
        self._buckets = {
            Call.MESSAGES: Bucket(manners.messages, clock),
            Call.FILES: Bucket(manners.files, clock),
        }
        self._floods = {call: Floods(clock) for call in Call}
        self.arrived = Meter(clock)  # bytes

    @property
    def floods_last_hour(self) -> int:
        return sum(floods.last_hour for floods in self._floods.values())

    @property
    def floods_last_day(self) -> int:
        return sum(floods.last_day for floods in self._floods.values())

    @property
    def waited_last_day(self) -> timedelta:
        return sum((floods.waited for floods in self._floods.values()), timedelta(0))

    def per_second(self, call: Call) -> float:
        """How many such calls may be made right now."""
        return self._buckets[call].per_second

    async def leave(self, call: Call) -> None:
        """Wait for leave to make a call. Raises ThrottledError when that is too far off."""
        delay = timedelta(seconds=self._buckets[call].delay)
        if delay > _PATIENCE:
            raise ThrottledError(delay)
        await self._buckets[call].take()

    def flooded(self, call: Call, error: ThrottledError) -> None:
        """Note that Telegram told us to wait, and ask more slowly from now on.

        The speed limit for accounts without Premium is one of bytes: the window gives way to it,
        and fewer requests would not help.
        """
        if not self._floods[call].note(error.wait) or error.premium:
            return
        self._buckets[call].slow_down()
        log.info(
            "account slows down",
            account=self.account_id,
            call=call,
            per_second=round(self.per_second(call), 1),
        )


class Conducts:
    """The conduct of every account: it lasts longer than their connections."""

    def __init__(self, manners: Manners, clock: Clock) -> None:
        self._manners = manners
        self._clock = clock
        self._conducts: dict[int, Conduct] = {}

    def of(self, account_id: int) -> Conduct:
        if account_id not in self._conducts:
            self._conducts[account_id] = Conduct(account_id, self._manners, self._clock)
        return self._conducts[account_id]
