"""Telegram's paging over a chat's posts, as pure functions.

Posts come newest first. A page starts with the first post older than `offset_id` (or than
`offset_date`), moved by `add_offset` posts; `max_id` and `min_id` are exclusive bounds
(https://core.telegram.org/api/offsets).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.methods.dates import when
from sandbox.world import Post

LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Window:
    offset_id: int = 0
    offset_date: datetime | None = None
    add_offset: int = 0
    limit: int = LARGEST_PAGE
    max_id: int = 0
    min_id: int = 0


def window_of(request: Any) -> Window:
    return Window(
        request.offset_id,
        when(getattr(request, "offset_date", None)),
        request.add_offset,
        request.limit,
        request.max_id,
        request.min_id,
    )


def page(posts: Sequence[Post], window: Window) -> list[Post]:
    """Return one page, newest first, of posts that ascend by id."""
    within = posts[_older_than(posts, window.min_id + 1) :] if window.min_id else posts
    if window.max_id:
        within = within[: _older_than(within, window.max_id)]
    skipped = len(within) - _start(within, window) + window.add_offset
    limit = min(window.limit, LARGEST_PAGE)
    if skipped < 0:
        limit += skipped
        skipped = 0
    end = max(0, len(within) - skipped)
    chosen = within[max(0, end - max(0, limit)) : end]
    return list(reversed(chosen))


def _start(posts: Sequence[Post], window: Window) -> int:
    """Count the posts older than the window's offset."""
    if window.offset_id:
        return _older_than(posts, window.offset_id)
    if window.offset_date:
        # Not bisected: a scenario may date its posts in any order.
        return sum(post.date < window.offset_date for post in posts)
    return len(posts)


def _older_than(posts: Sequence[Post], post_id: int) -> int:
    return bisect_left(posts, post_id, key=lambda post: post.id)
