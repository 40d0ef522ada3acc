"""A release of invented centres, received, harmonised and published for others to read."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from flows import path
from registry.findings import Findings
from registry.store import Store

COMMITTED = (Path("sample_data/DE01"), Path("sample_data/SE01"))


def sample_release(root: Path, packages: Iterable[Path] = COMMITTED) -> Path:
    """The folder that holds latest.json. Without the suites, which would only take time here."""
    store = Store(root)
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr(path, "check_whole", lambda submission, previous: Findings.none())
        quick.setattr(path, "gate", lambda published: Findings.none())
        for package in packages:
            path.ingest(package, store)
        path.cut_release(store)
    return store.published


def writable_copy(folder: Path, target: Path) -> Path:
    """A copy of a release to plant defects in."""
    shutil.copytree(folder, target)
    for file in [target, *target.rglob("*")]:
        file.chmod(0o755 if file.is_dir() else 0o644)
    return target
