"""A centre's own files in one call: CSV text, Excel sheets, and DE01's data as a centre exports them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq

from registry.convert.build import Conversion
from registry.convert.build import convert as convert_source
from registry.convert.sheet import Said
from registry.harmonise.mapping import CENTRES
from schemas.submitted import CONTRACT

DE01 = Path("sample_data/DE01")
CUT = "2026-09-30"


def convert(
    source: Path,
    *,
    centre: str = "DE01",
    said: Said | None = None,
    centres: Path = CENTRES,
    language: str = "en",
    data_cut: str | None = CUT,
) -> Conversion:
    """Convert to `<source>-package` beside the source."""
    output = source.with_name(f"{source.name}-package")
    return convert_source(
        source,
        centre,
        output,
        CONTRACT,
        data_cut=data_cut,
        language=language,
        said=said,
        centres=centres,
    )


def csv_file(folder: Path, text: str, name: str = "labs.csv", encoding: str = "utf-8") -> Path:
    """One CSV file, its lines as they stand in `text`."""
    path = folder / name
    path.write_bytes("\n".join(line.strip() for line in text.strip().splitlines()).encode(encoding))
    return path


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """An Excel file with these cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def tables_of(package: Path) -> dict[str, pd.DataFrame]:
    """Every table of a package in plain Python values."""
    return {
        file.stem: pq.read_table(file).to_pandas() for file in sorted(package.glob("*.parquet"))
    }


def exported(folder: Path, style: str) -> Path:
    """DE01 as CSV: "german" (semicolon, comma, 31.12.2025, cp1252) or "english" (comma, point, ISO)."""
    folder.mkdir(exist_ok=True)
    for name, table in tables_of(DE01).items():
        table = table.map(
            lambda cell: (
                {True: "true", False: "false"}.get(cell, cell) if isinstance(cell, bool) else cell
            )
        )
        if style == "german":
            days = [c for c in table if c.endswith("_date")]
            table[days] = table[days].map(lambda day: day.strftime("%d.%m.%Y"), na_action="ignore")
            table.to_csv(
                folder / f"{name}.csv", sep=";", decimal=",", index=False, encoding="cp1252"
            )
        else:
            table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def told(conversion: Conversion, place: str) -> str:
    """Everything that was told about one file."""
    return "; ".join(fact for where, facts in conversion.told if where == place for fact in facts)
