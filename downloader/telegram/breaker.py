"""A circuit breaker: what fails again and again is left alone for a while, then tried by one.

The states and their changes are purgatory's. Around them is what it has not got: time that no
change of the clock can move, one trial instead of as many as come, and one failure where several
requests fail together with their line.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from purgatory.domain.model import HALF_OPENED, OPENED, Context, OpenedState
from telethon.errors import FileMigrateError

from downloader.clock import Clock
from downloader.errors import DownloaderError, OfflineError, ServerTroubleError
from downloader.telegram.errors import is_expected, translated

log = structlog.get_logger(__name__)

_FAILURES = 5  # in a row
_REST = 15.0  # seconds that nobody tries, and then that one may take to try
_TOGETHER = 1.0  # seconds


class Breaker:
    """`check` before each attempt, and make it within `watching`."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._clock = clock
        self._circuit = Context(name, _FAILURES, _REST)
        self._opened_at = self._tried_at = self._failed_at = float("-inf")
        self._failure: OfflineError | ServerTroubleError = OfflineError()

    @property
    def failure(self) -> DownloaderError | None:
        """What went wrong last, as long as it keeps others from trying."""
        return self._failure if self.rest_left else None

    @property
    def rest_left(self) -> float:
        """The seconds until somebody may try, at most."""
        since = {OPENED: self._opened_at, HALF_OPENED: self._tried_at}.get(self._circuit.state)
        return 0.0 if since is None else max(0.0, since + _REST - self._clock.monotonic())

    def check(self) -> None:
        """Raise again what went wrong, unless it is time for somebody to try."""
        now = self._clock.monotonic()
        if self._circuit.state == OPENED:
            self._circuit = self._at(now)
        elif self._circuit.state == HALF_OPENED and self.rest_left:
            raise self._again()
        try:
            self._circuit.handle_new_request()
        except OpenedState as error:
            raise self._again() from error
        if self._circuit.state == HALF_OPENED:
            # Nobody has to say that a trial was broken off: after a while there is another.
            self._tried_at = now

    @contextmanager
    def watching(self, *, only_connecting: bool = False) -> Iterator[None]:
        """Learn from how an attempt ends; its error goes on.

        That somebody takes a connection does not show yet that anything will be answered on it.
        """
        try:
            yield
        except Exception as error:
            failure = _failure(error)
            if failure is not None:
                self._failed(failure)
            elif not only_connecting:
                self._answered()
            raise
        if not only_connecting:
            self._answered()

    def _answered(self) -> None:
        self._circuit.handle_end_request()
        self._circuit.messages.clear()

    def _failed(self, failure: OfflineError | ServerTroubleError) -> None:
        now = self._clock.monotonic()
        if now - self._failed_at > _TOGETHER:
            self._failed_at, self._failure = now, failure
            was_open = self._circuit.state == OPENED
            self._circuit.handle_exception(failure)
            if self._circuit.state == OPENED and not was_open:
                self._opened_at = now
                log.warning("data centre rests", name=self._circuit.name, error=str(failure))
        self._circuit.messages.clear()  # they are for listeners, of which there are none

    def _at(self, now: float) -> Context:
        """Return the open circuit, opened as long ago by the wall clock as it was by ours."""
        opened_at = time.time() - (now - self._opened_at)
        return Context(self._circuit.name, _FAILURES, _REST, OPENED, opened_at=opened_at)

    def _again(self) -> DownloaderError:
        return type(self._failure)(self._failure.detail)


def _failure(error: Exception) -> OfflineError | ServerTroubleError | None:
    """Return what says that the data centre does not work; any other answer says that it does."""
    if isinstance(error, FileMigrateError):
        return None
    ours = translated(error) if is_expected(error) else error
    return ours if isinstance(ours, OfflineError | ServerTroubleError) else None
