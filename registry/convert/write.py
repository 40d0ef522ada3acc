"""A package as a centre sends it: Parquet files and the manifest with their hashes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from registry.contract import VERSION
from registry.convert.places import KEY
from registry.package import MANIFEST

PROFILE = "datapackage.org/profiles/2.0/datapackage.json"


def write_package(
    tables: Mapping[str, tuple[Mapping[str, pa.Array], dict[str, Any] | None]],
    folder: Path,
    centre: str,
    data_cut: date,
    language: str,
    created: date,
) -> None:
    """Write `tables` (resource name → columns, and where their rows stood) as a package.

    Files that an earlier conversion left in `folder` are removed; the manifest is written last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in (folder / MANIFEST, *folder.glob("*.parquet")):
        left.unlink(missing_ok=True)
    resources = []
    for name, (columns, source) in tables.items():
        table = pa.table(dict(columns))
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd")
        entry = resource(name, path, table.num_rows)
        resources.append(entry if source is None else {**entry, KEY: source})
    said = manifest(centre, data_cut.isoformat(), language, f"{created}T00:00:00Z", resources)
    (folder / MANIFEST).write_text(
        json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def resource(name: str, path: Path, rows: int) -> dict[str, Any]:
    """The manifest's entry of one file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": name,
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{digest}",
        "registry:rows": rows,
    }


def manifest(
    centre: str, data_cut: str, language: str, created: str, resources: list[dict[str, Any]]
) -> dict[str, Any]:
    """A Frictionless Data Package v2 descriptor with the registry's keys."""
    return {
        "$schema": f"https://{PROFILE}",
        "name": f"imnm-{centre.lower()}-{data_cut}" if data_cut else f"imnm-{centre.lower()}",
        "created": created,
        "version": ".".join(str(int(part)) for part in data_cut.split("-")) if data_cut else "",
        "registry:contract": VERSION,
        "registry:centre": centre,
        "registry:data_cut": data_cut,
        "registry:language": language,
        "resources": resources,
    }
