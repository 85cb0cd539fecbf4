from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.jobview import JobView, Moving
from bot.status import lines, losses
from bot.texts import USED_ELSEWHERE
from downloader.lending import Call
from downloader.standing import Rest, Standing
from storage.models import AccountState, Reason
from tests.bot.views import NOW, item, running

OLGA = Standing(1, "Olga", AccountState.READY)
BORIS = Standing(2, "Boris", AccountState.READY)
SOON, LATE = NOW + timedelta(minutes=12), NOW + timedelta(hours=5)


def line(one: Standing, *views: JobView) -> str:
    """Return what is said of an account that is not the only one."""
    told, _ = lines([one, BORIS], views, NOW, named=True)
    return told


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (OLGA, "👤 Olga: free"),
        (replace(OLGA, busy=3), "👤 Olga: at work"),
        (
            replace(OLGA, busy=3, files=4, speed=2_100_000, connections=8),
            "👤 Olga: fetches 4 files at 2.1 MB/s over 8 connections",
        ),
        (replace(OLGA, busy=1, files=1), "👤 Olga: fetches 1 file"),
        (
            replace(OLGA, floods_last_hour=2, files=1),
            "👤 Olga: fetches 1 file, 2 pauses in the last hour",
        ),
        (
            replace(OLGA, floods_last_hour=1, waited_last_day=timedelta(minutes=40)),
            "👤 Olga: free, 1 pause in the last hour, 40 min of pauses in the last day",
        ),
        (replace(OLGA, waited_last_day=timedelta(seconds=9)), "👤 Olga: free"),
        (
            replace(OLGA, rests=(Rest(Call.MESSAGES, SOON), Rest(Call.FILES, SOON))),
            "⏳ Olga: rests and goes on in 12 min (Telegram asks for a pause)",
        ),
        (
            replace(OLGA, rests=(Rest(Call.FILES, LATE),), busy=1, floods_last_hour=1),
            (
                "⏳ Olga: fetches again at 17:00 UTC (Telegram asks for a pause), at work, "
                "1 pause in the last hour"
            ),
        ),
        (
            replace(
                OLGA,
                rests=(Rest(Call.MESSAGES, SOON), Rest(Call.FILES, SOON, Reason.SERVER_TROUBLE)),
            ),
            (
                "⏳ Olga: searches again in 12 min (Telegram asks for a pause), "
                "fetches again in 12 min (Telegram has trouble)"
            ),
        ),
        (
            replace(OLGA, state=AccountState.NEEDS_LOGIN),
            "🔑 Olga: needs a new login: /login",
        ),
        (
            replace(OLGA, state=AccountState.USED_ELSEWHERE),
            f"🚨 Olga: {USED_ELSEWHERE}",
        ),
        (
            replace(OLGA, state=AccountState.BANNED),
            (
                "⛔️ Olga: banned or frozen by Telegram. Appeal in their app and then /login, or "
                "use another account."
            ),
        ),
        (replace(OLGA, name="<b>\u202e"), "👤 &lt;b&gt;: free"),
        (replace(OLGA, name="\u202e"), "👤 1: free"),
    ],
)
def test_an_account_is_told_in_one_line(one: Standing, expected: str) -> None:
    assert expected == line(one)


def test_f16_only_what_was_lost_since_the_start_is_told_unasked() -> None:
    lost = replace(OLGA, state=AccountState.NEEDS_LOGIN, is_lost=True)
    long_ago = replace(BORIS, state=AccountState.NEEDS_LOGIN)

    told = losses([OLGA, lost, long_ago], NOW, named=True)

    assert ["🔑 Olga: needs a new login: /login"] == told


def test_the_only_account_does_all_that_is_done() -> None:
    moving = (Moving(item(1), 0, 1000), Moving(item(2), 0, 1000))
    views = [running(moving=moving, speed=500.0), running(number=2, speed=700.0)]
    busy = replace(OLGA, busy=4)

    assert ["👤 Olga: fetches 2 files at 1.2 kB/s"] == lines([busy], views, NOW, named=True)
    assert "👤 Olga: at work" == line(busy, *views)
    # Between two requests, as under a limit of bandwidth, nothing is lent.
    assert ["👤 Olga: fetches 2 files at 1.2 kB/s"] == lines([OLGA], views, NOW, named=True)


def test_without_any_account_it_says_what_to_do() -> None:
    expected = "🔑 No Telegram account is logged in: /login"

    assert [expected] == lines([], [], NOW, named=True)


def test_of_very_many_accounts_the_first_are_told() -> None:
    many = [replace(OLGA, account_id=number) for number in range(30)]
    told = lines(many, [], NOW, named=True)

    assert 13 == len(told)
    assert "… and 18 more accounts" == told[-1]


def test_where_members_read_along_no_account_is_named() -> None:
    lost = [
        replace(OLGA, account_id=number, state=state, is_lost=True)
        for number, state in enumerate(set(AccountState) - {AccountState.READY})
    ]
    told = losses(lost, NOW, named=False)
    every = lines([*lost, replace(OLGA, busy=1)], [], NOW, named=False)

    assert {
        "⛔️ An account is banned or frozen by Telegram.",
        "🔑 An account needs a new login, by the owner.",
    } == {*told}
    assert 2 == len(told)
    assert "👤 Account 4: at work" == every[-1]
    assert "Olga" not in "".join(every)
