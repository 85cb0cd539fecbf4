"""People come in by codes and invites, can be banned, and have limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TABLES = ("pleas", "charges", "quotas", "invites", "claim_codes")


def upgrade() -> None:
    op.add_column("people", sa.Column("username", sa.Text))
    for name in ("since", "seen_at", "banned_at"):
        op.add_column("people", sa.Column(name, sa.BigInteger))
    _coming_in()
    _limits()


def _coming_in() -> None:
    op.create_table(
        "claim_codes",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("digest", sa.LargeBinary),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("valid_until", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="claim_codes_pk"),
    )
    op.create_table(
        "invites",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("made_by", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_by", sa.BigInteger),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("withdrawn_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="invites_pk"),
        sa.UniqueConstraint("digest", name="invites_one_digest"),
        sqlite_autoincrement=True,
    )


def _limits() -> None:
    op.create_table(
        "quotas",
        sa.Column("whose", sa.String(32), nullable=False),
        sa.Column("jobs", sa.Integer),
        sa.Column("queued", sa.Integer),
        sa.Column("daily", sa.BigInteger),
        sa.Column("largest", sa.BigInteger),
        sa.PrimaryKeyConstraint("whose", name="quotas_pk"),
    )
    op.create_table(
        "charges",
        sa.Column("job_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="charges_job_id_fk"),
        sa.PrimaryKeyConstraint("job_id", name="charges_pk"),
    )
    op.create_index("charges_by_person_id", "charges", ["person_id", "at"])
    op.create_table(
        "pleas",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("job_id", _ROW_ID, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("excess", sa.String(32), nullable=False),
        sa.Column("wanted", sa.BigInteger, nullable=False),
        sa.Column("limit", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("is_granted", sa.Integer),
        sa.Column("decided_by", sa.BigInteger),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("settled_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="pleas_job_id_fk"),
        sa.PrimaryKeyConstraint("id", name="pleas_pk"),
        sa.UniqueConstraint("job_id", name="pleas_one_job_id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    for name in ("banned_at", "seen_at", "since", "username"):
        op.drop_column("people", name)
