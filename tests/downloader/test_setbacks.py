from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from downloader.errors import (
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    RefusedError,
    ThrottledError,
)
from downloader.setbacks import After, Setback, setback
from storage.models import Origin, Reason
from storage.watch import Rhythm, Rules, Watch, WatchState

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PRIVATE = ChatUnavailableError(Reason.CHAT_PRIVATE, "x")


def watch(troubles: int) -> Watch:
    rules = Rules(Rhythm(is_live=True))
    return Watch(1, "@x", rules, Origin(1, 1), WatchState.ACTIVE, NOW, NOW, troubles=troubles)


@pytest.mark.parametrize(
    ("troubles", "error", "meant"),
    [
        (0, OfflineError(), Setback(After.LATER, MINUTE)),
        (3, OfflineError(), Setback(After.LATER, 8 * MINUTE)),
        (99, OfflineError(), Setback(After.LATER, 15 * MINUTE)),
        (99, RefusedError("x"), Setback(After.LATER, 360 * MINUTE)),
        (0, ThrottledError(7 * MINUTE), Setback(After.LATER, 7 * MINUTE)),
        (1, PRIVATE, Setback(After.LATER, 2 * MINUTE)),
        (2, PRIVATE, Setback(After.LOST)),
        (5, DownloaderError(Reason.LOGIN), Setback(After.HELD, 2 * MINUTE)),
        (0, DownloaderError(Reason.DISK_FULL), Setback(After.HELD, 2 * MINUTE)),
    ],
)
def test_what_becomes_of_a_watch(troubles: int, error: DownloaderError, meant: Setback) -> None:
    assert meant == setback(watch(troubles), error)
