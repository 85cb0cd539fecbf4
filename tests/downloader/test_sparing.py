from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from downloader.retaining import beyond
from downloader.sparing import Sparing, spared
from storage.models import Audio
from storage.retention import Held, Retention
from tests.downloader.scripted import JAZZ
from tests.storage.values import NOW, an_audio

HERE = 777
DAY = timedelta(days=1)


def posted(message_id: int) -> Audio:
    """Return a posting of 1000 bytes; the larger its number, the younger it is."""
    return an_audio(message_id, chat_id=JAZZ.id, posted_at=NOW + message_id * DAY)


FOUR = [posted(number) for number in (4, 3, 2, 1)]


def numbers(*found: Audio, held: tuple[Held, ...] = (), retention: Retention) -> list[int]:
    known = {HERE} if held else set()
    going = spared(found, known, held, retention, NOW)
    return [one.message_id for one in found if one not in going]


@pytest.mark.parametrize(
    ("retention", "staying"),
    [
        (Retention(), [4, 3, 2, 1]),
        (Retention(count=3), [4, 3, 2]),
        (Retention(size=2500), [4, 3]),
        (Retention(age=DAY), [4, 3, 2, 1]),  # what comes now is not old
    ],
    ids=str,
)
def test_what_would_go_at_once_is_left_out(retention: Retention, staying: list[int]) -> None:
    assert staying == numbers(*FOUR, retention=retention)
    assert staying[::-1] == numbers(*FOUR[::-1], retention=retention)


def test_what_is_here_has_its_place() -> None:
    young, old = (Held(1, 1000, NOW, {JAZZ.id: NOW + days * DAY}) for days in (9, 0))
    two = Retention(count=2)

    assert [4] == numbers(*FOUR, held=(young,), retention=two)
    assert [4, 3] == numbers(*FOUR, held=(old,), retention=two)


def test_what_is_here_already_stays_in_the_plan() -> None:
    known = replace(posted(1), document_id=HERE)
    held = Held(1, 1000, NOW, {JAZZ.id: known.posted_at})

    assert [4, 1] == numbers(FOUR[0], known, held=(held,), retention=Retention(count=1))
    assert [1] == numbers(known, held=(held,), retention=Retention(count=1))


def in_parts(found: list[Audio], held: list[Held], retention: Retention) -> set[int]:
    """Return which of many would go, by their places."""
    sparing = Sparing(JAZZ.id, held, retention, NOW)
    for number, audio in enumerate(found, start=1):
        sparing.take(number, audio)
    return set(sparing.going())


def at_once(found: list[Audio], held: list[Held], retention: Retention) -> set[int]:
    coming = [
        Held(-number, one.size, NOW, {JAZZ.id: one.posted_at})
        for number, one in enumerate(found, start=1)
    ]
    let_go = beyond([*held, *coming], JAZZ.id, retention, NOW)
    return {-one.track_id for one in coming if one.track_id in let_go}


@pytest.mark.parametrize(
    "retention",
    [
        Retention(count=500),
        Retention(size=400_000),
        Retention(count=6_000, size=5_000_000, age=DAY),
        Retention(age=DAY),
        Retention(size=1),
    ],
    ids=str,
)
@pytest.mark.parametrize("order", ["newest", "oldest", "mixed"])
def test_of_many_that_come_part_by_part_the_same_go_as_of_all_at_once(
    retention: Retention, order: str
) -> None:
    chance = Random(7)
    days = [chance.randrange(9000) for _ in range(12_000)]
    if order != "mixed":
        days.sort(reverse=order == "newest")
    found = [replace(posted(one), size=chance.randrange(1, 2000)) for one in days]
    held = [
        Held(number, 1000, NOW - number * DAY, {JAZZ.id: NOW + chance.randrange(9000) * DAY})
        for number in range(1, 300)
    ]

    assert at_once(found, held, retention) == in_parts(found, held, retention)
