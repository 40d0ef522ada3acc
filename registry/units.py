"""Laboratory values in one unit per analyte, by the exact factors of `codelists/unit_factors.csv`.

A factor is a fraction (µkat/L to U/L is 60/1), and a product is rounded to nine decimals: so
1.15 µkat/L is 69 U/L, as on paper, and not 68.99999999999999. The functions take the columns
`analyte` and `unit` of the same rows (of a DataFrame or of `registry.coded.Rows`) and answer row by
row; a pair that the table does not hold is blank.
"""

from functools import cache

import numpy as np
import pandas as pd

from registry.codelists import codelist, table
from registry.tables import changed, per_code

DECIMALS = 9  # no laboratory reports finer, and a CK of 2,000,000 U/L is still exact to it


def is_convertible(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """Whether the analyte is measured in that unit; true or false, never blank."""
    return _fact("factor", analyte, unit).notna()


def unit_factor(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """How many canonical units one `unit` is, as float64."""
    return _fact("factor", analyte, unit)


def canonical_unit(analyte: pd.Series) -> pd.Series:
    """The unit in which the registry keeps the analyte."""
    return per_code(codelist("analytes").says("canonical_unit"), analyte)


def to_canonical(values: pd.Series, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """`values` in the analyte's canonical unit; what is in it already comes back unchanged.

    For results and for their limits of normal alike: all of a row are in the row's unit.
    """
    numerator, denominator = (_fact(n, analyte, unit) for n in ("numerator", "denominator"))
    where = numerator != denominator
    return changed(values, where, _converted, values, numerator, denominator)


def _converted(values: pd.Series, numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    return _rounded(values * numerator / denominator)


def in_the_other_unit(values: pd.Series, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """`values` in the canonical unit, had they been written in the analyte's other unit.

    There is one other at most: an analyte's units are the canonical one and names of one multiple
    of it (ng/mL and ug/L are both 1000 ng/L). Blank where there is none.
    """
    return _converted(values, *(_fact(name, analyte, unit) for name in ("multiple", "factor")))


def unit_property(analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """LOINC's word for what is measured: creatinine in mg/dL is a mass, in umol/L an amount."""
    return _fact("property", analyte, unit)


def _rounded(numbers: pd.Series) -> pd.Series:
    with np.errstate(over="ignore"):  # 1e300 U/L is infinite here, and LAB-08's business
        return numbers.round(DECIMALS)


def _fact(name: str, analyte: pd.Series, unit: pd.Series) -> pd.Series:
    """What the table of factors says of each pair; blank where it has no such pair."""
    return per_code(_facts()[name], analyte, unit)


@cache
def _facts() -> dict[str, pd.Series]:
    """Facts by (analyte, unit)."""
    factors = table("unit_factors")
    factor = factors["numerator"] / factors["denominator"]
    multiple = factor.groupby(factors["analyte"]).transform("max")
    multiple = multiple.where(multiple > 1)  # blank where the canonical unit is the only one
    facts = factors.assign(factor=factor, multiple=multiple)
    facts = facts.set_index(["analyte", "unit"])
    return {str(name): says for name, says in facts.items()}
