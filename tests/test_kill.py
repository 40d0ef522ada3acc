"""kill -9 anywhere on the path: run again, the same results, nothing lost, nothing half visible."""

import subprocess
import sys
from pathlib import Path

import pytest

from registry.package import open_package
from registry.release import NoRelease, open_release
from registry.store import Store

# Walks the path without the suites (Great Expectations would only make the test slower) and kills
# itself in the middle of the function named on the command line.
WALK = """
import os, signal, sys
from pathlib import Path
import registry.release.write as write
import registry.report.files as files
import registry.ledger.submissions as submissions
import registry.store as stores
from flows import path
from registry.findings import Findings

root, victim = Path(sys.argv[1]), sys.argv[2]
path.check_whole = lambda submission, previous: Findings.none()
path.gate = lambda published: Findings.none()

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

if victim == "copying":
    real, copied = Path.write_bytes, []
    def write_bytes(self, content):
        real(self, content[: len(content) // 2] if len(copied) == 3 else content)
        copied.append(1)
        len(copied) == 4 and die()
    Path.write_bytes = write_bytes
elif victim == "findings":
    files.as_json = die
elif victim == "receipt":
    submissions.write_receipt = die
elif victim == "tables":
    write._write_dictionary = die
elif victim == "pointer":
    write._point = die

store = stores.Store(root)
for centre in ("DE01", "SE01"):
    path.ingest(Path("sample_data") / centre, store)
print(path.cut_release(store).version)
"""


def walk(root: Path, victim: str = "nobody") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WALK, str(root), victim]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def results(root: Path) -> dict[str, str]:
    """Hash of every published table, with ids and days: the release's results."""
    manifest = open_release(Store(root).published).manifest
    return {
        file["path"]: file["sha256"]
        for file in manifest["files"]
        if file["path"].startswith("data/")
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("undisturbed")
    assert walk(root).returncode == 0
    return root


@pytest.mark.parametrize("victim", ["copying", "findings", "receipt", "tables", "pointer"])
def test_killed_and_run_again(victim: str, undisturbed: Path, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    key = (undisturbed / "private" / "release.key").read_bytes()
    (tmp_path / "private" / "release.key").write_bytes(
        key
    )  # the same key gives the same pseudonyms

    killed = walk(tmp_path, victim)

    assert killed.returncode == -9, killed.stderr
    with pytest.raises(NoRelease):
        open_release(Store(tmp_path).published)

    again = walk(tmp_path)

    assert again.returncode == 0, again.stderr
    assert results(tmp_path) == results(undisturbed)
    store = Store(tmp_path)
    assert store.ledger.audit_faults() == []
    assert store.centres() == ["DE01", "SE01"]
    for centre in store.centres():
        receipt = store.accepted(centre)
        assert receipt is not None
        kept, sent = (
            open_package(store.package(receipt)),
            open_package(Path("sample_data") / centre),
        )
        assert kept.content_hash == sent.content_hash
    assert len(list((store.published / "releases").iterdir())) == 1
