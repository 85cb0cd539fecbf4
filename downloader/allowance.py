"""When bytes may be fetched, and how fast: over all accounts together."""

from __future__ import annotations

from downloader.bucket import Bucket, Rate
from downloader.clock import Clock
from downloader.errors import OutsideHoursError
from downloader.hours import Hours
from downloader.parts import LARGEST_REQUEST, PART

_REQUESTS_PER_SECOND = 2  # at least, so that a slow line is shared smoothly


class Allowance:
    """Without hours and without `bandwidth`, in bytes per second, it lets everything pass."""

    def __init__(
        self, clock: Clock, hours: Hours | None = None, bandwidth: int | None = None
    ) -> None:
        self._clock = clock
        self._hours = hours
        self._bucket: Bucket | None = None
        if bandwidth is not None:
            self._request = _request_size(bandwidth)
            # No more is saved up than one request, so that a pause is followed by no burst.
            rate = Rate(bandwidth, bandwidth, burst=self._request / bandwidth)
            self._bucket = Bucket(rate, clock)

    def check(self) -> None:
        """Raise OutsideHoursError when nothing may be fetched now."""
        now = self._clock.on_the_wall()
        if self._hours is not None and not self._hours.are_open(now):
            opening = self._hours.open_at(now)
            raise OutsideHoursError(opening - now, f"{self._hours.local(opening):%H:%M}")

    async def take(self, left: int) -> int:
        """Wait until some of the `left` bytes may be asked for; return how many.

        Whoever comes first is served first, and everybody gets the same. Raises OutsideHoursError.
        """
        self.check()
        if self._bucket is None:
            return left
        count = min(left, self._request)
        await self._bucket.take(count)
        try:
            self.check()  # they may have ended meanwhile
        except OutsideHoursError:
            self._bucket.give_back(count)
            raise
        return count

    def give_back(self, count: int) -> None:
        """Let others have bytes that are not asked for after all."""
        if self._bucket is not None and count > 0:
            self._bucket.give_back(count)


def _request_size(bandwidth: int) -> int:
    """Return what to ask for at once: a power of two, the less the slower it may come."""
    wanted = bandwidth // _REQUESTS_PER_SECOND
    return min(LARGEST_REQUEST, max(PART, 1 << max(wanted, 1).bit_length() - 1))
