"""Brings the schema of a database to the one this program knows."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import DatabaseDamagedError, NewerSchemaError

LATEST = "head"


def migrate(connection: Connection, path: Path, revision: str = LATEST) -> None:
    """Step to `revision`, up or down, inside the transaction of the caller.

    Raises `NewerSchemaError` for a schema this program does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    before = MigrationContext.configure(connection).get_current_revision()
    known = {step.revision: step for step in script.walk_revisions()}
    if before is not None and before not in known:
        raise NewerSchemaError(before)
    if before == (script.get_current_head() if revision == LATEST else revision):
        return
    ahead = revision == LATEST or before is None or _is_ahead(script, before, revision)
    (command.upgrade if ahead else command.downgrade)(config, revision)
    _check_references(connection, path)


def _is_ahead(script: ScriptDirectory, before: str, revision: str) -> bool:
    return any(step.revision == before for step in script.iterate_revisions(revision, "base"))


def _check_references(connection: Connection, path: Path) -> None:
    # References are not enforced while tables are rebuilt.
    if connection.exec_driver_sql("pragma foreign_key_check").first() is not None:
        raise DatabaseDamagedError(path, "a row points to one that does not exist")
