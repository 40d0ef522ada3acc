"""A template's folder: the workbook, CSV headers, empty Parquet files and a manifest to fill in."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from registry.contract import Contract
from registry.convert.write import manifest, resource
from registry.package import MANIFEST
from registry.tables import ARROW
from registry.template.wording import FILE
from registry.template.workbook import write_workbook

SEPARATOR = {"en": ",", "de": ";"}  # what Excel opens with a double click in each language


def write_template(folder: Path, language: str, contract: Contract) -> list[Path]:
    """Write the template to `folder` and return its workbook, its CSV folder and its package."""
    workbook, headers, package = (folder / name for name in (FILE[language], "csv", "package"))
    for made in (headers, package):
        made.mkdir(parents=True, exist_ok=True)
    write_workbook(workbook, language, contract)
    _write_headers(headers, language, contract)
    _write_package(package, language, contract)
    return [workbook, headers, package]


def _write_headers(folder: Path, language: str, contract: Contract) -> None:
    for spec in contract.values():
        with (folder / f"{spec.name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=SEPARATOR[language]).writerow(spec.columns)


def _write_package(folder: Path, language: str, contract: Contract) -> None:
    """Empty tables in the contract's types; centre, days and resources' facts are the centre's."""
    resources = []
    for spec in contract.values():
        fields = [(column.name, ARROW[column.kind]) for column in spec.columns.values()]
        path = folder / f"{spec.name}.parquet"
        pq.write_table(pa.schema(fields).empty_table(), path)
        resources.append(resource(spec.name, path, 0))
    said = manifest("XX00", "", language, "", resources)
    text = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
