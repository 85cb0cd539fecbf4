from __future__ import annotations

from datetime import timedelta

import pytest

from bot.verbs.refusals import refusal
from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    RefusedError,
    ServerTroubleError,
    ThrottledError,
)
from storage.models import AccountState, Reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RefusedError("QR_NOT_SCANNED"), "not scanned in time"),
        (RefusedError("SOMETHING_NEW"), "Telegram refused: SOMETHING_NEW"),
        (ThrottledError(timedelta(seconds=34)), "wait 34 seconds"),
        (ThrottledError(timedelta(minutes=5)), "wait 5 minutes"),
        (ThrottledError(timedelta(hours=30)), "wait 30 hours"),
        (OfflineError(), "cannot be reached"),
        (AccountLostError("SESSION_REVOKED"), "tad login"),
        (AccountLostError("PHONE_NUMBER_BANNED", AccountState.BANNED), "banned"),
        (ServerTroubleError("RPC_CALL_FAIL"), "(RPC_CALL_FAIL)"),
        (ChatUnavailableError(Reason.CHAT_PRIVATE, "@x"), "chat private: @x"),
    ],
)
def test_each_error_has_its_line(error: DownloaderError, words: str) -> None:
    line = refusal(error)

    assert words in line
    assert "\n" not in line
