from __future__ import annotations

import hmac

import pytest

from bot.callbacks import Action, Press, Seal
from bot.errors import OutOfDateError


def seal(key: bytes = b"key") -> Seal:
    return Seal(lambda data: hmac.digest(key, data, "sha256"))


@pytest.mark.parametrize("action", Action)
def test_what_was_packed_for_a_chat_is_unpacked_there(action: Action) -> None:
    for press in (
        Press(action, 12),
        Press(action),
        Press(action, 12, (0, 7)),
        Press(action, 1, (2,)),
    ):
        assert press == seal().unpack(-1001, seal().pack(-1001, press))


def test_the_longest_data_fits_the_64_bytes_that_telegram_takes() -> None:
    longest = [
        Press(Action.NEVER_MIND, 10**18 - 1),
        Press(Action.FAVORITES, 2**52, (10**13 - 1, 10**6 - 1)),
        Press(Action.SEARCH, 2**31, (10**12, 10**6, 1)),
        Press(Action.PUT, 10**12, (10**12,)),
    ]

    assert all(len(seal().pack(-(10**15), press).encode()) <= 64 for press in longest)


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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":p:", ":c:"),
        (":12.3:", ":13.3:"),
        (":12.3:", ":12.4:"),
        (":12.3:", ":12:"),
        (":p:", ":y:"),
    ],
)
def test_row37_a_changed_action_or_job_is_denied(old: str, new: str) -> None:
    data = seal().pack(7, Press(Action.PAUSE, 12, (3,))).replace(old, new)

    with pytest.raises(OutOfDateError):
        seal().unpack(7, data)


def test_of_several_buttons_those_count_that_were_made_for_the_chat() -> None:
    press = Press(Action.EDIT, 12)
    data = ["x", None, seal().pack(-1002, press), seal().pack(-1001, press)]

    assert [press] == list(seal().holding(-1001, data))
