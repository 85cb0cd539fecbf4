from __future__ import annotations

from datetime import timedelta

import pytest

from downloader.listing import Listing, rest_of
from storage.models import Audio, Order, Request
from storage.stretch import Looked, Stretch
from tests.downloader.scripted import JAZZ, START, song


@pytest.mark.parametrize(
    ("request_", "rest"),
    [
        (Request("@jazz", 9), Request("@jazz", 8, last_id=4)),
        (Request("@jazz", 9, first_id=2, last_id=7), Request("@jazz", 8, first_id=2, last_id=4)),
        (
            Request("@jazz", 9, Order.OLDEST, first_id=2, last_id=7),
            Request("@jazz", 8, Order.OLDEST, first_id=6, last_id=7),
        ),
        (
            Request("@jazz", 2, since=START, until=START + timedelta(days=9), topic=3, voice=True),
            Request(
                "@jazz", 1, since=START, until=START + timedelta(days=9), topic=3, voice=True,
                last_id=4,
            ),
        ),
    ],
    ids=["newest", "range", "oldest", "filtered"],
)  # fmt: skip
def test_a_list_goes_on_behind_the_last_that_arrived(request_: Request, rest: Request) -> None:
    assert rest == rest_of(request_, song(5))


def test_a_list_that_has_all_it_asked_for_is_over() -> None:
    assert rest_of(Request("@jazz", 1), song(5)) is None
    assert rest_of(Request("@jazz", 1, message_ids=(9, 5)), song(5)) is None


@pytest.mark.parametrize(("last", "left"), [(7, (5, 9)), (5, (9,)), (8, (7, 5, 9))])
def test_of_named_messages_those_behind_the_last_are_left(last: int, left: tuple[int, ...]) -> None:
    rest = rest_of(Request("@jazz", 1, message_ids=(7, 5, 7, 9, 5)), song(last))

    assert rest is not None
    assert left == rest.message_ids


def listed(request: Request, *some: Audio, is_at_end: bool = False) -> Looked | None:
    listing = Listing(JAZZ.id, request, request, lambda audio: audio.message_id % 2 == 0)
    for audio in some:
        listing.add(audio)
    if is_at_end:
        listing.end()
    return listing.looked


def songs(*numbers: int) -> list[Audio]:
    return [song(number) for number in numbers]


@pytest.mark.parametrize(
    ("request_", "numbers", "is_at_end", "read"),
    [
        (Request("@jazz", 99), (9, 7, 4), False, (4, 9)),
        (Request("@jazz", 99), (9, 7, 4), True, (1, 9)),
        (Request("@jazz", 3), (9, 7, 4), True, (4, 9)),
        (Request("@jazz", 99, first_id=2, last_id=20), (9, 7, 4), True, (2, 9)),
        (Request("@jazz", 99, since=START), (9, 7, 4), True, (4, 9)),
        (Request("@jazz", 99, Order.OLDEST), (4, 7, 9), False, (1, 9)),
        (Request("@jazz", 99, Order.OLDEST, first_id=3), (4, 9), False, (3, 9)),
        (Request("@jazz", 99, Order.OLDEST, since=START), (4, 9), True, (4, 9)),
    ],
)
def test_what_was_passed_on_the_way_was_looked_at(
    request_: Request, numbers: tuple[int, ...], is_at_end: bool, read: tuple[int, int]
) -> None:
    looked = listed(request_, *songs(*numbers), is_at_end=is_at_end)

    assert Looked(JAZZ.id, Stretch(*read)) == looked


def test_of_a_topic_or_with_voice_messages_it_says_so() -> None:
    looked = listed(Request("@jazz", 9, topic=5, voice=True), *songs(4, 3))

    assert Looked(JAZZ.id, Stretch(3, 4), 5, voice=True) == looked


def test_where_nothing_is_sure_nothing_was_looked_at() -> None:
    assert listed(Request("@jazz", 9), is_at_end=True) is None
    assert listed(Request("@jazz", 9, message_ids=(4,)), *songs(4)) is None
    assert listed(Request("@jazz", 9), song(4, account=5)) is None
