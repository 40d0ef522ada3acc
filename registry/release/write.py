"""Publish: an immutable folder per release, then one pointer that moves in a single step.

    root/
      latest.json                {version, manifest, manifest_sha256}
      releases/2026.1.0/
        data/<table>.parquet     manifest.json         datapackage.json    README.md
        croissant.json           contract.odcs.yaml    ro-crate-metadata.json
        data_dictionary.parquet  data_dictionary.csv   codes.parquet       codes.csv
        CHANGELOG.md             changes.parquet       quality/            disclosure/
        public/                  checksums.sha256
      .staging/                  a release being written; whatever a crash leaves here is swept away

A reader sees what latest.json names and nothing else. Until it moves, the release before stands: a
folder that was put there but never pointed to is completed by the next run if it is, whole, that
run's release, and removed if it is not.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from filelock import FileLock

from registry.contract import VERSION, Contract
from registry.files import (
    flush,
    flush_all,
    is_local,
    make_read_only,
    put,
    remove,
    replace_file,
    sha256,
    unfinished,
    write_json,
    write_text,
)
from registry.release import contents, parquet, rocrate
from registry.release.dictionary import code_table, data_dictionary
from registry.release.passport import CALVER, Passport, as_numbers, fingerprint, next_version
from registry.release.read import (
    CHECKSUMS,
    LATEST,
    MANIFEST,
    RELEASES,
    Release,
    ReleaseDamaged,
    open_release,
    pointer,
    verified,
)

STAGING = ".staging"
LOCK = ".lock"
WAIT_SECONDS = 600


def write_release(
    root: Path,
    tables: Mapping[str, pd.DataFrame],
    specs: Contract,
    passport: Passport,
    version: str | None = None,
    patch: bool = False,
) -> Path:
    """Publish `tables` (in memory as `specs` describe them) and return the release's folder.

    Without `version` it is the next YYYY.N.0, or with `patch` the next YYYY.N.patch. Raises
    ValueError where the version is not newer than the latest, there is nothing to patch, or a table
    is not as described: then nothing is published. One writer at a time; filelock.Timeout after ten
    minutes of waiting for another.
    """
    with only_writer(root):
        sweep(root)
        created = passport.get("created") or datetime.now(UTC).isoformat(timespec="seconds")
        latest = _latest_version(root)
        number = version or next_version(latest, created, patch)
        if latest is not None and as_numbers(number) <= as_numbers(latest):
            raise ValueError(f"{number} is not newer than the latest release, {latest}.")
        folder = root / RELEASES / number
        if not _is_same(folder, fingerprint(passport)):
            about = _about(number, passport, created, latest)
            with unfinished(root / STAGING, number) as staged:
                _fill(staged, tables, specs, about, passport, _previous(root))
                _reveal(root, staged, folder)
        _drop_unfinished(root, latest, keep=number)
        make_read_only(folder)
        _point(root, number)
    return folder


def same_as_latest(root: Path, wanted: str) -> Path | None:
    """The folder of the latest release if it is whole and has this fingerprint, else None."""
    latest = _previous(root)
    same = latest is not None and latest.manifest["fingerprint"] == wanted
    return latest.folder if latest is not None and same else None


def only_writer(root: Path) -> AbstractContextManager[Any]:
    """One writer at a time; elsewhere than on this machine it is the store's lock that says so."""
    if not is_local(root):
        return nullcontext()
    root.mkdir(parents=True, exist_ok=True)
    return FileLock(root / LOCK, timeout=WAIT_SECONDS)


def sweep(root: Path) -> None:
    """Remove what a crash left in staging. Only under the lock: nobody else is writing."""
    for left in (root / STAGING).glob("*"):
        remove(left)


def _latest_version(root: Path) -> str | None:
    latest = pointer(root)
    return None if latest is None else latest["version"]


def _previous(root: Path) -> Release | None:
    """The latest release; None where there is none, or it is damaged."""
    try:
        return open_release(root) if pointer(root) is not None else None
    except ReleaseDamaged:
        return None


def _is_same(folder: Path, wanted: str) -> bool:
    """Whether a folder that was never pointed to is, whole, the release that is wanted."""
    try:
        return folder.is_dir() and verified(folder).manifest["fingerprint"] == wanted
    except ReleaseDamaged:
        return False


# --- what is in the folder --------------------------------------------------------------------


def _fill(
    staged: Path,
    tables: Mapping[str, pd.DataFrame],
    specs: Contract,
    about: Mapping[str, Any],
    passport: Passport,
    previous: Release | None,
) -> None:
    """Write every file of a release: the manifest after all it lists, the checksums last."""
    if set(tables) != set(specs):
        raise ValueError(f"Tables not as described: {', '.join(sorted(set(tables) ^ set(specs)))}.")
    arrow = {name: parquet.to_arrow(tables[name], spec) for name, spec in specs.items()}
    _write_tables(staged, arrow, about)
    _write_dictionary(staged, specs, arrow)
    contents.write_changes(staged, about, specs, arrow, previous)
    contents.write_quality(staged, about["release"], tables, passport)
    contents.write_disclosure(staged, about["release"], tables)
    of_table = {name: _file(staged / _path(name), staged) for name in arrow}
    contents.write_descriptions(staged, about, specs, of_table)
    write_json(staged / rocrate.FILE, rocrate.ro_crate(about, _files(staged)))
    described = {name: _described(name, table) for name, table in arrow.items()}
    manifest = {**about, "tables": described, "files": _files(staged)}
    write_json(staged / MANIFEST, manifest)
    listed = "".join(f"{f['sha256']}  {f['path']}\n" for f in _files(staged))
    write_text(staged / CHECKSUMS, listed)


def _about(
    version: str, passport: Passport, created: str, supersedes: str | None
) -> dict[str, Any]:
    """The manifest but for its tables and files."""
    return {
        "release": version,
        "status": "active",  # as written; a release that latest.json does not name is superseded
        "created": created,
        "supersedes": supersedes,
        "fingerprint": fingerprint(passport),
        "contract": VERSION,
        "rule_set": passport["rule_set"],
        "code": passport["code"],
        "algorithm_version": passport["algorithm_version"],
        "submissions": sorted(passport["submissions"]),
        "data_cuts": dict(sorted(passport["data_cuts"].items())),
        "excluded": dict(sorted(passport["excluded"].items())),
        **contents.statement(passport),
    }


def _path(table: str) -> str:
    return f"data/{table}.parquet"


def _write_tables(staged: Path, tables: Mapping[str, pa.Table], about: Mapping[str, Any]) -> None:
    (staged / "data").mkdir()
    said = ("release", "contract", "rule_set", "algorithm_version")
    facts = {f"registry:{name}": str(about[name]) for name in said}
    for name, table in tables.items():
        parquet.write(table, staged / _path(name), {**facts, "registry:table": name})


def _write_dictionary(staged: Path, specs: Contract, tables: Mapping[str, pa.Table]) -> None:
    made = {"data_dictionary": data_dictionary(specs, tables), "codes": code_table(specs)}
    for name, table in made.items():
        contents.write_both(table, staged / name, staged.name)


def _described(name: str, table: pa.Table) -> dict[str, Any]:
    return {
        "path": _path(name),
        "rows": table.num_rows,
        "schema_fingerprint": parquet.schema_fingerprint(table.schema),
    }


def _files(folder: Path) -> list[dict[str, Any]]:
    return [_file(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]


def _file(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {"path": name, "bytes": path.stat().st_size, "sha256": sha256(path)}


# --- making it visible ------------------------------------------------------------------------


def _reveal(root: Path, staged: Path, folder: Path) -> None:
    """A written release goes to its place; in place of one never pointed to."""
    flush_all(staged)
    if folder.is_dir():
        _drop(root, folder)
    put(staged, folder, last=MANIFEST)
    flush(folder.parent)


def _drop_unfinished(root: Path, latest: str | None, keep: str) -> None:
    """Remove other releases newer than the latest: no reader was ever pointed to them."""
    versions = [f for f in (root / RELEASES).iterdir() if CALVER.fullmatch(f.name)]
    for folder in versions:
        newer = latest is None or as_numbers(folder.name) > as_numbers(latest)
        if newer and folder.name != keep:
            _drop(root, folder)


def _drop(root: Path, folder: Path) -> None:
    """Out of sight in one step, where there is one, then removed."""
    if not is_local(folder):
        remove(folder)
        return
    away = root / STAGING / f"dropped-{folder.name}"
    away.parent.mkdir(exist_ok=True)
    folder.chmod(0o755)  # a folder must be writable to be moved
    folder.rename(away)
    remove(away)


def _point(root: Path, version: str) -> None:
    """From here on the release is the latest."""
    manifest = f"{RELEASES}/{version}/{MANIFEST}"
    content = {
        "version": version,
        "manifest": manifest,
        "manifest_sha256": sha256(root / manifest),
    }
    replace_file(root / LATEST, json.dumps(content, indent=2) + "\n")
