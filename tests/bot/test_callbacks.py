from __future__ import annotations

import hmac

import pytest

from bot.callbacks import Action, Press, Seal
from bot.errors import OutOfDateError


def seal(key: bytes = b"key") -> Seal:
    return Seal(lambda data: hmac.digest(key, data, "sha256"))


@pytest.mark.parametrize("action", Action)
def test_what_was_packed_for_a_chat_is_unpacked_there(action: Action) -> None:
    press = Press(action, 12)

    assert press == seal().unpack(-1001, seal().pack(-1001, press))


def test_the_longest_data_fits_the_64_bytes_that_telegram_takes() -> None:
    data = seal().pack(-(10**15), Press(Action.NEVER_MIND, 10**18 - 1))

    assert len(data.encode()) <= 64


@pytest.mark.parametrize("data", [None, "", "x" * 64, "я" * 32, "0:p:1:" + "A" * 22, "p:1"])
def test_row34_data_that_was_never_made_is_out_of_date(data: str | None) -> None:
    with pytest.raises(OutOfDateError):
        seal().unpack(7, data)


def test_row34_a_button_of_another_chat_is_out_of_date() -> None:
    data = seal().pack(7, Press(Action.CANCEL, 12))

    with pytest.raises(OutOfDateError):
        seal().unpack(8, data)


def test_row34_a_button_signed_with_another_key_is_out_of_date() -> None:
    data = seal(b"other").pack(7, Press(Action.CANCEL, 12))

    with pytest.raises(OutOfDateError):
        seal().unpack(7, data)


@pytest.mark.parametrize(("old", "new"), [(":p:", ":c:"), (":12:", ":13:"), (":p:", ":x:")])
def test_row37_a_changed_action_or_job_is_denied(old: str, new: str) -> None:
    data = seal().pack(7, Press(Action.PAUSE, 12)).replace(old, new)

    with pytest.raises(OutOfDateError):
        seal().unpack(7, data)
