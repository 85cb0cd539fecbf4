"""What Alembic runs around the steps: it uses the connection and transaction it is given."""

from __future__ import annotations

from alembic import context

import storage.deed_tables
import storage.journal_tables  # noqa: F401 - their tables are in `metadata`
from storage.search import tables as _search_tables  # noqa: F401 - its tables are in `metadata`
from storage.watch_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by building it anew
)
with context.begin_transaction():
    context.run_migrations()
