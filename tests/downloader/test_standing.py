from __future__ import annotations

from datetime import timedelta

from downloader.lending import Call, Member
from downloader.standing import Rest, Standing, standings
from storage.models import Account, AccountState
from tests.downloader.scripted import START

SOON, PAST = START + timedelta(minutes=5), START - timedelta(seconds=1)


def stands(account: Account, *members: Member) -> Standing:
    [one] = standings([account], members, START)
    return one


def test_an_account_of_the_pool_tells_what_it_does_and_its_rests() -> None:
    member = Member(1, busy=3)
    member.rests = {Call.MESSAGES: PAST, Call.FILES: SOON}
    found = stands(Account(1, "Olga", AccountState.READY), Member(2, busy=9), member)

    expected = Standing(1, "Olga", AccountState.READY, busy=3, rests=(Rest(Call.FILES, SOON),))
    assert expected == found


def test_an_account_outside_the_pool_tells_what_is_stored() -> None:
    found = stands(Account(1, "Olga", AccountState.READY, SOON))

    assert (Rest(Call.MESSAGES, SOON), Rest(Call.FILES, SOON)) == found.rests
    assert 0 == found.busy


def test_an_account_that_is_lost_needs_a_login_before_that_is_stored() -> None:
    lost = Member(1, lost=True)

    assert AccountState.NEEDS_LOGIN is stands(Account(1, "Olga", AccountState.READY), lost).state
    assert AccountState.BANNED is stands(Account(1, "Olga", AccountState.BANNED), lost).state
