"""The one table that turns what Telethon and the network raise into `downloader.errors`."""

from __future__ import annotations

import re
from asyncio import IncompleteReadError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from python_socks import ProxyError
from telethon.errors import (
    AuthKeyNotFound,
    BadMessageError,
    InvalidBufferError,
    InvalidChecksumError,
    RPCError,
    SecurityError,
    TypeNotFoundError,
)
from telethon.errors.rpcerrorlist import rpc_errors_dict, rpc_errors_re

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    MisplacedError,
    NoForumError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    TakeoutDelayedError,
    TakeoutRefusedError,
    ThrottledError,
)
from storage.models import AccountState, Reason

_SHORTEST_WAIT = timedelta(seconds=1)  # FLOOD_WAIT_0 has been seen, and means "not yet"
_LONGEST_WAIT = timedelta(days=14)
_UNNUMBERED_WAIT = timedelta(minutes=1)
_LOGIN_WAIT = timedelta(hours=1)  # too many codes or passwords: Telegram does not say how long
_TRANSPORT_FLOOD = 429

_Make = Callable[[str], DownloaderError]


def _chat(reason: Reason) -> _Make:
    return lambda code: ChatUnavailableError(reason, code)


def _lost(code: str) -> DownloaderError:
    return AccountLostError(code)


def _banned(code: str) -> DownloaderError:
    return AccountLostError(code, AccountState.BANNED)


def _used_elsewhere(code: str) -> DownloaderError:
    return AccountLostError(code, AccountState.USED_ELSEWHERE)


def _deleted(code: str) -> DownloaderError:
    return PostingGoneError(Reason.DELETED, code)


def _too_many_tries(_code: str) -> DownloaderError:
    return ThrottledError(_LOGIN_WAIT)


def _takeout_refused(code: str) -> DownloaderError:
    return TakeoutRefusedError(code)


def _takeout_delayed(code: str) -> DownloaderError:
    return TakeoutDelayedError(_wait(code))


def _throttled(code: str) -> DownloaderError:
    return ThrottledError(_wait(code), premium="PREMIUM" in code)


def _wait(code: str) -> timedelta:
    numbers = re.findall(r"-?\d+", code)  # the last: 2FA_CONFIRM_WAIT_604800
    wait = timedelta(seconds=int(numbers[-1])) if numbers else _UNNUMBERED_WAIT
    return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT)


# Telegram's own name of the error, as a pattern -> ours. The first that matches whole counts.
# Names: https://core.telegram.org/api/errors and the `errors` of each method's page.
_BY_CODE: tuple[tuple[str, _Make], ...] = (
    (r"USERNAME_(NOT_OCCUPIED|INVALID)", _chat(Reason.CHAT_NOT_FOUND)),
    (r"CHANNEL_(PRIVATE|INVALID|PUBLIC_GROUP_NA)", _chat(Reason.CHAT_PRIVATE)),
    (r"(CHAT|PEER)_ID_INVALID|CHAT_(FORBIDDEN|RESTRICTED)", _chat(Reason.CHAT_PRIVATE)),
    (r"USER_BANNED_IN_CHANNEL|CHAT_ADMIN_REQUIRED", _chat(Reason.CHAT_PRIVATE)),
    (r"USER_NOT_PARTICIPANT|INVITE_.*", _chat(Reason.CHAT_NOT_JOINED)),
    (r"CHANNEL_FORUM_MISSING", NoForumError),
    (r"(MSG|MESSAGE)_ID_INVALID|MESSAGE_IDS_EMPTY", _deleted),
    (r"USER_DEACTIVATED(_BAN)?|PHONE_NUMBER_BANNED", _banned),
    (r"FROZEN_.*", _banned),  # its owner has to appeal
    (r"AUTH_KEY_DUPLICATED", _used_elsewhere),
    (r"AUTH_KEY_(UNREGISTERED|INVALID|PERM_EMPTY)", _lost),
    (r"SESSION_(REVOKED|EXPIRED)", _lost),
    (r"PHONE_(NUMBER|PASSWORD)_FLOOD|PHONE_CODE_FLOOD", _too_many_tries),
    (r"TAKEOUT_INIT_DELAY_\d+", _takeout_delayed),
    (r"TAKEOUT_(INVALID|REQUIRED)", _takeout_refused),
    (r".*(FLOOD|WAIT|INIT_DELAY).*_-?\d+|FLOOD.*|SLOWMODE_WAIT.*", _throttled),
    (r"TIMEOUT|RPC_(CALL|MCGET)_FAIL|INTERDC_.*|MSG_WAIT_FAILED", ServerTroubleError),
    (r"(LIMIT|OFFSET|LOCATION|FILE_ID)_INVALID", MisplacedError),
    # Another sender, or another account, may have more luck with these.
    (
        r"AUTH_BYTES_INVALID|DC_ID_INVALID|CONNECTION_NOT_INITED|FILE_MIGRATE_\d+",
        ServerTroubleError,
    ),
)
# What is left is told by the class of the error.
_BY_NUMBER: dict[int, _Make] = {
    401: _lost,
    420: _throttled,
    500: ServerTroubleError,
    503: ServerTroubleError,
}
_STALE = re.compile(r"FILE_REFERENCE_(\d+_)?(EXPIRED|INVALID|EMPTY)|FILEREF_UPGRADE_NEEDED")


@contextmanager
def our_errors() -> Iterator[None]:
    """Let only `DownloaderError` out."""
    try:
        yield
    except _EXPECTED as error:
        raise translated(error) from error


def is_expected(error: BaseException) -> bool:
    return isinstance(error, _EXPECTED)


def translated(error: Exception) -> DownloaderError:
    if isinstance(error, RPCError):
        return _from_server(error)
    if isinstance(error, _WIRE):
        return _from_wire(error)
    return OfflineError(type(error).__name__)


def code_of(error: RPCError) -> str:
    """Return Telegram's own name of the error, with its number: `FLOOD_WAIT_34`."""
    name = _names().get(type(error))
    if name is None:
        return str(error.message)
    number = next((value for value in vars(error).values() if isinstance(value, int)), 0)
    return name.replace(r"(\d+)", str(number))


def is_stale_reference(error: RPCError) -> bool:
    """Tell whether the posting must be looked up again to get a fresh file reference.

    https://core.telegram.org/api/file_reference
    """
    return is_stale(code_of(error))


def is_stale(code: str) -> bool:
    return _STALE.fullmatch(code) is not None


# Not from the server's methods but from the protocol below them.
_WIRE = (
    AuthKeyNotFound,
    BadMessageError,
    InvalidBufferError,
    InvalidChecksumError,
    SecurityError,
    TypeNotFoundError,
)
_NETWORK = (OSError, IncompleteReadError, ProxyError)
_EXPECTED = (RPCError, *_WIRE, *_NETWORK)


def _from_server(error: RPCError) -> DownloaderError:
    code = code_of(error)
    for pattern, make in _BY_CODE:
        if re.fullmatch(pattern, code, re.IGNORECASE):
            return make(code)
    make = _BY_NUMBER.get(abs(error.code or 0), RefusedError)
    return make(code)


def _from_wire(error: Exception) -> DownloaderError:
    match error:
        case AuthKeyNotFound():
            return AccountLostError("AUTH_KEY_NOT_FOUND")
        case InvalidBufferError(code=code) if code == _TRANSPORT_FLOOD:
            return ThrottledError(_UNNUMBERED_WAIT)
        case TypeNotFoundError(invalid_constructor_id=number):
            return RefusedError(f"UNKNOWN_TYPE_{number:08x}")
        case _:
            return ServerTroubleError(type(error).__name__)


@cache
def _names() -> dict[type[RPCError], str]:
    names = {kind: name for name, kind in rpc_errors_dict.items()}
    return names | {kind: pattern for pattern, kind in rpc_errors_re}
