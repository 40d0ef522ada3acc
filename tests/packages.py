"""Packages in one call: valid unless told otherwise, the oddity as the only argument.

    package(folder)                                              one row in every required table
    package(folder, columns={"labs": {"value": ["1,5"]}})        a column in other words; None drops it
    package(folder, announced={"labs": {"registry:rows": 7}})    a manifest entry; None drops it
    package(folder, manifest={"registry:language": "fr"})        a manifest key; None drops it
    package(folder, files={"notes.txt": b"…"})                   written last, not announced

A package rule is shown by a pair of builders: one package that holds, one that breaks the rule once.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from registry.codelists import codelist
from registry.contract import Column, Contract, Kind, TableSpec
from registry.tables import ARROW
from schemas.submitted import CONTRACT

DAY = "2024-03-31"
MANIFEST = {
    "name": "a-submission",
    "created": "2026-10-15T08:00:00Z",
    "version": "2026.9.30",
    "registry:contract": "1.0",
    "registry:centre": "DE01",
    "registry:data_cut": "2026-09-30",
    "registry:language": "en",
}

Values = Any  # an Arrow array or a list of cells; None drops the column


def package(
    folder: Path,
    *,
    columns: Mapping[str, Mapping[str, Values]] | None = None,
    tables: Mapping[str, pa.Table] | None = None,
    manifest: Mapping[str, Any] | None = None,
    announced: Mapping[str, Mapping[str, Any] | None] | None = None,
    files: Mapping[str, bytes] | None = None,
    without: Collection[str] = (),
    contract: Contract = CONTRACT,
) -> Path:
    """Write a package to `folder` and return it.

    `columns` replaces columns of the minimal tables (and adds an optional table by naming it);
    `tables` gives whole files by resource name; `without` announces tables but leaves them out.
    """
    changes = columns or {}
    wanted = [spec for spec in contract.values() if spec.required or spec.name in changes]
    whole = {spec.name: table_of(spec, changes.get(spec.name, {})) for spec in wanted}
    folder.mkdir(parents=True, exist_ok=True)
    entries = [_write(folder, name, table) for name, table in {**whole, **(tables or {})}.items()]
    changed = announced or {}
    kept = [e for e in entries if e["name"] not in changed or changed[e["name"]] is not None]
    said = {**MANIFEST, "resources": [_changed(e, changed.get(e["name"]) or {}) for e in kept]}
    text = json.dumps(_changed(said, manifest or {}))
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    for name in without:
        (folder / f"{name}.parquet").unlink()
    for name, content in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def table_of(spec: TableSpec, changes: Mapping[str, Values] | None = None) -> pa.Table:
    """A minimal table: required columns filled, optional ones blank, `changes` in their place.

    As many rows as the first changed column has; one without changes.
    """
    changes = changes or {}
    n = next((len(values) for values in changes.values() if values is not None), 1)
    columns = {name: _minimal(column, spec, n) for name, column in spec.columns.items()}
    return pa.table({k: v for k, v in {**columns, **changes}.items() if v is not None})


def _minimal(column: Column, spec: TableSpec, rows: int) -> pa.Array:
    if not column.required:
        return pa.nulls(rows, ARROW[column.kind])
    if column.key:
        return pa.array([f"{spec.name}-{row}" for row in range(1, rows + 1)])
    return pa.array([_value(column)] * rows).cast(ARROW[column.kind])


def _value(column: Column) -> object:
    if column.name == "centre_id":
        return MANIFEST["registry:centre"]
    if column.links is not None:
        return f"{column.links}-1"
    if column.codes is not None:
        return codelist(column.codes).codes[0]
    at_least = 1 if column.at_least is None else column.at_least
    return {
        Kind.TEXT: "text",
        Kind.NUMBER: float(at_least),
        Kind.WHOLE: int(at_least),
        Kind.YES_NO: True,
        Kind.DATE: DAY,
    }[column.kind]


def parquet(table: pa.Table) -> bytes:
    """The bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def _write(folder: Path, name: str, table: pa.Table) -> dict[str, Any]:
    content = parquet(table)
    (folder / f"{name}.parquet").write_bytes(content)
    return {
        "name": name,
        "path": f"{name}.parquet",
        "format": "parquet",
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "registry:rows": table.num_rows,
    }


def _changed(entry: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: fact for key, fact in {**entry, **changes}.items() if fact is not None}


def zipped(folder: Path, keep_folder: bool = False) -> Path:
    """A zip of a package beside it, with the folder's name in front of every file or without."""
    root, base = (folder.parent, folder.name) if keep_folder else (folder, ".")
    name = f"{folder}-with-folder" if keep_folder else str(folder)
    return Path(shutil.make_archive(name, "zip", root, base))


# --- the examples of package rules --------------------------------------------------------------

Build = Callable[[Path], Path]


@dataclass(frozen=True)
class PackageExample:
    """A rule's package that holds (it is asked, nothing broken) and one that breaks it once."""

    holds: Build
    breaks: Build


PACKAGE_EXAMPLES: dict[str, PackageExample] = {}


def package_example(rule_id: str, *, breaks: Build, holds: Build = package) -> None:
    """Show a rule. Unless told otherwise the minimal package holds."""
    if rule_id in PACKAGE_EXAMPLES:
        raise ValueError(f"{rule_id} is shown twice.")
    PACKAGE_EXAMPLES[rule_id] = PackageExample(holds, breaks)
