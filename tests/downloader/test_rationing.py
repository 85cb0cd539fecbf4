from __future__ import annotations

from dataclasses import replace

import pytest

from downloader.rationing import Ration, share
from downloader.surveying import Survey
from tests.downloader.scripted import JAZZ, song

OF_ALL = Ration(100_000, 0, 0, is_of_all=True)


def survey(*sizes: int, album: int | None = None) -> Survey:
    """Return what was found: postings of these sizes, perhaps sent together."""
    postings = [song(number, size=size) for number, size in enumerate(sizes, start=1)]
    return Survey(JAZZ, len(sizes), [replace(one, album=album) for one in postings])


def taken(found: Survey, *budgets: Ration) -> list[int]:
    return [one.message_id for one in share(budgets, found, may_go_on=False).taken]


def test_each_budget_counts_and_the_one_that_is_short_says_so() -> None:
    own = Ration(25_000, 0, 0)
    spent = replace(OF_ALL, asked=85_000)
    found = survey(10_000, 10_000, 10_000)

    assert [1, 2] == taken(found, own, OF_ALL)
    assert [1] == taken(found, own, spent)
    assert not share([own, OF_ALL], found, may_go_on=False).is_for_all
    assert share([own, spent], found, may_go_on=False).is_for_all
    assert () == share([OF_ALL], found, may_go_on=False).cut_off_by


def test_what_is_larger_than_its_own_day_has_to_fit_into_that_of_all() -> None:
    own = Ration(10_000, 0, 0)
    album = survey(20_000, 20_000, album=5)

    assert [1, 2] == taken(album, own, OF_ALL)
    assert [] == taken(album, own, replace(OF_ALL, asked=70_000))
    assert [] == taken(album, replace(own, asked=1, own=1), replace(OF_ALL, own=1))


@pytest.mark.parametrize(
    ("asked", "own", "expected"),
    [(0, 0, [1]), (90_000, 0, [1]), (100_000, 0, []), (10_000, 10_000, [])],
)
def test_what_is_larger_than_the_day_of_all_comes_although_others_have_asked(
    asked: int, own: int, expected: list[int]
) -> None:
    huge = survey(300_000, 10_000)

    assert expected == taken(huge, replace(OF_ALL, asked=asked, own=own))


def test_what_is_here_or_stays_away_costs_nothing() -> None:
    found = survey(10_000, 10_000, 10_000, 10_000)
    found.known, found.removed = {1}, {2, 4}
    full = Ration(10_000, 15_000, 15_000)

    assert [1, 2] == taken(found, full)
    assert [1, 2, 3, 4] == taken(found, Ration(10_000, 0, 0))
