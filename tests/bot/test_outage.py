from __future__ import annotations

import pytest
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe
from structlog.testing import capture_logs

from bot.outage import Outage
from downloader.clock import Clock

ME = GetMe()
AWAY = TelegramNetworkError(ME, "ClientConnectorError: Cannot connect to host")


class Watch:
    seconds = 0.0

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.seconds)


def test_f30_it_is_told_once_and_again_after_minutes() -> None:
    watch = Watch()
    outage = Outage(watch.clock())
    with capture_logs() as lines:
        for watch.seconds in (0.0, 1.0, 60.0, 299.0, 300.0, 301.0):
            outage.tell(AWAY)

    warnings = [line for line in lines if line["log_level"] == "warning"]
    assert 2 == len(warnings)
    assert "the Bot API cannot be reached" == warnings[0]["event"]
    assert "ClientConnectorError: Cannot connect to host" == warnings[0]["cause"]


def test_a_connection_that_comes_and_goes_is_told_no_more_often() -> None:
    outage = Outage(Watch().clock())
    with capture_logs() as lines:
        outage.over()
        for _ in range(3):
            outage.tell(AWAY)
            outage.over()

    told = [line["event"] for line in lines if line["log_level"] != "debug"]
    assert ["the Bot API cannot be reached", "the Bot API answers again"] == told


@pytest.mark.parametrize(
    ("error", "words", "cause"),
    [
        (TelegramUnauthorizedError(ME, "Unauthorized"), "BOT_TOKEN", "Unauthorized"),
        (TelegramNotFound(ME, "Not Found"), "BOT_TOKEN", "Not Found"),
        (TelegramConflictError(ME, "Conflict"), "another program", "Conflict"),
        (TelegramServerError(ME, "Bad Gateway"), "trouble of its own", "Bad Gateway"),
        (TimeoutError(), "cannot be reached", "no answer in time"),
        (AiogramError("odd"), "does not do as it should", "odd"),
    ],
)
def test_f52_f53_f54_each_trouble_has_its_words(error: Exception, words: str, cause: str) -> None:
    with capture_logs() as lines:
        Outage(Watch().clock()).tell(error)

    assert words in lines[0]["event"]
    assert cause == lines[0]["cause"]
