"""Submissions, the history of their statuses, their receipts."""

import sqlalchemy as sa
from alembic import op

from registry.ledger.migrations.append_only import make_append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("came", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("replaced_by", sa.Text),
    )
    op.create_index(
        "one_accepted_per_centre",
        "submissions",
        ["centre"],
        unique=True,
        sqlite_where=sa.text("status = 'accepted'"),
        postgresql_where=sa.text("status = 'accepted'"),
    )
    op.create_table(
        "statuses",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("submission", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
    )
    op.create_table(
        "receipts",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("submission", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("rule_set", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("previous", sa.Text),
        sa.Column("data_cut", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("rows", sa.JSON, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    make_append_only("statuses")
    make_append_only("receipts")
