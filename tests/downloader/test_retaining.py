from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from downloader.retaining import beyond, cleaning
from storage.retention import Guard, Held, Retention

NOW = datetime(2026, 5, 4, tzinfo=UTC)
DAY = timedelta(days=1)
JAZZ, ROCK = -1, -2


def held(track_id: int, days: int, size: int = 10, *, chat: int = JAZZ) -> Held:
    """Return a file that was posted, and came, so many days ago."""
    return Held(track_id, size, NOW - days * DAY, {chat: NOW - days * DAY})


FIVE = [held(number, days=number) for number in range(1, 6)]


@pytest.mark.parametrize(
    ("retention", "going"),
    [
        (Retention(), set()),
        (Retention(count=5), set()),
        (Retention(count=2), {3, 4, 5}),
        (Retention(size=50), set()),
        (Retention(size=30), {4, 5}),
        (Retention(size=29), {3, 4, 5}),
        (Retention(size=1), {2, 3, 4, 5}),
        (Retention(age=5 * DAY), set()),
        (Retention(age=3 * DAY), {4, 5}),
        (Retention(age=timedelta(hours=1)), {1, 2, 3, 4, 5}),
        (Retention(count=4, age=2 * DAY), {3, 4, 5}),
        (Retention(count=1, size=100, age=9 * DAY), {2, 3, 4, 5}),
    ],
    ids=str,
)
def test_the_newest_stay(retention: Retention, going: set[int]) -> None:
    assert going == beyond(FIVE[::-1], JAZZ, retention, NOW)


def test_of_what_was_posted_at_once_the_later_track_is_newer() -> None:
    assert {1} == beyond([held(1, 1), held(2, 1)], JAZZ, Retention(count=1), NOW)


def test_what_has_just_come_is_not_old_whenever_it_was_posted() -> None:
    fetched = replace(held(1, days=900), came_at=NOW - DAY)
    posted_again = replace(held(2, days=900), posted={JAZZ: NOW - DAY})

    assert set() == beyond([fetched, posted_again], JAZZ, Retention(age=2 * DAY), NOW)


@pytest.mark.parametrize("guard", Guard)
def test_what_speaks_for_a_track_keeps_it_and_is_counted(guard: Guard) -> None:
    guarded = replace(FIVE[4], guards=frozenset({guard}))
    found = cleaning(JAZZ, {JAZZ: [*FIVE[:4], guarded]}, {JAZZ: Retention(count=3)}, NOW)

    assert [4] == [one.track_id for one in found.going]
    assert {guard: 1} == found.staying
    assert 10 == found.size


def test_a_track_is_counted_once_for_what_people_know_best() -> None:
    guarded = replace(FIVE[4], guards=frozenset({Guard.IMPORTED, Guard.FAVORITE}))
    found = cleaning(JAZZ, {JAZZ: [guarded]}, {JAZZ: Retention(age=DAY)}, NOW)

    assert {Guard.FAVORITE: 1} == found.staying


def test_what_is_guarded_takes_its_place_among_the_newest() -> None:
    liked = replace(FIVE[0], guards=frozenset({Guard.FAVORITE}))
    found = cleaning(JAZZ, {JAZZ: [liked, *FIVE[1:]]}, {JAZZ: Retention(count=2)}, NOW)

    assert {3, 4, 5} == {one.track_id for one in found.going}
    assert {} == found.staying


BOTH = replace(FIVE[4], posted={JAZZ: NOW - 5 * DAY, ROCK: NOW - 5 * DAY})


@pytest.mark.parametrize(
    ("rock", "goes"),
    [(None, False), (Retention(count=2), False), (Retention(age=DAY), True)],
    ids=["all is kept", "it is among the newest", "it is too old"],
)
def test_what_two_chats_posted_goes_only_when_neither_keeps_it(
    rock: Retention | None, *, goes: bool
) -> None:
    retentions = {JAZZ: Retention(count=4)} | ({ROCK: rock} if rock else {})
    files = {JAZZ: [*FIVE[:4], BOTH], ROCK: [BOTH]}
    found = cleaning(JAZZ, files, retentions, NOW)

    expected = ((BOTH,), {}) if goes else ((), {Guard.ELSEWHERE: 1})
    assert expected == (found.going, found.staying)


def test_a_retention_is_looser_when_it_keeps_anything_that_the_other_does_not() -> None:
    few, more = Retention(count=5), Retention(count=6)

    assert more.is_looser_than(few)
    assert not few.is_looser_than(more)
    assert not few.is_looser_than(few)
    assert Retention(size=5).is_looser_than(few)
    assert not Retention(count=5, age=DAY).is_looser_than(few)
    assert Retention().is_looser_than(Retention(age=DAY))
