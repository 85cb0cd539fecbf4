"""Tells whether the schema of a database is the one this program knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from storage.errors import NewerSchemaError, disk_errors

LATEST = "head"
BASE = "base"  # no tables
STEPS_FOLDER = Path(__file__).parent / "migrations" / "versions"


def is_current(connection: Connection, revision: str = LATEST) -> bool:
    """Tell whether the schema is that of `revision`.

    Raises `NewerSchemaError` for a schema this program does not know.
    """
    found, known = found_revision(connection), steps()
    if found is not None and found not in known:
        raise NewerSchemaError(found)
    return found == (known[-1] if revision == LATEST else revision)


def found_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("select version_num from alembic_version")
    revision: str | None = found.scalar_one_or_none()
    return revision


def steps() -> tuple[str, ...]:
    """Return the revisions, oldest first, by the names of their modules.

    Alembic would import them all, and itself with parts of SQLAlchemy that nothing else needs: a
    sixth of a second at every start, to find nearly always that there is nothing to do.
    """
    with disk_errors(STEPS_FOLDER):
        return tuple(sorted(path.name[1:5] for path in STEPS_FOLDER.glob("v????_*.py")))
