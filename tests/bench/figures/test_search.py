from __future__ import annotations

from pathlib import Path

import pytest

from bench.figure import Figure
from bench.figures.search import Scale, beside_beets, of_sizes
from bench.search.contenders import PEERS, opened
from bench.search.peers import Like, Navidrome, Ranked

TINY = Scale((2_000, 3_000), each=3, rounds=1, judged=10, items=200, fuzzy=2, is_judged=True)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figure]:
    found = of_sizes(PEERS, TINY, tmp_path_factory.mktemp("search"))
    return {figure.figure: figure for figure in found}


def test_everything_that_was_promised_is_measured(figures: dict[str, Figure]) -> None:
    assert {
        "mixed", "one common word", "prefix of two letters", "the same with typing errors",
        "navidrome", "like", "hits", "hits with typos", "index", "index CPU", "ingest", "memory",
        "growth",
    } <= {name.removeprefix("search.") for name in figures}  # fmt: skip


def test_whoever_stands_first_is_measured_by_the_goals(figures: dict[str, Figure]) -> None:
    assert {"bm25", "navidrome", "like"} < figures["search.mixed"].detail.keys()
    assert "<= 10" == str(figures["search.mixed"].goal)
    assert ">= 8" == str(figures["search.navidrome"].goal)
    assert figures["search.like"].goal is None


def test_words_alone_forgive_no_typing_errors(figures: dict[str, Figure]) -> None:
    assert 100 == figures["search.hits"].value
    assert figures["search.hits with typos"].is_missed


def test_the_growth_is_told_from_the_smallest_to_the_largest(figures: dict[str, Figure]) -> None:
    assert [2_000, 3_000] == figures["search.growth"].detail["tracks"]


def test_a_library_is_asked_beside_the_first(tmp_path: Path) -> None:
    with opened([Navidrome, Like], tmp_path) as (exact, fuzzy):
        fuzzy.build([])
        found = list(beside_beets(Ranked, (exact, fuzzy), TINY, tmp_path / "beside"))

    assert ["search.beets.substring", "search.beets.fuzzy"] == [one.figure for one in found]
    assert all(one.value > 0 for one in found)
