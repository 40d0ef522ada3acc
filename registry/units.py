"""Laboratory values in one unit per analyte, by the exact factors of `codelists/unit_factors.csv`.

A factor is a fraction (µkat/L to U/L is 60/1), and a product is rounded to nine decimals: so
1.15 µkat/L is 69 U/L, as on paper, and not 68.99999999999999. All functions take the columns
`analyte` and `unit` of the same rows and answer with the same index; a pair that the table does
not hold is blank.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from registry.codelists import codelist, table

DECIMALS = 9  # no laboratory reports finer; a double still tells them apart at a CK of 4,000,000


def is_convertible(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """Whether the unit is one the analyte is reported in (bool, never blank)."""
    return unit_factor(analyte, unit).notna()


def unit_factor(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """How many canonical units one `unit` is, as float64."""
    return _pick("numerator", analyte, unit) / _pick("denominator", analyte, unit)


def canonical_unit(analyte: pd.Series) -> pd.Series:
    """The unit in which the registry keeps each analyte."""
    return analyte.map(_canonical_units())


def to_canonical(values: pd.Series, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """`values` in the analyte's canonical unit; values already in it come back unchanged.

    Convert a result and its limits of normal alike: they share the row's unit.
    """
    numerator, denominator = _pick("numerator", analyte, unit), _pick("denominator", analyte, unit)
    converted = (values * numerator / denominator).round(DECIMALS)
    return converted.where(numerator != denominator, values)


def as_if_in_the_other_unit(values: pd.Series, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """`values` in the canonical unit, had they been written in the analyte's other unit.

    An analyte has the canonical unit and units that are one and the same multiple of it (ng/mL and
    ug/L are both 1000 ng/L), so that there is one other reading; blank where there is none.
    """
    multiple = analyte.map(_multiples())
    other = (values * multiple / unit_factor(analyte, unit)).round(DECIMALS)
    return other.where(multiple != 1)


def unit_property(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """The LOINC property a unit measures: mg/dL creatinine is a mass, umol/L an amount."""
    return pd.Series(_pick("property", analyte, unit), dtype="str")


def _pick(column: str, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """`column` of unit_factors.csv for each row's pair."""
    grid = _grid(column)
    row, place = grid.index.get_indexer(analyte), grid.columns.get_indexer(unit)
    picked = _padded(grid)[row, place]
    return pd.Series(picked, index=analyte.index)


@cache
def _grid(column: str) -> pd.DataFrame:
    return table("unit_factors").pivot(index="analyte", columns="unit", values=column)


@cache
def _canonical_units() -> pd.Series:
    return codelist("analytes").table.set_index("code")["canonical_unit"]


@cache
def _multiples() -> pd.Series:
    factors = table("unit_factors").assign(factor=lambda t: t["numerator"] / t["denominator"])
    return factors.groupby("analyte")["factor"].max()
