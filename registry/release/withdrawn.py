"""Releases whose data are withdrawn: the number stays taken, the data are gone."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from filelock import FileLock

from registry.release.folder import READ_ONLY_FOLDER, flush, remove, replace_file
from registry.release.passport import CALVER, as_numbers
from registry.release.read import MANIFEST, RELEASES, WITHDRAWN, pointer
from registry.release.write import LOCK, WAIT_SECONDS, sweep


def made_of(root: Path, submissions: Collection[str]) -> list[str]:
    """Versions that still hold data of one of these submissions, oldest first."""
    folders = [f for f in (root / RELEASES).glob("*") if CALVER.fullmatch(f.name)]
    return [
        folder.name
        for folder in sorted(folders, key=lambda f: as_numbers(f.name))
        if set(submissions) & set(manifest_of(folder).get("submissions", ()))
        and {f.name for f in folder.iterdir()} - {MANIFEST}
    ]


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a release says of itself, whole or not; {} where it is not even that."""
    path = folder / MANIFEST
    manifest: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
    return manifest


def submissions_of(root: Path, version: str) -> list[str]:
    """The submissions a release was made of."""
    return list(manifest_of(root / RELEASES / version)["submissions"])


def latest(root: Path) -> str | None:
    """The version latest.json names."""
    named = pointer(root)
    return None if named is None else named["version"]


def withdraw(root: Path, versions: Collection[str], replaced_by: str | None) -> None:
    """Mark each release as withdrawn, then remove all but its manifest. Twice is the same."""
    with FileLock(root / LOCK, timeout=WAIT_SECONDS):
        sweep(root)
        for version in versions:
            folder = root / RELEASES / version
            folder.chmod(READ_ONLY_FOLDER | 0o200)
            said = manifest_of(folder) | {"status": WITHDRAWN, "replaced_by": replaced_by}
            text = json.dumps({**said, "tables": {}, "files": []}, indent=2, ensure_ascii=False)
            replace_file(folder / MANIFEST, text + "\n")
            for left in [f for f in folder.iterdir() if f.name != MANIFEST]:
                remove(left) if left.is_dir() else left.unlink()
            flush(folder)
            folder.chmod(READ_ONLY_FOLDER)
