"""The ledger on both databases: submissions, one accepted per centre, migrations, the audit."""

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from flows import path
from registry.ledger import Ledger, audit, open_ledger, submissions
from registry.ledger.database import HEAD, MIGRATIONS, engine_of
from registry.ledger.tables import METADATA
from registry.store import Receipt, Store
from tests.databases import Cluster
from tests.deliveries import RECEIPT, delivery


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path)


def took(ledger: Ledger, n: int, status: str = "accepted") -> Receipt:
    """The centre's n-th submission, received and concluded."""
    name = f"DE01-{n}"
    ledger.received("DE01", name, f"hash {n}", readable=True)
    return ledger.conclude(replace(RECEIPT, submission=name, status=status))


def test_the_history_of_a_submission_is_kept(ledger: Ledger) -> None:
    took(ledger, 1)
    took(ledger, 2)

    assert ledger.history("DE01-1")["status"].tolist() == [
        "received",
        "readable",
        "checked",
        "accepted",
        "superseded",
    ]
    assert ledger.history("DE01-1")["why"].iloc[-1] == "by DE01-2"
    assert ledger.accepted("DE01") == replace(RECEIPT, submission="DE01-2")


def test_what_came_before_the_accepted_submission_is_superseded(ledger: Ledger) -> None:
    """Refused in January, allowed by the rules of March: February's submission stays current."""
    took(ledger, 1, "refused")
    took(ledger, 2)

    again = took(ledger, 1)

    assert again.status == "superseded"
    assert ledger.history("DE01-1")["why"].iloc[-1] == "came before DE01-2, which is accepted"
    assert [r.status for r in ledger.receipts("DE01")] == ["superseded", "accepted"]


def test_the_database_refuses_a_second_accepted_submission(ledger: Ledger) -> None:
    took(ledger, 1)
    took(ledger, 2, "refused")

    with pytest.raises(sa.exc.IntegrityError), ledger.engine.begin() as db:
        submissions.set_status(db, "DE01-2", "accepted", "now", "somebody")


def test_history_and_audit_can_only_be_added_to(ledger: Ledger) -> None:
    took(ledger, 1)

    for table in ("statuses", "receipts", "audit"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET seq = seq + 1"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger.engine.begin() as db:
                db.exec_driver_sql(change)


def test_the_tables_are_those_the_migrations_make(ledger: Ledger) -> None:
    with ledger.engine.connect() as db:
        context = MigrationContext.configure(db)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, METADATA) == []
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


# --- the audit ------------------------------------------------------------------------------------

LOOSEN = {
    "sqlite": ["DROP TRIGGER audit_UPDATE", "DROP TRIGGER audit_DELETE"],
    "postgresql": ["ALTER TABLE audit DISABLE TRIGGER ALL"],
}


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        (["UPDATE audit SET actor = 'nobody' WHERE seq = 3"], "event 3 was changed"),
        (["DELETE FROM audit WHERE seq = 3"], "event 3 is missing"),
        (["DELETE FROM audit WHERE seq = 6"], "the audit ends with 5"),
        (["DELETE FROM audit", "DELETE FROM audit_head"], "the head, which names"),
        (
            [
                "UPDATE audit SET seq = -2 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = -2",
            ],
            "event 2 was changed, moved",
        ),
        (["UPDATE audit_head SET seq = 5"], "the head was changed"),
        (["DELETE FROM audit_head"], "the head, which names the last event, is missing"),
    ],
    ids=[
        "edited",
        "removed",
        "removed at the end",
        "emptied",
        "reordered",
        "head set back",
        "no head",
    ],
)
def test_tampering_is_found(ledger: Ledger, database: str, tampering: list[str], told: str) -> None:
    for n in (1, 2, 3):
        took(ledger, n)
    assert ledger.audit_faults() == []

    with ledger.engine.begin() as db:
        for statement in [*LOOSEN[database], *tampering]:
            db.exec_driver_sql(statement)

    faults = ledger.audit_faults()
    assert any(told in fault for fault in faults), faults


def test_a_chain_made_anew_without_the_key_is_found(ledger: Ledger, database: str) -> None:
    took(ledger, 1)
    with ledger.engine.begin() as db:
        for statement in [*LOOSEN[database], "DELETE FROM audit", "DELETE FROM audit_head"]:
            db.exec_driver_sql(statement)
        facts = {"at": "now", "actor": "forger", "action": "accepted", "object": "DE01-9"}
        audit.append(db, b"a guess", **facts)

    assert ledger.audit_faults() == ["the head was changed, or sealed with another key"]


def test_the_application_role_of_postgresql_cannot_change_history(
    postgresql: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    postgresql.run("CREATE DATABASE roles")
    postgresql.run("CREATE ROLE registry_app; CREATE ROLE team LOGIN IN ROLE registry_app")
    monkeypatch.setenv("REGISTRY_LEDGER_URL", postgresql.url("roles"))
    open_ledger(tmp_path)
    monkeypatch.setenv("REGISTRY_LEDGER_URL", postgresql.url("roles", user="team"))

    ledger = open_ledger(tmp_path)
    took(ledger, 1)

    assert ledger.audit_faults() == []
    for change in ("UPDATE audit SET actor = ''", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(sa.exc.ProgrammingError) as refused, ledger.engine.begin() as db:
            db.exec_driver_sql(change)
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


# --- several at once ------------------------------------------------------------------------------


def at_once(target: Callable[..., None], arguments: list[tuple[object, ...]]) -> None:
    """Every call in a process of its own, all started together; none may fail."""
    context = get_context("fork")  # starting twenty interpreters would take longer than the test
    runs = [context.Process(target=target, args=given) for given in arguments]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0] * len(runs)


def test_ten_centres_at_once_and_two_deliveries_of_one(
    database: str,
    no_suites: None,
    tmp_path: Path,
) -> None:
    """Even the making of the tables is done by all of them at once."""
    centres, store = [f"DE{n:02}" for n in range(1, 11)], Store(tmp_path / "store")
    sent = [delivery(tmp_path / centre, centre=centre) for centre in centres]
    sent.append(delivery(tmp_path / "second", centre="DE01", version="2"))

    at_once(path.ingest, [(package, store) for package in sent])

    assert store.centres() == centres
    assert sorted(r.status for r in store.ledger.receipts("DE01")) == ["accepted", "superseded"]
    assert store.ledger.audit_faults() == []


# --- killed ---------------------------------------------------------------------------------------

MIGRATE = """
import os, signal, sys
from pathlib import Path
from alembic import op
from registry.ledger import open_ledger

create_table = op.create_table
def killed(name, *columns):
    create_table(name, *columns)
    if name == "waivers":
        os.kill(os.getpid(), signal.SIGKILL)
op.create_table = killed
open_ledger(Path(sys.argv[1]))
"""


def test_a_migration_killed_half_way_is_done_again(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the tables of an earlier version, with a submission in them."""
    upgrade = command.upgrade
    with monkeypatch.context() as earlier:
        earlier.setattr(command, "upgrade", lambda config, _: upgrade(config, "0002"))
        took(Ledger(Store(tmp_path), engine_of(tmp_path)), 1)

    killed = subprocess.run([sys.executable, "-c", MIGRATE, str(tmp_path)])

    assert killed.returncode == -signal.SIGKILL
    ledger = open_ledger(tmp_path)
    assert ledger.waivers().empty
    assert [r.submission for r in ledger.receipts("DE01")] == ["DE01-1"]
    assert ledger.audit_faults() == []
