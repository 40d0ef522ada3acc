"""kill -9 anywhere on the path: run again, the same results, nothing lost, nothing half visible."""

from pathlib import Path
from typing import Any

import pytest

from flows import path
from registry.files import put_private
from registry.ledger import submissions
from registry.package import open_package
from registry.release import NoRelease, open_release, write
from registry.report import files
from registry.store import Store
from tests.deliveries import delivery
from tests.killing import killed_at
from tests.releases import sample_release

pytestmark = pytest.mark.usefixtures("no_suites")

CENTRES = ("AT01", "DE01")

# Each run is killed a step further than the one before: it takes up what that one left.
VICTIMS: list[tuple[tuple[Any, str], int, list[str]]] = [  # what, at which call, who is in by then
    ((Path, "write_bytes"), 4, []),  # three files of the first package are copied
    ((files, "as_json"), 1, []),  # findings are half written
    ((submissions, "write_receipt"), 2, ["AT01"]),
    ((write, "_write_dictionary"), 1, ["AT01", "DE01"]),  # the release's tables are written
    ((write, "_point"), 1, ["AT01", "DE01"]),  # all of it is
]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sent")
    return {centre: delivery(folder / centre, centre=centre) for centre in CENTRES}


@pytest.fixture(scope="module")
def undisturbed(sent: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, killed nowhere."""
    root = tmp_path_factory.mktemp("undisturbed")
    sample_release(root, sent.values())
    return Store(root)


def walk(store: Store, sent: dict[str, Path]) -> None:
    for package in sent.values():
        path.ingest(package, store)
    path.cut_release(store)


def results(store: Store) -> dict[str, str]:
    """Hash of every published table, with ids and days: the release's results."""
    files = open_release(store.published).manifest["files"]
    return {f["path"]: f["sha256"] for f in files if f["path"].startswith("data/")}


def test_killed_at_every_step_and_run_again(
    undisturbed: Store, database: str, sent: dict[str, Path], tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    put_private(undisturbed.release_key(), store.root / "private" / "release.key")

    for victim, nth, accepted in VICTIMS:
        killed_at(victim, walk, store, sent, nth=nth)
        assert store.centres() == accepted
        with pytest.raises(NoRelease):
            open_release(store.published)
    walk(store, sent)

    assert results(store) == results(undisturbed), "the same key gives the same pseudonyms"
    assert store.ledger.audit_faults() == []
    assert store.centres() == list(CENTRES)
    for centre, package in sent.items():
        receipt = store.accepted(centre)
        assert receipt is not None
        kept = open_package(store.package(receipt))
        assert kept.content_hash == open_package(package).content_hash
    assert len(list((store.published / "releases").iterdir())) == 1
