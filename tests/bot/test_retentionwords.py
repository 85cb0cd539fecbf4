from __future__ import annotations

from datetime import timedelta

import pytest

from bot.callbacks import Action, Seal
from bot.errors import Usage, UsageError
from bot.links import Link
from bot.retentionwords import Said, press, pressed, read
from storage.retention import Retention

GB = 10**9


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("args", "retention"),
    [
        ("@jazz keep 500", Retention(count=500)),
        ("@Jazz KEEP 20gb", Retention(size=20 * GB)),
        ("https://t.me/jazz keep 1.5 TB", Retention(size=1500 * GB)),
        ("t.me/jazz keep 700MB", Retention(size=700 * 10**6)),
        ("@jazz keep 90d", Retention(age=days(90))),
        ("@jazz keep 2w", Retention(age=days(14))),
        ("@jazz keep 6mo", Retention(age=days(180))),
        ("@jazz 1y 20GB 5", Retention(5, 20 * GB, days(365))),
        ("@jazz off", None),
    ],
)
def test_what_is_kept_is_read(args: str, retention: Retention | None) -> None:
    assert Said(Link("@jazz"), retention) == read(args)


def test_nothing_said_is_nothing() -> None:
    assert read("  ") is None


@pytest.mark.parametrize(
    "said", ["", "keep", "keep 0", "keep many", "keep 5 6", "keep 0.0001MB", "keep 5x", "off 5"]
)
def test_what_cannot_be_read_is_told(said: str) -> None:
    with pytest.raises(UsageError) as error:
        read(f"@jazz {said}")

    assert Usage.BAD_RETENTION is error.value.usage


@pytest.mark.parametrize("chat", ["500", "jazz"])
def test_one_chat_must_be_named(chat: str) -> None:
    with pytest.raises(UsageError) as error:
        read(f"{chat} keep 5")

    assert Usage.NOT_A_CHAT is error.value.usage


@pytest.mark.parametrize("chat_id", [-1997852516352, -5, 777000])
@pytest.mark.parametrize(
    "retention", [Retention(9_999_999), Retention(1, 999_999 * 10**12, days(9999 * 365))], ids=str
)
def test_a_button_says_all_of_it(chat_id: int, retention: Retention) -> None:
    one = press(chat_id, retention)
    seal = Seal(lambda meant: bytes(32) + meant)

    assert Action.RETAIN is one.action
    assert (chat_id, retention) == pressed(one)
    assert len(seal.pack(-(10**13), one)) <= 64
