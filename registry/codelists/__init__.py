"""Code lists, unit factors and limits: one CSV each, so that a clinician can review them.

A *code list* answers "which codes may stand in this column, and what do they mean"; a *table* holds
numbers a rule or a conversion reads. Both are read once per process.

A retired code stays in its file with the date it was retired: old submissions still need its label.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

Language = Literal["en", "de"]

_FOLDER = Path(__file__).parent

_TABLES = (
    "assay_cutoffs",
    "atc_history",
    "centre_expectations",
    "clinical_limits",
    "dose_limits",
    "dose_schedules",
    "glucocorticoids",
    "plausible_ranges",
    "regression_tolerances",
    "tis_bands",
    "tis_thresholds",
    "unit_factors",
)

_COLUMNS = {
    "boolean": """accepted covers_release covers_third_country is_immunotherapy is_meant_by_atc
        is_msa is_positive is_preferred is_serious is_tis_enzyme panel_lacks_hmgcr scope_decides""",
    "int64": "numerator denominator",
    "Int64": "muscle_groups times_per_day_numerator times_per_day_denominator",
    "float64": """note_below note_above query_below query_above hold_below hold_above
        until_below until_above at_least at_most counted_at_least
        negative_below borderline_from positive_from strong_from
        above_percent up_to_percent score minimal moderate major
        mg_factor max_daily_mg mg_equal_to_prednisone_5 tis_range_times_uln""",
}
# Every column not named here is text: 0016098 and 80 are codes, not numbers.
_DTYPE = defaultdict(
    lambda: "str",
    {column: dtype for dtype, columns in _COLUMNS.items() for column in columns.split()},
)
_YES_NO = {"true": True, "false": False}
_DATES = ("since", "retired", "changed_by")


@dataclass(frozen=True, eq=False)
class CodeList:
    """A code list: `table` has one row per code, retired ones included.

    Its columns are code, label_en, label_de, source, since, retired and what else the list tells.
    """

    name: str
    table: pd.DataFrame

    @property
    def current(self) -> pd.DataFrame:
        """The rows of codes that are not retired."""
        return self.table[self.table["retired"].isna()]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes a submission may use today, in the order of the file."""
        return tuple(self.current["code"])

    def says(self, fact: str) -> pd.Series:
        """What the list says of each code in one of its columns, retired codes included."""
        return _by_code(self.name, fact)

    def labels(self, language: Language) -> dict[str, str]:
        """Code to label, retired codes included; KeyError for a language other than en and de."""
        return dict(zip(self.table["code"], self.table[f"label_{language}"], strict=True))


def names() -> tuple[str, ...]:
    """The names of all code lists, sorted."""
    return tuple(sorted({file.stem for file in _FOLDER.glob("*.csv")} - set(_TABLES)))


def table_names() -> tuple[str, ...]:
    """The names of all tables of factors, limits and bands, sorted."""
    return _TABLES


@cache
def codelist(name: str) -> CodeList:
    """The code list of that name; KeyError names the lists there are."""
    if name not in names():
        raise KeyError(f"no code list {name!r}; there are {', '.join(names())}")
    return CodeList(name, _read(name))


@cache
def _by_code(name: str, fact: str) -> pd.Series:
    says: pd.Series = _read(name).set_index("code")[fact]
    return says


def table(name: str) -> pd.DataFrame:
    """The table of that name, the caller's own copy; KeyError names the tables there are.

    Limits, bands and cut-offs are float64 with NaN for "no limit"; exact factors are two int64
    columns, numerator and denominator.
    """
    if name not in _TABLES:
        raise KeyError(f"no table {name!r}; there are {', '.join(_TABLES)}")
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    # Thirty lists are read at every start, and pandas' reader takes five times as long as csv's.
    # Only the empty cell is missing: "NA" and "None" are texts.
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    columns = zip(*rows, strict=True)
    return pd.DataFrame({n: _typed(n, cells) for n, cells in zip(header, columns, strict=True)})


def _typed(column: str, cells: tuple[str, ...]) -> Any:
    if column in _DATES:
        return np.array([cell or "NaT" for cell in cells], dtype="datetime64[s]")
    dtype = _DTYPE[column]
    if dtype == "str":
        return pd.array([cell or None for cell in cells], dtype="str")
    if dtype == "float64":
        return np.array([float(cell or "nan") for cell in cells])
    read: Callable[[str], Any] = _YES_NO.__getitem__ if dtype == "boolean" else int
    return pd.Series([read(cell) if cell else None for cell in cells], dtype=dtype).array
