from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.errors import BRIEF, AccountLostError, ChatUnavailableError, ThrottledError
from downloader.lending import Call, Errand, Member, freest
from storage.models import Reason
from tests.downloader.scripted import JAZZ, START

READING, FETCHING = (Call.MESSAGES,), (Call.MESSAGES, Call.FILES)
MINUTE = timedelta(minutes=1)


def member(account_id: int, *, busy: int = 0, lost: bool = False, **rests: timedelta) -> Member:
    made = Member(account_id, busy=busy, lost=lost)
    for call, left in rests.items():
        made.rests[Call(call)] = START + left
    return made


def lent(
    *members: Member,
    readers: tuple[int, ...] = (),
    errand: Errand | None = None,
    calls: tuple[Call, ...] = FETCHING,
) -> int:
    errand = errand or Errand(JAZZ.id)
    return freest(members, readers, errand, START, BRIEF, calls).account_id


def test_of_those_that_can_see_the_chat_the_least_busy_is_lent() -> None:
    members = [member(1, busy=0), member(2, busy=5), member(3, busy=3), member(4, busy=4)]

    assert 3 == lent(*members, readers=(2, 3, 4))


def test_who_is_not_known_to_see_it_is_asked_when_all_who_are_rest() -> None:
    members = [member(1), member(2, files=MINUTE), member(3, messages=MINUTE)]

    assert 1 == lent(*members, readers=(2, 3))


def test_of_equals_it_is_the_one_whose_last_turn_is_longest_ago() -> None:
    first, second = member(1), member(2)
    for one in (second, first):
        with one.working():
            pass

    assert 2 == lent(first, second)


def test_a_rest_from_fetching_keeps_nobody_from_reading() -> None:
    assert 1 == lent(member(1, files=MINUTE), calls=READING)


def test_a_rest_from_fetching_that_is_almost_over_is_no_hindrance() -> None:
    assert 1 == lent(member(1, files=BRIEF), member(2, busy=1))
    with pytest.raises(ThrottledError):
        lent(member(1, messages=BRIEF))


def test_where_message_numbers_differ_only_the_account_that_saw_them_will_do() -> None:
    errand = Errand(-500, account=2)

    assert 2 == lent(member(1), member(2, busy=9), errand=errand)
    with pytest.raises(ThrottledError) as caught:
        lent(member(1), member(2, files=MINUTE), errand=errand)
    assert MINUTE == caught.value.wait
    with pytest.raises(AccountLostError):
        lent(member(1), member(2, lost=True), errand=errand)


def test_an_export_stays_with_its_account_whatever_trouble_that_had() -> None:
    one, two = member(1), member(2)
    one.troubled = START

    assert 2 == lent(one, two)
    assert 1 == lent(one, two, errand=Errand(JAZZ.id, is_steady=True))


def test_who_could_not_read_the_chat_is_asked_last_for_an_hour() -> None:
    one, two = member(1), member(2)
    one.troubled = START
    two.shut_out[JAZZ.id] = START - timedelta(minutes=59)

    assert 1 == lent(one, two)
    two.shut_out[JAZZ.id] = START - timedelta(minutes=61)
    assert 2 == lent(one, two)


def test_when_all_have_refused_the_first_refusal_counts() -> None:
    one, two = member(1), member(2)
    errand = Errand(JAZZ.id)
    errand.refused[two] = ChatUnavailableError(Reason.CHAT_PRIVATE)
    assert 1 == lent(one, two, errand=errand)
    errand.refused[one] = ChatUnavailableError(Reason.CHAT_NOT_JOINED)

    with pytest.raises(ChatUnavailableError) as caught:
        lent(one, two, errand=errand)
    assert Reason.CHAT_PRIVATE is caught.value.reason


def test_f16_while_an_account_that_could_read_the_chat_is_lost_no_refusal_counts() -> None:
    here, lost = member(1), member(2, lost=True)
    errand = Errand(JAZZ.id)
    errand.refused[here] = ChatUnavailableError(Reason.CHAT_NOT_JOINED)

    for members in ((here, lost), (here,)):  # after a restart, it is not even there
        with pytest.raises(AccountLostError):
            lent(*members, readers=(1, 2), errand=errand)


def test_an_account_that_counts_messages_by_itself_is_not_missed_by_another() -> None:
    errand = Errand(-500, account=1)
    errand.refused[one := member(1)] = ChatUnavailableError(Reason.NO_ACCESS)

    with pytest.raises(ChatUnavailableError):
        lent(one, member(2, lost=True), readers=(1, 2), errand=errand)


def test_a_member_counts_the_documents_it_is_busy_with() -> None:
    one = member(1)
    for document in (7, 7, 8):
        one.begin(document)
    assert (3, {7: 2, 8: 1}) == (one.busy, one.documents)
    for document in (7, 8, 7):
        one.end(document)

    assert (0, {}) == (one.busy, one.documents)


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[Member], frozenset[int], Errand]:
    waits = st.sampled_from([-MINUTE, timedelta(0), BRIEF, MINUTE])
    members = [
        member(
            number,
            busy=draw(st.integers(0, 3)),
            lost=draw(st.booleans()),
            messages=draw(waits),
            files=draw(waits),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    numbers = st.integers(0, 5)
    errand = Errand(JAZZ.id, draw(st.none() | numbers))
    for one in members:
        if draw(st.booleans()):
            errand.refused[one] = ChatUnavailableError(Reason.CHAT_PRIVATE)
    return members, draw(st.frozensets(numbers)), errand


@given(pools())
def test_whoever_is_lent_may_and_can_and_nobody_is_freer(
    pool: tuple[list[Member], frozenset[int], Errand],
) -> None:
    members, readers, errand = pool

    def may(one: Member) -> bool:
        well = not one.lost and one not in errand.refused and errand.suits(one)
        return well and one.rests[Call.MESSAGES] <= START >= one.rests[Call.FILES] - BRIEF

    able = [one for one in members if may(one)]
    try:
        chosen = freest(members, readers, errand, START, BRIEF, FETCHING)
    except (ThrottledError, AccountLostError, ChatUnavailableError):
        assert [] == able
    else:
        assert chosen in able
        seeing = [one for one in able if one.account_id in readers] or able
        assert chosen in seeing
        assert chosen.busy == min(one.busy for one in seeing)
