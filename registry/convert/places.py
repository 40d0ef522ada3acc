"""Which line of the centre's own file a row of a package was converted from.

Rows keep their order 1:1. The manifest holds, for every converted table, the file, the sheet and
the lines in runs: `"lines": [[1, 2], [16, 19]]` says that rows 1 to 15 are lines 2 to 16 and that
row 16 is line 19, row 17 line 20 and so on. A manifest comes from outside: what does not fit is
as if it were not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from registry.convert.wording import say

KEY = "registry:source"


@dataclass(frozen=True)
class Source:
    """File and sheet of one table, and the runs of (row, line) in it, rows ascending from 1."""

    file: str
    sheet: str | None
    rows: np.ndarray
    lines: np.ndarray

    def lines_of(self, rows: pd.Series) -> pd.Series:
        """The line of each row; blank where the row is."""
        numbers = rows.astype("Int64").fillna(0).to_numpy(dtype=np.int64)
        run = np.searchsorted(self.rows, numbers, side="right") - 1
        known = (run >= 0) & (numbers > 0)
        lines = self.lines[np.maximum(run, 0)] + numbers - self.rows[np.maximum(run, 0)]
        return pd.Series(pd.array(lines, dtype="Int64"), index=rows.index).where(known)


def as_entry(file: str, sheet: str | None, lines: pd.Index) -> dict[str, Any]:
    """What the manifest says of a table whose rows 1, 2, … stood at `lines` of its file."""
    numbers = lines.to_numpy(dtype=np.int64)
    rows = np.arange(1, len(numbers) + 1)
    starts = np.flatnonzero(np.diff(numbers - rows, prepend=-1))
    runs = np.column_stack([rows[starts], numbers[starts]]).tolist()
    return {"file": file, **({"sheet": sheet} if sheet else {}), "lines": runs}


def sources(manifest: Mapping[str, Any]) -> dict[str, Source]:
    """Resource name → where its rows stood, for every resource that says so."""
    entries = manifest.get("resources")
    found = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            source = _source(entry.get(KEY))
            if source is not None:
                found[str(entry["name"])] = source
    return found


def _source(entry: object) -> Source | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
        return None
    try:
        runs = np.asarray(entry.get("lines"), dtype=np.int64).reshape(-1, 2)
    except (TypeError, ValueError, OverflowError):
        return None
    rows, lines = runs[:, 0], runs[:, 1]
    in_order = len(rows) and rows[0] == 1 and (np.diff(rows) > 0).all()
    if not in_order or (lines < 1).any() or (runs > 1 << 40).any():
        return None
    sheet = entry.get("sheet")
    return Source(entry["file"], sheet if isinstance(sheet, str) else None, rows, lines)


def placed(files: pd.Series, sheets: pd.Series, lines: pd.Series, language: str) -> pd.Series:
    """`labs.csv line 17` or `data.xlsx, sheet labs, row 17`; the file alone without a line."""
    line, sheet, row = (say(language, f"place_{part}") for part in ("line", "sheet", "row"))
    numbers = lines.astype("Int64").astype("str")
    in_file = files + line + numbers
    in_sheet = files + sheet + sheets + row + numbers
    return in_sheet.fillna(in_file).fillna(files).astype("str")


def places_of(rows: pd.DataFrame, sources: Mapping[str, Source], language: str) -> pd.Series:
    """For each finding where it stands in the centre's own file; blank where nobody knows."""
    places = pd.Series(None, index=rows.index, dtype="str")
    for table, source in sources.items():
        of = rows.index[rows["table"] == table]
        file = pd.Series(source.file, index=of, dtype="str")
        sheet = pd.Series(source.sheet, index=of, dtype="str")
        places.loc[of] = placed(file, sheet, source.lines_of(rows.loc[of, "row"]), language)
    return places
