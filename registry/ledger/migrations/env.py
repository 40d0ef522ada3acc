"""Alembic's entry: runs in the transaction that `ledger.database` opened."""

from alembic import context

from registry.ledger.tables import METADATA


def run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        transactional_ddl=True,  # SQLite too: a migration cut short leaves nothing behind
    )
    with context.begin_transaction():
        context.run_migrations()


if hasattr(context, "config"):  # only while Alembic runs it, not where somebody imports it
    run()
