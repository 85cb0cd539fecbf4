"""Brings the schema of a database to the one this program knows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import NewerSchemaError

LATEST = "head"
BASE = "base"  # no tables


def is_current(connection: Connection, revision: str = LATEST) -> bool:
    """Tell whether the schema is that of `revision`.

    Raises `NewerSchemaError` for a schema this program does not know.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    steps = _steps()
    if found is not None and found not in steps:
        raise NewerSchemaError(found)
    return found == (steps[-1] if revision == LATEST else revision)


def migrate(connection: Connection, revision: str = LATEST) -> None:
    """Step to `revision`, up or down, inside the transaction of the caller."""
    config = _config()
    config.attributes["connection"] = connection
    found = MigrationContext.configure(connection).get_current_revision()
    steps = _steps()
    is_down = revision == BASE or (
        found is not None and revision != LATEST and steps.index(revision) < steps.index(found)
    )
    (command.downgrade if is_down else command.upgrade)(config, revision)


@cache
def _steps() -> tuple[str, ...]:
    """Return the revisions, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(step.revision for step in script.walk_revisions())[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
