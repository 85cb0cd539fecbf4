"""Each person has a number of their own in lists, for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "person_numbers",
        sa.Column("number", _ROW_ID, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="person_numbers_pk"),
        sa.UniqueConstraint("person_id", name="person_numbers_one_person_id"),
        sqlite_autoincrement=True,
    )
    # In the order in which they were listed before.
    op.execute(
        "insert into person_numbers (person_id)"
        " select id from people order by since is not null, since, id"
    )


def downgrade() -> None:
    op.drop_table("person_numbers")
