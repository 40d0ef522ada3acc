"""Laboratory values in one unit per analyte, by the exact factors of `codelists/unit_factors.csv`.

A factor is a fraction (µkat/L to U/L is 60/1), and a product is rounded to nine decimals: so
1.15 µkat/L is 69 U/L, as on paper, and not 68.99999999999999. The functions take the columns
`analyte` and `unit` of the same rows and answer row by row, in their index; a pair that the table
does not hold is blank.
"""

from functools import cache

import numpy as np
import pandas as pd

from registry.codelists import codelist, table

DECIMALS = 9  # no laboratory reports finer, and a CK of 2,000,000 U/L is still exact to it


def is_convertible(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """Whether the analyte is measured in that unit; true or false, never blank."""
    return _facts(analyte, unit)["factor"].notna()


def unit_factor(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """How many canonical units one `unit` is, as float64."""
    return _facts(analyte, unit)["factor"]


def canonical_unit(analyte: pd.Series) -> pd.Series:
    """The unit in which the registry keeps the analyte."""
    units = codelist("analytes").table.set_index("code")["canonical_unit"]
    return analyte.map(units.to_dict()).astype("str")


def to_canonical(values: pd.Series, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """`values` in the analyte's canonical unit; what is in it already comes back unchanged.

    For results and for their limits of normal alike: all of a row are in the row's unit.
    """
    facts = _facts(analyte, unit)
    converted = _rounded(values * facts["numerator"] / facts["denominator"])
    return converted.where(facts["factor"] != 1, values)


def in_the_other_unit(values: pd.Series, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """`values` in the canonical unit, had they been written in the analyte's other unit.

    There is one other at most: an analyte's units are the canonical one and names of one multiple
    of it (ng/mL and ug/L are both 1000 ng/L). Blank where there is none.
    """
    facts = _facts(analyte, unit)
    return _rounded(values * facts["multiple"] / facts["factor"]).where(facts["multiple"] > 1)


def unit_property(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """LOINC's word for what is measured: creatinine in mg/dL is a mass, in umol/L an amount."""
    return _facts(analyte, unit)["property"]


def _rounded(numbers: pd.Series) -> pd.Series:
    with np.errstate(over="ignore"):  # 1e300 U/L is infinite here, and LAB-08's business
        return numbers.round(DECIMALS)


def _facts(analyte: pd.Series, unit: pd.Series) -> pd.DataFrame:
    """What the table of factors says of each pair; blank where it has no such pair."""
    rows = _pairs().get_indexer(pd.MultiIndex.from_arrays([analyte, unit]))
    return _factors().reindex(rows).set_axis(analyte.index)  # -1, not found, is no row


@cache
def _pairs() -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(_factors()[["analyte", "unit"]])


@cache
def _factors() -> pd.DataFrame:
    factors = table("unit_factors")
    factor = factors["numerator"] / factors["denominator"]
    multiple = factor.groupby(factors["analyte"]).transform("max")
    return factors.assign(factor=factor, multiple=multiple)
