"""What an antibody result means by its assay and cut-off: derived, beside what the centre says.

Titres are never converted: a unit of one kit is not a unit of another.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from registry.codelists import table

# By how many of the three limits (negative below, positive from, strong from) a value has reached.
BANDS = np.array(["negative", "borderline", "positive", "strong_positive"])


def derived_interpretation(serology: pd.DataFrame) -> pd.Series:
    """A code of `interpretations` for every result whose value decides it; else blank.

    By `codelists/assay_cutoffs.csv` for antibody, assay and unit; where the row states a cut-off of
    its own that differs, by that one, positive or negative, as a kit knows its own lot best. A
    censored value decides only what holds for every value it may stand for.
    """
    limits = _limits(serology)
    low, high = _reach(serology["value"], serology["value_comparator"])
    lowest, highest = _band(low, limits), _band(high, limits)
    decided = (lowest == highest) & serology["value"].notna() & limits["positive"].notna()
    return pd.Series(BANDS[lowest], index=serology.index, dtype="str").where(decided)


def _limits(serology: pd.DataFrame) -> pd.DataFrame:
    """The values from which a result is not negative, positive, and strongly positive."""
    cutoffs = table("assay_cutoffs")
    assays = ["antibody", "assay", "unit"]
    found = pd.MultiIndex.from_frame(cutoffs[assays]).get_indexer(
        pd.MultiIndex.from_frame(serology[assays])
    )
    listed = cutoffs.reindex(found).set_axis(serology.index)  # -1, no such assay, is no row
    own = serology["cutoff"]
    by_list = own.isna() | (own == listed["positive_from"])
    return pd.DataFrame(
        {
            "not_negative": listed["negative_below"].where(by_list, own),
            "positive": listed["positive_from"].where(by_list, own),
            "strong": listed["strong_from"].where(by_list),
        }
    )


def _reach(value: pd.Series, comparator: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The lowest and the highest value that a censored one can stand for."""
    up, down = np.nextafter(value, np.inf), np.nextafter(value, -np.inf)
    low = value.mask(comparator == ">", up).mask(comparator.isin(["<", "<="]), -np.inf)
    high = value.mask(comparator == "<", down).mask(comparator.isin([">", ">="]), np.inf)
    return low, high


def _band(value: pd.Series, limits: pd.DataFrame) -> NDArray[np.int64]:
    """Position in BANDS; a limit that there is not is never reached."""
    reached = limits.le(value, axis="index")
    return reached.sum(axis="columns").to_numpy(dtype=np.int64)
