from __future__ import annotations

from datetime import timedelta

import pytest

from downloader.listing import rest_of
from storage.models import Order, Request
from tests.downloader.scripted import START, song


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
