"""Each bad input has a number, which the names of its tests carry: `row31`, `rows12_to_17`.

Most are put in here, over the real dispatcher; what no dispatcher sees is tested where it is read.
What somebody may say that cannot be carried out stands in a table, by its number (`said.py`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.bad_inputs.said import SAID
from tests.sources import functions, sources_of_tests

WORDS = {
    "access": range(1, 12),
    "commands": range(12, 18),
    "links": range(18, 31),
    "numbers": range(31, 34),
    "buttons": range(34, 38),
    "inline": range(38, 42),
    "settings": range(42, 47),
    "signing in": range(47, 51),
    "look-ups": range(68, 71),
    "names": range(71, 81),
    "tags": range(81, 91),
    "files": range(91, 95),
}
EVERY = range(1, 95)
NOT_YET = {"there is neither a web page nor an interface for programs": range(51, 68)}
SPAN = re.compile(r"rows(\d+)_to_(\d+)")
ROW = re.compile(r"row_?(\d+)")


def numbers(name: str) -> Iterator[int]:
    for first, last in SPAN.findall(name):
        yield from range(int(first), int(last) + 1)
    yield from map(int, ROW.findall(name))


def named() -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for source in sources_of_tests():
        for function in functions(source):
            if function.name.startswith("test_"):
                yield function


def is_skipped(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("skip" in ast.unparse(one) for one in function.decorator_list)


def test_every_bad_input_has_a_test() -> None:
    there = {number for function in named() for number in numbers(function.name)} | {*SAID}

    assert {} == {
        word: missing for word, every in WORDS.items() if (missing := sorted(set(every) - there))
    }


def test_every_number_is_of_something_that_there_is_or_says_why_not() -> None:
    told = [number for every in (*WORDS.values(), *NOT_YET.values()) for number in every]

    assert [*EVERY] == sorted(told)


def test_none_of_them_is_left_out() -> None:
    assert [] == [one.name for one in named() if list(numbers(one.name)) and is_skipped(one)]


def test_a_name_carries_single_numbers_and_spans() -> None:
    assert [12, 13, 14] == list(numbers("test_rows12_to_14_x"))
    assert [7, 71] == list(numbers("test_row7_row_71_x_of_10_rows"))
