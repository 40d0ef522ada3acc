"""Patients who withdrew, as keyed hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "withdrawn",
        sa.Column("patient", sa.Text, primary_key=True),
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("purged_at", sa.Text),
    )
