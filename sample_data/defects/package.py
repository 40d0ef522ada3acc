"""FR01's package itself: every rule about packages broken once, after its tables are written.

Only columns that no row rule asks about are touched, and the two tables that get lost are the two
that no rule reads: everything else about the package can still be asked.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MANIFEST = "datapackage.json"

# No file that is committed breaks these; tests/hostile makes those that do, and deletes them.
NOT_PLANTED = {
    "SEC-02": "more files than may be, or larger ones",
    "SEC-03": "hundreds of columns, millions of rows",
    "SEC-04": "a file that takes more memory to read than there is",
}
HASH_OF_NOTHING = f"sha256:{hashlib.sha256().hexdigest()}"


def break_package(folder: Path) -> None:
    """Edit a package that `write_package` wrote, in place; the same input gives the same bytes.

    SUB-20 needs a column stored as text, and only such a column can have a cell that cannot be
    read: that cell breaks COL-02, once. The row of another centre breaks SUB-02.
    """
    for table, change in CHANGES.items():
        path = folder / f"{table}.parquet"
        pq.write_table(change(pq.read_table(path)), path, compression="zstd")
    _cut_off(folder / "malignancies.parquet")  # SUB-01
    (folder / "events.parquet").unlink()  # SUB-13
    note = "Export of 30 September, see the ward's list.\n"
    (folder / "read_me.txt").write_text(note, encoding="utf-8")  # SUB-19
    (folder / "ward" / "2026" / "09" / "30").mkdir(parents=True)
    (folder / "ward/2026/09/30/list.txt").write_text("", encoding="utf-8")  # SEC-01
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    text = json.dumps(_wrong(_up_to_date(manifest, folder)), indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _biopsies(table: pa.Table) -> pa.Table:
    """SUB-14 a required column is missing, SUB-15 an optional one, SUB-21 one is nested."""
    found = table.column("regeneration").to_pylist()
    nested = pa.array([None if one is None else [one] for one in found], pa.list_(pa.string()))
    table = table.set_column(table.schema.get_field_index("regeneration"), "regeneration", nested)
    return table.drop_columns(["centre_id", "p62"])


def _exposures(table: pa.Table) -> pa.Table:
    """SUB-16: a column that the contract does not know; SEC-05: a whole letter in one cell."""
    remarks = ["see letter"] * (table.num_rows - 1) + ["And so on. " * 400]
    return table.append_column("remark", pa.array(remarks))


def _organ_findings(table: pa.Table) -> pa.Table:
    """SUB-02: the last row is another centre's."""
    centres = table.column("centre_id").to_pylist()
    return table.set_column(0, "centre_id", pa.array([*centres[:-1], "BE01"]))


def _visits(table: pa.Table) -> pa.Table:
    """SUB-20: heights as text; COL-02: the last of them with its unit."""
    position = table.schema.get_field_index("height_cm")
    heights = table.column(position).cast(pa.string())
    filled = pc.indices_nonzero(heights.is_valid()).to_pylist()
    written = heights.to_pylist()
    written[filled[-1]] += " cm"
    return table.set_column(position, "height_cm", pa.array(written, pa.string()))


CHANGES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "biopsies": _biopsies,
    "exposures": _exposures,
    "organ_findings": _organ_findings,
    "visits": _visits,
}


def _cut_off(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _up_to_date(manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The manifest with the hashes of the files as they are now."""
    for resource in manifest["resources"]:
        path = folder / resource["path"]
        if path.is_file():
            resource["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    return manifest


def _wrong(manifest: dict[str, Any]) -> dict[str, Any]:
    manifest["registry:language"] = "fr"  # SUB-11
    manifest["registry:contract"] = "0.9"  # SUB-12
    day_after = date.fromisoformat(manifest["created"][:10]) + timedelta(days=1)
    manifest["registry:data_cut"] = str(day_after)  # SUB-23
    resources = {resource["name"]: resource for resource in manifest["resources"]}
    resources["organ_findings"]["hash"] = HASH_OF_NOTHING  # SUB-17
    resources["exposures"]["registry:rows"] += 1  # SUB-18
    return manifest
