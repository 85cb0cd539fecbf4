"""The project's own source, parsed once, for the tests that hold rules about it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "downloader", "storage")
PACKAGES = (*PRODUCT, "sandbox", "bench")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        return self.path.split("/")[0]

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def is_in(self, *places: str) -> bool:
        return self.path.startswith(places)


@cache
def sources() -> tuple[Source, ...]:
    """Return every module of the project, tests aside."""
    return _read(*PACKAGES)


@cache
def sources_of_tests() -> tuple[Source, ...]:
    return _read("tests")


def _read(*tops: str) -> tuple[Source, ...]:
    paths = [path for top in tops for path in sorted((ROOT / top).rglob("*.py"))]
    texts = [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths]
    return tuple(Source(path, text, ast.parse(text)) for path, text in texts)


def _imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(source: Source) -> set[str]:
    """Return every import, also those within functions."""
    return set(_imported(ast.walk(source.tree)))


def imports_at_once(source: Source) -> set[str]:
    """Return what is imported when the module is, and so what can form a cycle."""
    return set(_imported(outside_functions(source.tree)))


def outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            yield from outside_functions(node)


def functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def top_of(name: str) -> str:
    """Return the package that a dotted name is in."""
    return name.split(".", maxsplit=1)[0]


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def violations(among: tuple[Source, ...], is_wrong: Callable[[Source, str], bool]) -> list[str]:
    return [
        f"{source.path} imports {name}"
        for source in among
        for name in sorted(imports(source))
        if is_wrong(source, name)
    ]
