"""Releases whose data are withdrawn: the number stays taken, the data are gone."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from registry.files import flush, make_read_only, make_writable, remove, replace_file
from registry.release.passport import CALVER, as_numbers
from registry.release.read import MANIFEST, RELEASES, WITHDRAWN, ReleaseDamaged, pointer
from registry.release.write import only_writer, sweep


def made_of(root: Path, submissions: Collection[str]) -> list[str]:
    """Versions that still hold data of one of these submissions, oldest first.

    One without a manifest was not sent to its end, and may hold data of any.
    """
    folders = [f for f in (root / RELEASES).glob("*") if CALVER.fullmatch(f.name)]
    return [
        folder.name
        for folder in sorted(folders, key=lambda f: as_numbers(f.name))
        if set(submissions) & set(manifest_of(folder).get("submissions", submissions))
        and {f.name for f in folder.iterdir()} - {MANIFEST}
    ]


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a release says of itself, whole or not; {} where it is not even that."""
    path = folder / MANIFEST
    manifest: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
    return manifest


def submissions_of(root: Path, version: str) -> list[str]:
    """The submissions a release was made of."""
    manifest = manifest_of(root / RELEASES / version)
    if not manifest:
        raise ReleaseDamaged(version, "its manifest is missing")
    return list(manifest["submissions"])


def latest(root: Path) -> str | None:
    """The version latest.json names."""
    named = pointer(root)
    return None if named is None else named["version"]


def withdraw(root: Path, versions: Collection[str], replaced_by: str | None) -> None:
    """Mark each release as withdrawn, then remove all but its manifest. Twice is the same."""
    with only_writer(root):
        sweep(root)
        for version in versions:
            folder = root / RELEASES / version
            said = manifest_of(folder)
            if not said:  # never sent to its end; the patch before has perhaps removed it
                if folder.is_dir():
                    remove(folder)
                continue
            make_writable(folder)
            said |= {"status": WITHDRAWN, "replaced_by": replaced_by}
            text = json.dumps({**said, "tables": {}, "files": []}, indent=2, ensure_ascii=False)
            replace_file(folder / MANIFEST, text + "\n")
            for left in [f for f in folder.iterdir() if f.name != MANIFEST]:
                remove(left) if left.is_dir() else left.unlink()
            flush(folder)
            make_read_only(folder)
