"""What to tell a person at the terminal when Telegram says no. Pure."""

from __future__ import annotations

from datetime import timedelta

from downloader.errors import (
    AccountLostError,
    DownloaderError,
    OfflineError,
    RefusedError,
    ServerTroubleError,
    ThrottledError,
)
from storage.models import AccountState

_BY_KIND: tuple[tuple[type[DownloaderError], str], ...] = (
    (OfflineError, "Telegram cannot be reached: check the network, TELEGRAM_PROXY and TELEGRAM_DC"),
    (AccountLostError, "the sign-in is no longer valid: run `tad login`"),
)
_BY_CODE = {
    "PHONE_NUMBER_INVALID": "Telegram does not know this phone number: write it as +49123456789",
    "PHONE_NUMBER_UNOCCUPIED": "no Telegram account has this number: make one in a Telegram app",
    "PHONE_CODE_INVALID": "the code was wrong three times: start again",
    "PHONE_CODE_EMPTY": "no code was given: start again",
    "PHONE_CODE_EXPIRED": "the codes expired before they were used: start again",
    "PASSWORD_HASH_INVALID": "the password was wrong three times: start again",
    "QR_NOT_SCANNED": "the code was not scanned in time: start again, or use --phone",
    "API_ID_INVALID": "TELEGRAM_API_ID and TELEGRAM_API_HASH do not belong together",
    "API_ID_PUBLISHED_FLOOD": "this TELEGRAM_API_ID is public: get one at https://my.telegram.org",
}


def refusal(error: DownloaderError) -> str:
    match error:
        case RefusedError(detail=code):
            return _BY_CODE.get(code, f"Telegram refused: {code}")
        case ThrottledError(wait=wait):
            return f"Telegram asks to wait {_words(wait)}: try again then"
        case AccountLostError(state=AccountState.BANNED):
            return "Telegram has banned or frozen this account: appeal in their app"
        case ServerTroubleError(detail=code):
            return f"Telegram has trouble of its own ({code}): try again in a minute"
        case _:
            lines = (line for kind, line in _BY_KIND if isinstance(error, kind))
            return next(lines, str(error))


def _words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    if seconds < 120:
        return f"{seconds} seconds"
    minutes = seconds // 60
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
