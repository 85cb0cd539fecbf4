"""There is a journal of who did what, which only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
# A row that takes the place of another is deleted without a word to the trigger for that. These
# go with their table: a step that builds it anew must make them again.
_TRIGGERS = {
    "journal_changes_nothing": "update on journal",
    "journal_loses_nothing": "delete on journal",
    "journal_replaces_nothing": "insert on journal"
    " when exists (select 1 from journal where number = new.number)",
    "journal_keeps_its_keys": "delete on journal_keys",
}
_REFUSED = "begin select raise(abort, 'the journal only grows'); end"


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("number", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(20), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="journal_pk"),
    )
    op.create_index("journal_by_who", "journal", ["who", "what", "at"])
    op.create_table(
        "journal_keys",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="journal_keys_pk"),
    )
    op.create_table(
        "journal_end",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="journal_end_pk"),
    )
    op.create_table(
        "setting_marks",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="setting_marks_pk"),
    )
    for name, moment in _TRIGGERS.items():
        op.execute(f"create trigger {name} before {moment} {_REFUSED}")


def downgrade() -> None:
    for table in ("setting_marks", "journal_end", "journal_keys", "journal"):
        op.drop_table(table)
