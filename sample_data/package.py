"""Tables as a submission: Parquet files and a `datapackage.json` (Frictionless Data Package v2).

The same tables give the same bytes, so that a package can be committed and compared.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from registry.contract import VERSION
from registry.tables import PANDAS, to_arrow
from sample_data.columns import Tables

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"

_KINDS = {dtype: kind for kind, dtype in PANDAS.items()}


def write_package(
    tables: Tables | Iterable[Tables],
    folder: Path,
    *,
    centre: str,
    data_cut: date,
    language: str,
    created: str,
    resource_names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write a submission to `folder` and return its descriptor.

    `tables` are table name → DataFrame in the dtypes of `registry.tables`, which decide the Arrow
    types (a number column that a centre keeps as text is text in the file), or an iterable of
    such, the pieces of a centre too big for memory. `created` is an ISO time; `resource_names`
    renames tables. Files of other resources already in the folder are not touched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [tables] if isinstance(tables, dict) else tables
    rows = _write_files(pieces, folder, resource_names or {})
    descriptor = {
        "$schema": SCHEMA,
        "name": f"imnm-{centre.lower()}-{data_cut}",
        "created": created,
        "version": f"{data_cut.year}.{data_cut.month}.{data_cut.day}",
        "registry:contract": VERSION,
        "registry:centre": centre,
        "registry:data_cut": str(data_cut),
        "registry:language": language,
        "resources": [_resource(name, count, folder) for name, count in rows.items()],
    }
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    return descriptor


def _write_files(
    pieces: Iterable[Tables], folder: Path, names: Mapping[str, str]
) -> dict[str, int]:
    """One file per table, one row group or more per piece; resource name → rows."""
    rows: dict[str, int] = {}
    writers: dict[str, pq.ParquetWriter] = {}
    with ExitStack() as open_files:
        for tables in pieces:
            for table, frame in tables.items():
                name = names.get(table, table)
                arrow = as_arrow(frame)
                if name not in writers:
                    file = pq.ParquetWriter(
                        folder / f"{name}.parquet", arrow.schema, compression="zstd"
                    )
                    writers[name] = open_files.enter_context(file)
                writers[name].write_table(arrow)
                rows[name] = rows.get(name, 0) + len(frame)
    return rows


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """A frame as an Arrow table: text, double, int64, bool and date32, nothing else."""
    kinds = {name: _KINDS[str(dtype)] for name, dtype in frame.dtypes.items()}
    return pa.table({str(name): to_arrow(frame[name], kind) for name, kind in kinds.items()})


def _resource(name: str, rows: int, folder: Path) -> dict[str, Any]:
    path = f"{name}.parquet"
    with (folder / path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": name,
        "path": path,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "hash": f"sha256:{digest}",
        "registry:rows": rows,
    }
