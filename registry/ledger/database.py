"""SQLite beside the store, or PostgreSQL by URL: connections, transactions, migrations.

One connection per transaction and none kept: a run that is killed holds nothing, threads and
processes share nothing. Writers of SQLite take their turn from the first statement on
(BEGIN IMMEDIATE) and wait as long as a run waits for a centre; those of PostgreSQL take their turn
where they must, at the end of the audit.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy.pool import NullPool

from registry.errors import UserError
from registry.files import is_local
from registry.ledger.tables import APPEND_ONLY
from registry.store import StoreBusy

URL = "REGISTRY_LEDGER_URL"
HEAD = "0004"  # the newest revision in migrations/versions
MIGRATIONS = Path(__file__).parent / "migrations"

WAIT_SECONDS = 600  # as long as `Store.one_at_a_time`

# On PostgreSQL the team's programs log in as a member of this role; migrations run as the owner.
APPLICATION_ROLE = "registry_app"
_MIGRATING = 4_017_301  # any number, the same for all: who migrates PostgreSQL, alone
_WORKING = 4_017_302  # and another: the seed of the locks' numbers
_LOCK_NOT_AVAILABLE = "55P03"


class LedgerUnnamed(UserError):
    """The store is no folder of this machine, and nothing says where its ledger is."""


class LedgerOutdated(UserError):
    """The ledger's tables are older than this code, and this user may not change them."""


def engine_of(store: Path) -> sa.Engine:
    """The database of a store, its tables as new as this code.

    Raises LedgerOutdated, and LedgerUnnamed for a store elsewhere without a database by URL.
    """
    url = os.environ.get(URL)
    if not (url or is_local(store)):
        raise LedgerUnnamed(
            f"{store} is not a folder of this machine: its ledger has to be a PostgreSQL database. "
            f"Name it in {URL} (postgresql://…)."
        )
    engine = _postgresql(url) if url else _sqlite(store)
    if _revision(engine) != HEAD:
        _migrate(engine, store)
    return engine


def _postgresql(url: str) -> sa.Engine:
    """`postgresql://…` as administrators write it; the driver is psycopg 3."""
    driver = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(driver, poolclass=NullPool)


def _sqlite(store: Path) -> sa.Engine:
    store.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        f"sqlite:///{store / 'ledger.sqlite'}",
        poolclass=NullPool,
        connect_args={"timeout": WAIT_SECONDS, "isolation_level": None},
    )
    sa.event.listen(engine, "connect", _settings)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _settings(connection: sqlite3.Connection, _: object) -> None:
    """Readers do not wait for writers (WAL); what is deleted is overwritten with zeros."""
    for setting in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: sa.Connection) -> None:
    """sqlite3 begins transactions late and not for DDL; so we begin them."""
    begin = connection.get_execution_options().get("begin", "BEGIN IMMEDIATE")
    if begin:
        connection.exec_driver_sql(begin)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent view of the ledger."""
    with engine.connect().execution_options(begin="BEGIN") as connection, connection.begin():
        yield connection


@contextmanager
def _no_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """For what a database does only outside of transactions."""
    options = {"isolation_level": "AUTOCOMMIT", "begin": None}
    with engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def one_at_a_time(engine: sa.Engine, name: str, timeout: float) -> Iterator[None]:
    """A lock of PostgreSQL for a store without a folder to lock in; it ends with its connection.

    Raises StoreBusy after `timeout` seconds, and an error of the database where the connection was
    lost meanwhile. A pooler in between has to pool sessions: the lock is the session's.
    """
    with _no_transaction(engine) as connection:
        wait = sa.select(sa.func.set_config("lock_timeout", f"{int(timeout * 1000)}ms", False))
        connection.execute(wait)
        number = sa.func.hashtextextended(name, _WORKING)
        try:
            connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise StoreBusy(name) from error
        yield
        connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))


def forget(engine: sa.Engine) -> None:
    """Deleted rows leave the files too: the database is rewritten, its log emptied.

    On PostgreSQL only the owner of the tables can do it; write-ahead log and backups expire as its
    administrator has set them.
    """
    tables = ("answers", "waivers")
    with _no_transaction(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        elif _owns(connection, tables[0]):
            connection.exec_driver_sql(f"VACUUM FULL {', '.join(tables)}")


def _owns(connection: sa.Connection, table: str) -> bool:
    mine = "SELECT pg_has_role(tableowner, 'MEMBER') FROM pg_tables WHERE tablename = :t"
    return bool(connection.execute(sa.text(mine), {"t": table}).scalar())


# --- migrations -------------------------------------------------------------------------------


def _revision(engine: sa.Engine) -> str | None:
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: sa.Engine, store: Path) -> None:
    """All missing revisions in one transaction, by one process at a time."""
    if engine.dialect.name == "sqlite":
        (store / "locks").mkdir(parents=True, exist_ok=True)
        with FileLock(store / "locks" / "migration.lock", timeout=WAIT_SECONDS):
            with _no_transaction(engine) as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            _upgrade(engine)
        return
    try:
        _upgrade(engine)
    except sa.exc.ProgrammingError as error:
        raise LedgerOutdated(
            "The ledger's tables are older than this program and this database user may not change "
            f"them. Run any command of `registry` once with {URL} naming their owner."
        ) from error


def _upgrade(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if engine.dialect.name == "postgresql" and _is_newest(connection):
            _grant(connection)


def _is_newest(connection: sa.Connection) -> bool:
    """Whether the tables are today's: what is granted speaks of these."""
    version = sa.text("SELECT version_num FROM alembic_version")
    return bool(connection.execute(version).scalar() == HEAD)


def _grant(connection: sa.Connection) -> None:
    """What the application may do, where its role is there: never change or remove history."""
    there = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.execute(there, {"role": APPLICATION_ROLE}).scalar() is None:
        return
    for statement in (
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT SELECT ON alembic_version TO {APPLICATION_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE ON submissions, audit_head, withdrawn TO {APPLICATION_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON answers, waivers TO {APPLICATION_ROLE}",
        f"REVOKE ALL ON {', '.join(APPEND_ONLY)} FROM {APPLICATION_ROLE}",
        f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APPLICATION_ROLE}",
    ):
        connection.exec_driver_sql(statement)
