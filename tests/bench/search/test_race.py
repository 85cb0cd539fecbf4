from __future__ import annotations

from collections.abc import Iterable

from bench.search.catalogue import Row
from bench.search.contender import Built
from bench.search.queries import MIXED, Kind, Question
from bench.search.race import Timing, hits, p95, race, told

QUESTIONS = [Question(Kind.TWO, "a b", 1), Question(Kind.TYPED, "c d", 2)]


class Listener:
    """Writes down what it is asked, in a list that it may share with others."""

    def __init__(self, name: str, heard: list[tuple[str, str]], answer: list[int]) -> None:
        self.name = name
        self._heard = heard
        self._answer = answer

    def build(self, rows: Iterable[Row]) -> Built:
        return Built(0, len(list(rows)))

    def find(self, text: str, limit: int) -> list[int]:
        self._heard.append((self.name, text))
        return self._answer[:limit]

    def close(self) -> None: ...


def test_each_question_goes_to_all_before_the_next_and_each_begins_in_turn() -> None:
    heard: list[tuple[str, str]] = []
    found = race([Listener("A", heard, []), Listener("B", heard, [])], QUESTIONS, 2)

    assert [
        ("A", "a b"), ("B", "a b"), ("B", "c d"), ("A", "c d"),
        ("B", "a b"), ("A", "a b"), ("A", "c d"), ("B", "c d"),
    ] == heard  # fmt: skip
    assert [Kind.TWO, Kind.TYPED] == [one.kind for one in found["A"]]


def test_a_hit_is_the_track_that_was_meant_among_the_first_ten() -> None:
    assert 50 == hits(Listener("A", [], [1, 5]), QUESTIONS)
    assert 0 == hits(Listener("A", [], [*range(10, 20), 1, 2]), QUESTIONS)


def test_the_times_of_some_kinds_are_told_apart() -> None:
    timings = [Timing(Kind.TWO, 1.0, 0.5), Timing(Kind.SHORT, 4.0, 2.0), Timing(Kind.TYPED, 9.0, 9)]

    assert 4.0 == p95(timings, MIXED)
    assert {"A": {"ms": [1.0, 4.0], "CPU ms": [0.5, 2.0], "questions": 2}} == told(
        {"A": timings}, MIXED
    )
