"""Every release there is, and which of them is to be used."""

import json
from dataclasses import dataclass
from pathlib import Path

from registry.release.passport import CALVER, as_numbers
from registry.release.read import MANIFEST, RELEASES, pointer

ACTIVE, SUPERSEDED, WITHDRAWN = "active", "superseded", "withdrawn"


@dataclass(frozen=True)
class Listed:
    """A release in the list: `status` is active, superseded or withdrawn, `created` UTC.

    `patients` is None of a withdrawn one, whose tables are gone.
    """

    version: str
    status: str
    created: str
    patients: int | None
    submissions: int
    supersedes: str | None
    replaced_by: str | None


def releases(root: Path) -> list[Listed]:
    """Every release, newest first; a folder that latest.json never reached is not one yet."""
    latest = pointer(root)
    if latest is None:
        return []
    names = [path.name for path in (root / RELEASES).iterdir() if CALVER.fullmatch(path.name)]
    newest = as_numbers(latest["version"])
    versions = sorted(names, key=as_numbers, reverse=True)
    return [_listed(root, v, latest["version"]) for v in versions if as_numbers(v) <= newest]


def _listed(root: Path, version: str, latest: str) -> Listed:
    """As its manifest says, which is written once: only a withdrawal changes the status there."""
    manifest = json.loads((root / RELEASES / version / MANIFEST).read_bytes())
    standing = ACTIVE if version == latest else SUPERSEDED
    return Listed(
        version=version,
        status=WITHDRAWN if manifest["status"] == WITHDRAWN else standing,
        created=manifest["created"],
        patients=manifest["tables"].get("patients", {}).get("rows"),
        submissions=len(manifest["submissions"]),
        supersedes=manifest["supersedes"],
        replaced_by=manifest.get("replaced_by"),
    )
