"""Settings every test shares: no deadlines (tests never assert a time), Prefect in a home of its own."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from registry.files import place, remove
from registry.store import Store
from tests import databases
from tests.databases import Cluster

settings.register_profile("registry", deadline=None, max_examples=25)
settings.load_profile("registry")

# Before anything imports Prefect: it reads its home and its settings when imported.
os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="prefect-home-"))
import flows  # noqa: E402, F401


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait for the servers and processes they start."""
    return (os.cpu_count() or 1) + 1


# The files that take longest come first, so that no worker is left with one of them at the end.
LONG = (
    *(
        "test_silence",
        "test_withdrawal",
        "test_release",
        "test_waivers",
        "test_guides",
        "test_kill",
    ),
    *("test_round_trip", "test_cli", "test_sample_data", "test_path", "test_flows", "test_ledger"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """One server for all tests of this process."""
    if databases.missing():
        pytest.skip("there is no PostgreSQL on this machine")
    with databases.cluster() as running:
        yield running


@pytest.fixture(scope="module")
def prefect_server() -> Iterator[None]:
    """A real server of Prefect, and no thread of Prefect's client when the module is done.

    Its websocket draws from Python's global `random` to keep itself alive; Hypothesis, in a test of
    another module meanwhile, takes that for a strategy's doing.
    """
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


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
        monkeypatch.setenv("REGISTRY_LEDGER_URL", cluster.new_database())
    else:
        monkeypatch.delenv("REGISTRY_LEDGER_URL", raising=False)
    return str(request.param)


Step = Callable[[Path], object]
_FILLED: dict[tuple[str, tuple[Step, ...]], tuple[Path, str]] = {}


@pytest.fixture
def filled(
    database: str,
    no_suites: None,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> Callable[..., Path]:
    """`filled(one, two)` is `tmp_path` after `one(folder)` and `two(folder)`.

    Each step is walked once for all tests of a process, on either database; everybody gets a copy
    of their own, of the folder and of the ledger in PostgreSQL.
    """

    def copied(steps: tuple[Step, ...], folder: Path) -> None:
        known, url = made(steps)
        shutil.copytree(known, folder, dirs_exist_ok=True)
        if url:
            cluster: Cluster = request.getfixturevalue("postgresql")
            monkeypatch.setenv("REGISTRY_LEDGER_URL", cluster.copy_of(url))

    def made(steps: tuple[Step, ...]) -> tuple[Path, str]:
        if (database, steps) not in _FILLED:
            folder = tmp_path_factory.mktemp("filled")
            if steps:
                copied(steps[:-1], folder)
                steps[-1](folder)
            _FILLED[database, steps] = folder, os.environ.get("REGISTRY_LEDGER_URL", "")
        return _FILLED[database, steps]

    def copy_after(*steps: Step) -> Path:
        copied(steps, tmp_path)
        return tmp_path

    return copy_after


@pytest.fixture
def elsewhere(postgresql: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store in fsspec's memory, its ledger in PostgreSQL."""
    monkeypatch.setenv("REGISTRY_LEDGER_URL", postgresql.new_database())
    root = place(f"memory://{uuid.uuid4().hex}")
    yield Store(root)
    if root.exists():
        remove(root)


@pytest.fixture(params=["folder", "memory"])
def anywhere(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Store:
    """A store in a folder with SQLite, or elsewhere."""
    if request.param == "memory":
        store: Store = request.getfixturevalue("elsewhere")
        return store
    monkeypatch.delenv("REGISTRY_LEDGER_URL", raising=False)
    return Store(tmp_path)
