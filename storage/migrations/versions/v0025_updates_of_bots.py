"""An update is known by its bot and its number: another bot counts its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Build the table anew, for its primary key. Which bot was told what is there is not known."""
    op.rename_table("updates", "updates_before")
    op.drop_index("updates_by_received_at", "updates_before")
    _make(by_bot=True)
    op.execute(
        "insert into updates (bot_id, update_id, body, received_at, state, words, starts)"
        " select 0, update_id, body, received_at, state, words, starts from updates_before"
    )
    op.drop_table("updates_before")
    op.create_index("updates_by_received_at", "updates", ["received_at"])


def downgrade() -> None:
    """Keep one of those that have the same number."""
    op.rename_table("updates", "updates_after")
    op.drop_index("updates_by_received_at", "updates_after")
    _make(by_bot=False)
    op.execute(
        "insert into updates (update_id, body, received_at, state, words, starts)"
        " select update_id, body, received_at, state, words, starts from updates_after"
        " where (received_at, bot_id) = (select received_at, bot_id from updates_after same"
        " where same.update_id = updates_after.update_id"
        " order by received_at desc, bot_id desc limit 1)"
    )
    op.drop_table("updates_after")
    op.create_index("updates_by_received_at", "updates", ["received_at"])


def _make(*, by_bot: bool) -> None:
    bot = sa.Column("bot_id", _ROW_ID, nullable=False, autoincrement=False)
    key = ("bot_id", "update_id") if by_bot else ("update_id",)
    op.create_table(
        "updates",
        *((bot,) if by_bot else ()),
        sa.Column("update_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("body", sa.Text),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("words", sa.Text),
        sa.Column("starts", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint(*key, name="updates_pk"),
    )
