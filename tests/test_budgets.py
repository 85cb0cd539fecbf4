"""The budgets and habits of the code, held as tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from tests.sources import (
    PACKAGES,
    dotted,
    functions,
    imports,
    length,
    sources,
    sources_of_tests,
    top_of,
    violations,
)

# The supervised boundaries: one bad job, event or update never stops the process.
BROAD_EXCEPTS = {
    "bench/__main__.py": 1,  # one measurement that breaks
    "bench/mutated/soak.py": 1,  # one damaged file: that there is none is the figure
    "bench/transfer/client.py": 1,  # one file that a client fails to bring
    "bot/chatboard.py": 1,  # one chat
    "bot/polling.py": 1,  # one update
    "bot/verbs/run.py": 1,  # the process, which then ends
    "downloader/doing.py": 1,  # one deed
    "downloader/planner.py": 1,  # one job
    "downloader/supervision.py": 1,  # the loops of the engine
    "downloader/watching.py": 1,  # one look at a chat
    "downloader/worker.py": 1,  # one item
    "sandbox/mtproto/dispatch.py": 1,  # one RPC method that breaks
}
TELLS = re.compile(r"log\.exception\(|traceback\.print_exc\(")
# Where the parts are put together.
COMPOSITION = {
    "bench/safety/episode.py",
    "bench/search/ours.py",
    "bench/transfer/ours.py",
    "bot/acting.py",
    "bot/app.py",
    "bot/works.py",
    "bot/routes.py",
    "downloader/engine.py",
    "downloader/telegram/accounts.py",
    "downloader/telegram/centres.py",
    "sandbox/methods/table.py",
    "sandbox/mtproto/cluster.py",
    "storage/store.py",
}
# Plain values that everybody may name without leaning on anything that acts.
VOCABULARY = {
    "downloader.clock", "downloader.errors", "downloader.events", "downloader.lookup.errors",
    "downloader.lookup.recording", "sandbox.faults",
    "storage.handling", "storage.action", "storage.description", "storage.entry", "storage.formats",
    "storage.forwarded",
    "storage.plea", "storage.quota", "storage.record", "storage.retention",
    "storage.ruling", "storage.sound",
    "sandbox.world", "storage.errors", "storage.models", "storage.states",
    "bot.callbacks", "bot.errors", "bot.permissions",
    "downloader.conversion", "storage.watch", "storage.stretch",
}  # fmt: skip
VAGUE = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc", "advanced"}


def p95(values: list[int]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else sum(values)


def test_every_module_says_in_a_sentence_what_it_is_for() -> None:
    wrong = [
        source.path
        for source in sources()
        if not re.match(r"\S[^\n]*(\n[^\n]+){0,3}[.:]$", first_paragraph(source.tree))
    ]

    assert [] == wrong


def first_paragraph(tree: ast.Module) -> str:
    return (ast.get_docstring(tree) or "").split("\n\n")[0]


def test_an_init_file_holds_one_sentence_and_nothing_else() -> None:
    inits = [source for source in sources() if source.path.endswith("__init__.py")]

    assert [] == [source.path for source in inits if len(source.tree.body) != 1]


def test_names_of_modules_say_what_they_hold() -> None:
    stems = {source.path: Path(source.path).stem for source in sources()}
    vague = [path for path, stem in stems.items() if stem in VAGUE or re.search(r"v\d+$", stem)]
    hidden = [path for path, stem in stems.items() if re.match(r"_(?!_)", stem)]

    assert [] == vague + hidden


def test_files_stay_small() -> None:
    too_long = [
        f"{one.path}: {one.lines}" for one in (*sources(), *sources_of_tests()) if one.lines > 400
    ]
    lengths = [source.lines for source in sources() if not source.path.endswith("__init__.py")]

    assert [] == too_long
    assert median(lengths) <= 120
    assert p95(lengths) <= 250, longest({one.path: one.lines for one in sources()})


def test_functions_stay_small() -> None:
    lengths = {
        f"{source.path}:{function.lineno} {function.name}": length(function)
        for source in (*sources(), *sources_of_tests())
        for function in functions(source)
    }
    ours = [lines for name, lines in lengths.items() if not name.startswith("tests/")]

    # A list of all parts is as long as there are parts.
    too_long = {name: lines for name, lines in lengths.items() if lines > 60}
    lists = (" assemble", " open_store")
    assert {name for name in too_long if name.endswith(lists)} == set(too_long)
    assert [] == [lines for lines in too_long.values() if lines > 80]
    assert median(ours) <= 10
    assert p95(ours) <= 30, longest(lengths)


def longest(lengths: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(lengths.items(), key=lambda pair: -pair[1])[:12]


def test_nothing_is_nested_deeper_than_three() -> None:
    wrong = [
        f"{source.path}:{function.lineno} {function.name}"
        for source in sources()
        for function in functions(source)
        if depth(function.body) > 3
    ]

    assert [] == wrong


BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match)
WITHS = (ast.With, ast.AsyncWith)


def depth(body: list[ast.stmt]) -> int:
    return max((depth_of(statement) for statement in body), default=0)


def depth_of(statement: ast.stmt) -> int:
    """Count the blocks in each other.

    An `elif` is no deeper than its `if`, a `with` right in a `with` is one with it, and a `try`
    that only tidies up counts for nothing.
    """
    if not isinstance(statement, BLOCKS):
        return 0
    match statement:
        case ast.If(body=body, orelse=[ast.If() as other]):
            return max(1 + depth(body), depth_of(other))
        case ast.With(body=[only]) | ast.AsyncWith(body=[only]) if isinstance(only, WITHS):
            return depth_of(only)
        case ast.Try(handlers=[]):
            return depth([*statement.body, *statement.finalbody])
    return 1 + depth(list(within(statement)))


def within(block: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(block):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def test_modules_lean_on_few_others() -> None:
    modules = {one.name for one in sources() if not one.path.endswith("__init__.py")}
    counts = {
        source.path: len((imports(source) & modules) - VOCABULARY - {source.name})
        for source in sources()
        if source.path not in COMPOSITION
    }

    assert p95(list(counts.values())) <= 8, longest(counts)


def test_broad_excepts_stand_only_at_the_supervised_boundaries() -> None:
    found = {
        source.path: count
        for source in sources()
        if (count := sum(is_broad(node) for node in ast.walk(source.tree)))
    }

    assert found == BROAD_EXCEPTS


def is_broad(node: ast.AST) -> bool:
    """Tell whether a node stops every error; what raises it again or hands it on stops none."""
    if isinstance(node, ast.ExceptHandler):
        last = node.body[-1]
        if isinstance(last, ast.Raise):
            return False
        if isinstance(last, ast.Return) and node.name in {dotted(one) for one in ast.walk(last)}:
            return False
        named = {dotted(one) for one in ast.walk(node.type)} if node.type else {"Exception"}
        return bool(named & {"Exception", "BaseException"})
    if isinstance(node, ast.Call) and dotted(node.func).endswith("suppress"):
        return any(dotted(argument) in {"Exception", "BaseException"} for argument in node.args)
    return False


def test_a_broad_except_logs_what_it_caught() -> None:
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
        if not TELLS.search(ast.unparse(node))
    ]

    assert [] == wrong


def test_tests_use_no_mocks() -> None:
    imported_mocks = violations(
        sources_of_tests(),
        lambda _, name: top_of(name) == "mock" or name.startswith("unittest.mock"),
    )
    patches = [
        f"{source.path}:{node.lineno}"
        for source in sources_of_tests()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        if re.search(r"monkeypatch\.(setattr|delattr)$|^mocker\.", dotted(node.func))
    ]

    assert [] == imported_mocks + patches


def test_tests_mirror_the_packages() -> None:
    modules = {source.name.replace(".", "/").replace("__", "") for source in sources()}
    wrong = [
        test.path
        for test in sources_of_tests()
        if test.path.split("/")[1] in PACKAGES and Path(test.path).stem.startswith("test_")
        if not mirrors(test.path, modules) and not tells_a_story(test.tree)
    ]

    assert [] == wrong


def mirrors(test: str, modules: set[str]) -> bool:
    """Tell whether `tests/a/test_b.py` or `tests/a/test_b_in_some_case.py` has its `a/b`."""
    path = test.removeprefix("tests/").removesuffix(".py").replace("/test_", "/")
    return any(path == module or path.startswith(f"{module}_") for module in modules)


def tells_a_story(tree: ast.Module) -> bool:
    """Tell whether it says what it is about, as a test of many modules must."""
    return bool(ast.get_docstring(tree))
