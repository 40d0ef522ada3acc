"""Settings every test shares: no deadlines (tests never assert a time), Prefect in a home of its own."""

import os
import tempfile
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import databases
from tests.databases import Cluster

settings.register_profile("registry", deadline=None, max_examples=40)
settings.load_profile("registry")

# Before anything imports Prefect: it reads its home and its settings when imported.
os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="prefect-home-"))
import flows  # noqa: E402, F401


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """One server for all tests of this process."""
    if databases.missing():
        pytest.skip("there is no PostgreSQL on this machine")
    with databases.cluster() as running:
        yield running


@pytest.fixture
def no_suites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Great Expectations, whose import alone takes longer than most tests."""
    from flows import path
    from registry.findings import Findings

    monkeypatch.setattr(path, "check_whole", lambda submission, previous: Findings.none())
    monkeypatch.setattr(path, "gate", lambda published: Findings.none())


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ledgers opened in this test, and in the processes it starts, are in this database."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgresql")
        name = f"ledger_{uuid.uuid4().hex}"
        cluster.run(f"CREATE DATABASE {name}")
        monkeypatch.setenv("REGISTRY_LEDGER_URL", cluster.url(name))
    else:
        monkeypatch.delenv("REGISTRY_LEDGER_URL", raising=False)
    return str(request.param)
