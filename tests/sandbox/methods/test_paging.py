from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.methods.paging import Window, page
from sandbox.world import Post
from tests.sandbox.mtproto.clients import EPOCH

POSTS = [Post(number, EPOCH + timedelta(minutes=number)) for number in range(1, 301)]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(limit=3), [300, 299, 298]),
        (Window(limit=500), list(range(300, 200, -1))),
        (Window(limit=0), []),
        (Window(limit=-5), []),
        (Window(offset_id=11, limit=3), [10, 9, 8]),
        (Window(offset_id=1, limit=3), []),
        (Window(offset_id=999, limit=2), [300, 299]),
        (Window(offset_id=11, add_offset=2, limit=3), [8, 7, 6]),
        (Window(offset_id=11, add_offset=-3, limit=3), [13, 12, 11]),
        (Window(offset_id=11, add_offset=-2, limit=4), [12, 11, 10, 9]),
        (Window(offset_id=300, add_offset=-5, limit=5), [300]),
        (Window(add_offset=-5, limit=5), []),
        (Window(offset_id=3, add_offset=9, limit=3), []),
        (Window(offset_date=EPOCH + timedelta(minutes=4), limit=5), [3, 2, 1]),
        (Window(min_id=297), [300, 299, 298]),
        (Window(max_id=4), [3, 2, 1]),
        (Window(min_id=5, max_id=8), [7, 6]),
        (Window(min_id=5, max_id=8, offset_id=7), [6]),
        (Window(min_id=300), []),
    ],
)
def test_a_page_is_what_telegram_would_give(window: Window, expected: list[int]) -> None:
    assert expected == [post.id for post in page(POSTS, window)]


def test_a_page_of_nothing_is_empty() -> None:
    assert [] == page([], Window(offset_id=5, add_offset=-2, min_id=1, max_id=9))


def test_deleted_posts_leave_no_hole() -> None:
    left = [post for post in POSTS if post.id % 2]

    assert [9, 7, 5] == [post.id for post in page(left, Window(offset_id=10, limit=3))]
