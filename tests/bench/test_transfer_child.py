from __future__ import annotations

from pathlib import Path

import pytest

from bench.figure import CannotMeasureError
from bench.transfer.child import last_words, open_child

ECHO = """
import asyncio
from bench.transfer.child import orders, say

async def main():
    say({"ready": True})
    async for order in orders():
        if order.get("fail"):
            raise SystemExit("no way")
        say(order)

asyncio.run(main())
"""


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "echo_child.py").write_text(ECHO, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "echo_child"


def test_a_child_says_that_it_is_ready_and_answers(echo: str) -> None:
    with open_child(echo) as child:
        assert {"ready": True} == child.hello
        assert {"number": 1} == child.ask({"number": 1})
        assert {"number": 2} == child.ask({"number": 2})


def test_a_child_that_ended_cannot_be_measured(echo: str) -> None:
    with open_child(echo) as child, pytest.raises(CannotMeasureError, match="no way"):
        child.ask({"fail": True})


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ("", ""),
        ("no way\n\n", "no way"),
        ("Traceback\nValueError: no\n", "ValueError: no"),
        (
            "  | ExceptionGroup: two (1 sub-exception)\n  | a.b.FloodError: wait\n  +-----\n",
            "a.b.FloodError: wait",
        ),
    ],
)
def test_the_last_words_name_the_innermost_error(errors: str, expected: str) -> None:
    assert expected == last_words(errors)
