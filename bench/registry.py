"""Finds the measurements by name; a module is imported only when it is to run."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bench.figure import Divided, Figure, Measurement

_FOLDER = Path(__file__).parent / "figures"


def names() -> list[str]:
    return sorted(path.stem for path in _FOLDER.glob("*.py") if path.stem != "__init__")


def known() -> list[str]:
    """Return everything that may be asked for: the names, and the cases of each."""
    return [each for name in names() for each in (name, *cases(name))]


def summary(name: str) -> str:
    """Return the first line of the module's docstring."""
    docstring = ast.get_docstring(_tree(name)) or ""
    return docstring.partition("\n")[0]


def soaks() -> list[str]:
    return [name for name in names() if _is_soak(name)]


def cases(name: str) -> list[str]:
    """Return what can be measured of it alone, as NAME.CASE."""
    found = _constant(name, "CASES")
    return [f"{name}.{case}" for case in found] if isinstance(found, tuple) else []


@dataclass(slots=True)
class OneCase:
    """A measurement of which only one case is run."""

    whole: Divided
    case: str
    SOAK: bool = False

    def measure(self, *, quick: bool) -> Iterator[Figure]:
        return self.whole.measure_case(self.case, quick=quick)


def load(name: str) -> Measurement:
    """Import a measurement, or one case of it."""
    whole, _, case = name.partition(".")
    module = importlib.import_module(f"bench.figures.{whole}")
    return OneCase(cast("Divided", module), case) if case else cast("Measurement", module)


def _tree(name: str) -> ast.Module:
    return ast.parse((_FOLDER / f"{name}.py").read_text(encoding="utf-8"))


def _is_soak(name: str) -> bool:
    return _constant(name, "SOAK") is True


def _constant(name: str, constant: str) -> object:
    """Read a literal from the source, so that nothing of the module is run."""
    for node in _tree(name).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == constant:
            return cast("object", ast.literal_eval(node.value))
    return None
