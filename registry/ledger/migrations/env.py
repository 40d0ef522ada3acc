"""Alembic's entry: runs in the transaction that `ledger.database` opened."""

from alembic import context

from registry.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,  # SQLite too: a migration cut short leaves nothing behind
)
with context.begin_transaction():
    context.run_migrations()
