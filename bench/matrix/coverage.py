"""Which of the sixty-five faults are proven: by the matrix, by tests that carry their numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ALL = tuple(f"F{number:02}" for number in range(1, 66))
# What cannot happen yet, because what it would happen to is not there. This may only get shorter.
LATER = {
    "F47": "Redis: there is none",
    "F48": "PostgreSQL: there is none",
}
# What is proven is the part that is there.
PARTLY = {
    "F44": "backups, and a catalogue made anew from the files",
}
_NUMBER = re.compile(r"_f(\d\d)(?=_)")


@dataclass(frozen=True, slots=True)
class Coverage:
    by_matrix: frozenset[str]
    by_tests: frozenset[str]

    @property
    def covered(self) -> frozenset[str]:
        return self.by_matrix | self.by_tests

    @property
    def uncovered(self) -> list[str]:
        return [number for number in ALL if number not in self.covered | LATER.keys()]

    @property
    def needless(self) -> list[str]:
        """Return what is put off though it is proven, or proven in part though it is not."""
        return sorted((LATER.keys() & self.covered) | (PARTLY.keys() - self.covered))


def coverage(numbers: Iterable[str], tests: Path) -> Coverage:
    """`numbers` are those of the matrix; `tests` is the folder of all tests."""
    names = [name for path in sorted(tests.rglob("test_*.py")) for name in _functions_in(path)]
    return Coverage(
        frozenset(numbers), frozenset(f"F{number}" for name in names for number in numbers_in(name))
    )


def numbers_in(name: str) -> list[str]:
    """Return the numbers that a test's name carries: `test_f01_f02_what` proves two."""
    return _NUMBER.findall(name) if name.startswith("test_") else []


def _functions_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
