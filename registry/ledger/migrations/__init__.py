"""Alembic: how the ledger came to have the tables it has."""
