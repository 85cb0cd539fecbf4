from __future__ import annotations

import asyncio
import struct
from datetime import timedelta

import pytest
from python_socks import ProxyConnectionError, ProxyError
from telethon import errors
from telethon.errors import rpc_message_to_error
from telethon.tl.functions import PingRequest
from telethon.tl.types import RpcError

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    MisplacedError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    TakeoutDelayedError,
    TakeoutRefusedError,
    ThrottledError,
)
from downloader.telegram.errors import code_of, is_stale_reference, our_errors, translated
from storage.models import AccountState, Reason

ROWS: list[tuple[str, int, str, type[DownloaderError], Reason]] = [
    ("F01", 420, "FLOOD_WAIT_34", ThrottledError, Reason.FLOOD),
    ("F02", 420, "FLOOD_WAIT_86401", ThrottledError, Reason.FLOOD),
    ("F03", 420, "FLOOD_PREMIUM_WAIT_7", ThrottledError, Reason.FLOOD),
    ("F04", 420, "FLOOD", ThrottledError, Reason.FLOOD),
    ("F04", 420, "FLOOD_WAIT_0", ThrottledError, Reason.FLOOD),
    ("F04", 420, "SLOWMODE_WAIT_30", ThrottledError, Reason.FLOOD),
    ("F02", 420, "TAKEOUT_INIT_DELAY_3600", TakeoutDelayedError, Reason.TAKEOUT_DELAY),
    ("F22", 400, "TAKEOUT_INVALID", TakeoutRefusedError, Reason.NO_TAKEOUT),
    ("F22", 403, "TAKEOUT_REQUIRED", TakeoutRefusedError, Reason.NO_TAKEOUT),
    ("F04", 420, "SOMETHING_SLOW", ThrottledError, Reason.FLOOD),
    ("F08", 400, "AUTH_BYTES_INVALID", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F08", 400, "DC_ID_INVALID", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F13", 400, "CHANNEL_PRIVATE", ChatUnavailableError, Reason.CHAT_PRIVATE),
    ("F13", 406, "CHANNEL_PRIVATE", ChatUnavailableError, Reason.CHAT_PRIVATE),
    ("F13", 400, "CHANNEL_INVALID", ChatUnavailableError, Reason.CHAT_PRIVATE),
    ("F13", 400, "USER_BANNED_IN_CHANNEL", ChatUnavailableError, Reason.CHAT_PRIVATE),
    ("F13", 400, "CHAT_ID_INVALID", ChatUnavailableError, Reason.CHAT_PRIVATE),
    ("F13", 403, "CHAT_FORBIDDEN", ChatUnavailableError, Reason.CHAT_PRIVATE),
    ("F13", 400, "USER_NOT_PARTICIPANT", ChatUnavailableError, Reason.CHAT_NOT_JOINED),
    ("F13", 400, "INVITE_HASH_EXPIRED", ChatUnavailableError, Reason.CHAT_NOT_JOINED),
    ("F14", 400, "USERNAME_NOT_OCCUPIED", ChatUnavailableError, Reason.CHAT_NOT_FOUND),
    ("F14", 400, "USERNAME_INVALID", ChatUnavailableError, Reason.CHAT_NOT_FOUND),
    ("F12", 400, "MSG_ID_INVALID", PostingGoneError, Reason.DELETED),
    ("F16", 401, "AUTH_KEY_UNREGISTERED", AccountLostError, Reason.LOGIN),
    ("F16", 401, "SESSION_REVOKED", AccountLostError, Reason.LOGIN),
    ("F16", 401, "SESSION_EXPIRED", AccountLostError, Reason.LOGIN),
    ("F16", 401, "A_NEW_WAY_OUT", AccountLostError, Reason.LOGIN),
    ("F17", 406, "AUTH_KEY_DUPLICATED", AccountLostError, Reason.LOGIN),
    ("F18", 401, "USER_DEACTIVATED", AccountLostError, Reason.LOGIN),
    ("F18", 401, "USER_DEACTIVATED_BAN", AccountLostError, Reason.LOGIN),
    ("F18", 400, "PHONE_NUMBER_BANNED", AccountLostError, Reason.LOGIN),
    ("F18", 420, "FROZEN_METHOD_INVALID", AccountLostError, Reason.LOGIN),
    ("F18", 400, "FROZEN_PARTICIPANT_MISSING", AccountLostError, Reason.LOGIN),
    ("F19", 400, "PHONE_NUMBER_FLOOD", ThrottledError, Reason.FLOOD),
    ("F19", 406, "PHONE_PASSWORD_FLOOD", ThrottledError, Reason.FLOOD),
    ("F19", 400, "PHONE_CODE_INVALID", RefusedError, Reason.REFUSED),
    ("F20", 500, "RPC_CALL_FAIL", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F20", 500, "RPC_MCGET_FAIL", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F20", 500, "INTERDC_2_CALL_ERROR", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F20", 503, "TIMEOUT", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F20", -503, "Timeout", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F20", -500, "No workers running", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F20", 500, "A_NEW_BREAKDOWN", ServerTroubleError, Reason.SERVER_TROUBLE),
    ("F21", 400, "LIMIT_INVALID", MisplacedError, Reason.REFUSED),
    ("F21", 400, "OFFSET_INVALID", MisplacedError, Reason.REFUSED),
    ("F21", 400, "LOCATION_INVALID", MisplacedError, Reason.REFUSED),
    ("F21", 400, "FILE_ID_INVALID", MisplacedError, Reason.REFUSED),
    ("F22", 400, "NEVER_HEARD_OF", RefusedError, Reason.REFUSED),
    ("F22", 403, "NOT_FOR_YOU", RefusedError, Reason.REFUSED),
]


def answered(code: int, name: str) -> errors.RPCError:
    error = rpc_message_to_error(RpcError(code, name), PingRequest(1))
    assert isinstance(error, errors.RPCError)
    return error


@pytest.mark.parametrize(("row", "code", "name", "kind", "reason"), ROWS)
def test_each_answer_of_telegram_becomes_one_of_our_errors(
    row: str, code: int, name: str, kind: type[DownloaderError], reason: Reason
) -> None:
    error = answered(code, name)
    with pytest.raises(DownloaderError) as caught, our_errors():
        raise error

    assert type(caught.value) is kind
    assert caught.value.reason is reason
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("name", ["FLOOD_WAIT_34", "FILE_MIGRATE_4", "CHANNEL_PRIVATE", "WHAT_9"])
def test_the_code_is_telegrams_own_name_with_its_number(name: str) -> None:
    assert code_of(answered(400, name)) == name


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("FLOOD_WAIT_34", 34),
        ("FLOOD_WAIT_0", 1),
        ("FLOOD_WAIT_-9", 1),
        ("FLOOD", 60),
        ("FLOOD_WAIT_99999999", 14 * 86400),
        ("PHONE_NUMBER_FLOOD", 3600),
        ("2FA_CONFIRM_WAIT_604800", 604800),
        ("ADDRESS_2_FLOOD_WAIT_600", 600),
    ],
)
def test_f02_f04_a_wait_is_at_least_a_second_and_at_most_two_weeks(name: str, seconds: int) -> None:
    error = translated(answered(420, name))

    assert isinstance(error, ThrottledError)
    assert error.wait == timedelta(seconds=seconds)


def test_f03_the_limit_for_accounts_without_premium_is_marked() -> None:
    slow = translated(answered(420, "FLOOD_PREMIUM_WAIT_7"))
    flood = translated(answered(420, "FLOOD_WAIT_7"))

    assert isinstance(slow, ThrottledError)
    assert slow.premium
    assert isinstance(flood, ThrottledError)
    assert not flood.premium


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("USER_DEACTIVATED_BAN", AccountState.BANNED),
        ("PHONE_NUMBER_BANNED", AccountState.BANNED),
        ("FROZEN_METHOD_INVALID", AccountState.BANNED),
        ("SESSION_REVOKED", AccountState.NEEDS_LOGIN),
        ("AUTH_KEY_DUPLICATED", AccountState.USED_ELSEWHERE),
    ],
)
def test_f16_f17_f18_how_an_account_was_lost_is_told_apart(name: str, state: AccountState) -> None:
    error = translated(answered(401, name))

    assert isinstance(error, AccountLostError)
    assert error.state is state


@pytest.mark.parametrize(
    ("name", "stale"),
    [
        ("FILE_REFERENCE_EXPIRED", True),
        ("FILE_REFERENCE_INVALID", True),
        ("FILE_REFERENCE_EMPTY", True),
        ("FILE_REFERENCE_3_EXPIRED", True),
        ("FILEREF_UPGRADE_NEEDED", True),
        ("LOCATION_INVALID", False),
    ],
)
def test_f05_f06_a_stale_reference_is_known_by_its_names(name: str, stale: bool) -> None:
    assert is_stale_reference(answered(400, name)) is stale


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        ConnectionError("Cannot send requests while disconnected"),
        TimeoutError(),
        OSError(101, "Network is unreachable"),
        asyncio.IncompleteReadError(b"", 8),
        ProxyError("refused"),
        ProxyConnectionError(),
    ],
)
def test_f24_f30_whatever_the_network_does_means_offline(error: Exception) -> None:
    with pytest.raises(OfflineError) as caught, our_errors():
        raise error

    assert caught.value.__cause__ is error


def transport(code: int) -> errors.InvalidBufferError:
    return errors.InvalidBufferError(struct.pack("<i", -code))


@pytest.mark.parametrize(
    ("error", "kind", "detail"),
    [
        (errors.AuthKeyNotFound(), AccountLostError, "AUTH_KEY_NOT_FOUND"),
        (transport(429), ThrottledError, "60 s"),
        (transport(444), ServerTroubleError, "InvalidBufferError"),
        (errors.SecurityError(), ServerTroubleError, "SecurityError"),
        (errors.InvalidChecksumError(1, 2), ServerTroubleError, "InvalidChecksumError"),
        (errors.BadMessageError(PingRequest(1), 64), ServerTroubleError, "BadMessageError"),
        (errors.TypeNotFoundError(0xABC, b""), RefusedError, "UNKNOWN_TYPE_00000abc"),
    ],
)
def test_f22_what_goes_wrong_below_the_methods_is_translated_too(
    error: Exception, kind: type[DownloaderError], detail: str
) -> None:
    ours = translated(error)

    assert type(ours) is kind
    assert ours.detail == detail


def test_our_own_errors_and_bugs_pass_through() -> None:
    with pytest.raises(RefusedError), our_errors():
        raise RefusedError("X")
    with pytest.raises(ZeroDivisionError), our_errors():
        raise ZeroDivisionError
