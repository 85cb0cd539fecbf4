"""The layering of docs/architecture.md, held as tests."""

from __future__ import annotations

import ast
import re
import sys

from tests.sources import (
    PACKAGES,
    Source,
    dotted,
    imports_at_once,
    outside_functions,
    sources,
    top_of,
    violations,
)

# Who may import whom; bench measures everything and is imported by nobody.
MAY = {
    "storage": {"storage"},
    "downloader": {"downloader", "storage"},
    "bot": {"bot", "downloader", "storage"},
    "sandbox": {"sandbox"},
    "bench": {*PACKAGES},
}
# Libraries that stay where they are adapted, as path prefixes (bench measures them all).
ONLY = {
    "aiogram": ("bot/",),
    "alembic": ("storage/",),
    "aiosqlite": ("storage/",),
    "apscheduler": ("downloader/rhythms.py",),
    "purgatory": ("downloader/telegram/",),
    "mutagen": ("downloader/metadata", "sandbox/"),
    "pydantic_settings": ("bot/settings.py",),
    "rapidfuzz": ("storage/",),
    "sqlalchemy": ("storage/",),
    "sqlite3": ("storage/",),
    "telethon": ("downloader/telegram/", "sandbox/"),
}
# What storage needs from outside, and nothing else: it is the part that stays longest.
STORAGE_NEEDS = {
    "aiosqlite", "alembic", "cryptography", "pathvalidate", "rapidfuzz", "sqlalchemy", "structlog",
}  # fmt: skip
# Who reads the environment, or takes secrets out of it. The sandbox hands one to the product that
# it starts, and asks which terminal it draws on.
ENVIRONMENT = (
    *("bot/environment.py", "bot/settings.py"),
    *("sandbox/product.py", "sandbox/show.py", "bench/"),
)
# Alembic runs this one as a script.
SCRIPTS = ("storage/migrations/env.py",)
SIDE_EFFECTS = re.compile(
    r"^(open|print|exec|eval|input|__import__)$"
    r"|^(asyncio|logging|os|random|shutil|socket|subprocess|time|structlog\.configure)\b"
    r"|\.(now|today|read_text|read_bytes|write_text|mkdir|connect|getenv|environ|run|start)$"
    r"|(^|\.)(Bot|Client|Database|Dispatcher|Engine|Router|Settings|TelegramClient)$"
)
PURE = {"os.path.join", "asyncio.sleep", "time.monotonic"}


def test_packages_import_only_downwards() -> None:
    def is_wrong(source: Source, name: str) -> bool:
        top = top_of(name)
        return top in {*PACKAGES, "tests"} and top not in MAY[source.package]

    assert [] == violations(sources(), is_wrong)


def test_libraries_stay_in_their_adapter() -> None:
    def is_wrong(source: Source, name: str) -> bool:
        places = ONLY.get(top_of(name))
        return places is not None and not source.is_in(*places, "bench/")

    assert [] == violations(sources(), is_wrong)


def test_storage_needs_little_from_outside() -> None:
    known = sys.stdlib_module_names | STORAGE_NEEDS | {"storage"}

    def is_wrong(source: Source, name: str) -> bool:
        return source.package == "storage" and top_of(name) not in known

    assert [] == violations(sources(), is_wrong)


def test_handlers_know_neither_the_settings_nor_the_composition_root() -> None:
    def is_wrong(source: Source, name: str) -> bool:
        return source.is_in("bot/handlers/") and name.startswith(("bot.app", "bot.settings"))

    assert [] == violations(sources(), is_wrong)


def test_only_the_settings_read_the_environment() -> None:
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        if not source.is_in(*ENVIRONMENT)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        if dotted(node) in {"os.environ", "os.environb", "os.getenv", "os.putenv", "environ"}
    ]

    assert [] == wrong


def test_modules_form_no_cycle() -> None:
    names = {source.name for source in sources()}
    edges = {source.name: (imports_at_once(source) & names) - {source.name} for source in sources()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"cycle: {' -> '.join((*path, name))}"
        if name not in done:
            for target in sorted(edges[name]):
                visit(target, (*path, name))
            done.add(name)

    for name in sorted(names):
        visit(name, ())


def test_nothing_happens_at_import() -> None:
    wrong = [
        f"{source.path}:{node.lineno} {ast.unparse(node).splitlines()[0]}"
        for source in sources()
        if not source.is_in(*SCRIPTS)
        for node in source.tree.body
        if acts(node)
    ]

    assert [] == wrong


def acts(statement: ast.stmt) -> bool:
    """Tell whether a statement of a module does something but name things."""
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
            return False
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return False
        case ast.If(test=test):
            return ast.unparse(test) not in {"TYPE_CHECKING", "__name__ == '__main__'"}
        case ast.Assign() | ast.AnnAssign() | ast.ClassDef():
            nodes = outside_functions(statement)
            calls = (dotted(node.func) for node in nodes if isinstance(node, ast.Call))
            return any(SIDE_EFFECTS.search(call) for call in calls if call not in PURE)
    return True
