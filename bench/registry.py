"""Finds the measurements by name; a module is imported only when it is to run."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import cast

from bench.figure import Measurement

_FOLDER = Path(__file__).parent / "figures"


def names() -> list[str]:
    return sorted(path.stem for path in _FOLDER.glob("*.py") if path.stem != "__init__")


def summary(name: str) -> str:
    """Return the first line of the module's docstring."""
    docstring = ast.get_docstring(_tree(name)) or ""
    return docstring.partition("\n")[0]


def soaks() -> list[str]:
    return [name for name in names() if _is_soak(name)]


def load(name: str) -> Measurement:
    return cast("Measurement", importlib.import_module(f"bench.figures.{name}"))


def _tree(name: str) -> ast.Module:
    return ast.parse((_FOLDER / f"{name}.py").read_text(encoding="utf-8"))


def _is_soak(name: str) -> bool:
    """Read `SOAK = True` from the source, so that nothing else of the module is run."""
    return any(
        isinstance(node, ast.Assign) and ast.unparse(node) == "SOAK = True"
        for node in _tree(name).body
    )
