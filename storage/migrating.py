"""Steps the schema of a database up or down: only what must do so imports this, for it is slow."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.schema import BASE, LATEST, STEPS_FOLDER, found_revision, steps


def migrate(connection: Connection, revision: str = LATEST) -> None:
    """Step to `revision`, up or down, inside the transaction of the caller."""
    config = Config()
    config.set_main_option("script_location", str(STEPS_FOLDER.parent))
    config.attributes["connection"] = connection
    move = command.downgrade if _is_down(found_revision(connection), revision) else command.upgrade
    move(config, revision)


def _is_down(found: str | None, revision: str) -> bool:
    if revision == LATEST or found is None:
        return revision == BASE
    known = steps()
    return revision == BASE or known.index(revision) < known.index(found)
