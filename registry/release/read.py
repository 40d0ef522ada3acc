"""Open a release: the pointer once, every hash, then tables.

UserError
├── NoRelease            nothing has been published here yet, or nothing of that version
└── ReleaseDamaged       a file is not what the manifest says it is
    └── ReleaseWithdrawn its data are gone, because a patient withdrew
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from registry.errors import UserError
from registry.files import place, sha256
from registry.release import parquet
from registry.release.passport import CALVER

LATEST = "latest.json"
RELEASES = "releases"
MANIFEST = "manifest.json"
CHECKSUMS = "checksums.sha256"
WITHDRAWN = "withdrawn"


class NoRelease(UserError):
    """Nothing has been published yet, or nothing of this version."""


class ReleaseDamaged(UserError):
    """A release is not what its manifest says."""

    def __init__(self, version: str, what: str) -> None:
        super().__init__(
            f"Release {version} is damaged: {what}. Restore it from a copy; do not use it."
        )


class ReleaseWithdrawn(ReleaseDamaged):
    """A patient withdrew: the release's data are gone."""

    def __init__(self, version: str, replaced_by: str | None) -> None:
        instead = f"Use {replaced_by}." if replaced_by else "The next release will replace it."
        UserError.__init__(
            self, f"Release {version} is withdrawn, because a patient withdrew. {instead}"
        )


@dataclass(frozen=True)
class Release:
    """One release. It stays this one, whatever is published while it is being read."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def version(self) -> str:
        return str(self.manifest["release"])

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self.manifest["tables"])

    def keys(self, table: str) -> tuple[str, ...]:
        """The columns that tell a table's rows apart."""
        every = parquet.read(self.folder / "data_dictionary.parquet").to_pylist()
        return tuple(c["column"] for c in every if c["table"] == table and c["key"])

    def arrow(self, table: str) -> pa.Table:
        """A table as Arrow, every page verified; KeyError for a table the release has not."""
        path = self.folder / self.manifest["tables"][table]["path"]
        try:
            return parquet.read(path)
        except OSError as error:
            raise ReleaseDamaged(self.version, f"{path.name} cannot be read") from error

    def pandas(self, table: str) -> pd.DataFrame:
        """A table in the registry's pandas types, rows numbered from 1."""
        return parquet.in_memory(self.arrow(table))


def pointer(root: Path) -> dict[str, str] | None:
    """latest.json: version, manifest, manifest_sha256; None before the first release."""
    path = root / LATEST
    if not path.is_file():
        return None
    try:
        content: dict[str, str] = json.loads(path.read_bytes())
    except ValueError as error:
        raise ReleaseDamaged("latest", f"{LATEST} cannot be read") from error
    return content


def open_release(root: Path | str, version: str | None = None) -> Release:
    """The release that latest.json names: resolved once, every file's hash verified.

    `root` is the folder of latest.json, or its URL. With `version` that one instead. Raises
    NoRelease before the first one or where there is no such version, and ReleaseDamaged where
    anything differs from the manifest.
    """
    root = place(root)
    if version is not None:
        return _of_version(root, version)
    latest = pointer(root)
    if latest is None:
        raise NoRelease(f"Nothing has been published in {root.name} yet. Cut a release first.")
    folder = (root / latest["manifest"]).parent
    return verified(folder, latest["manifest_sha256"])


def _of_version(root: Path, version: str) -> Release:
    if CALVER.fullmatch(version) is None or not (root / RELEASES / version).is_dir():
        raise NoRelease(
            f"There is no release {version}. `registry releases` lists those there are."
        )
    return verified(root / RELEASES / version)


def verified(folder: Path, manifest_sha256: str | None = None) -> Release:
    """The release in a folder, once every file is what its manifest says; else ReleaseDamaged."""
    path = folder / MANIFEST
    if not path.is_file():
        raise ReleaseDamaged(folder.name, "its manifest is missing")
    content = path.read_bytes()
    _refuse_withdrawn(folder, content)
    expected = _listed(folder).get(MANIFEST) if manifest_sha256 is None else manifest_sha256
    if hashlib.sha256(content).hexdigest() != expected:
        raise ReleaseDamaged(folder.name, "its manifest was changed")
    manifest = json.loads(content)
    for what in _differences(folder, manifest):
        raise ReleaseDamaged(folder.name, what)
    return Release(folder, manifest)


def _refuse_withdrawn(folder: Path, content: bytes) -> None:
    try:
        manifest = json.loads(content)
    except ValueError:
        return  # its hash will not be the one listed
    if manifest.get("status") == WITHDRAWN:
        raise ReleaseWithdrawn(folder.name, manifest.get("replaced_by"))


def _listed(folder: Path) -> dict[str, str]:
    """Path → hash of checksums.sha256."""
    path = folder / CHECKSUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _differences(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    for file in manifest["files"]:
        path = folder / file["path"]
        if not path.is_file():
            yield f"{file['path']} is missing"
        elif path.stat().st_size != file["bytes"] or sha256(path) != file["sha256"]:
            yield f"{file['path']} was changed"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(
        found - {file["path"] for file in manifest["files"]} - {MANIFEST, CHECKSUMS}
    ):
        yield f"{name} does not belong to it"
