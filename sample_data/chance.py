"""Chance and the calendar, vectorised: shares that hold in small centres too, days as integers.

Days are counted from 1970-01-01; `NEVER` stands for a day that does not come.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
Rng = np.random.Generator

NEVER = 10**6
YEAR = 365.25
MONTH = YEAR / 12


def spread(rng: Rng, n: int) -> Floats:
    """`n` uniform numbers, one in each n-th part of (0, 1): a share of 4 % of 50 is always 2."""
    return (rng.permutation(n) + rng.random(n)) / max(n, 1)


def happens(rng: Rng, chance: float | Floats, n: int) -> Flags:
    """Whether something of this chance happens to each of `n`, spread evenly."""
    return spread(rng, n) < chance


def choose(rng: Rng, shares: Mapping[str, float], n: int) -> Words:
    """One of the words for each of `n`; `shares` need not sum to 1."""
    edges = np.cumsum(list(shares.values()))
    return np.array(list(shares))[np.searchsorted(edges / edges[-1], spread(rng, n), side="right")]


def lognormal(rng: Rng, median: float, sigma: float, n: int) -> Floats:
    """`n` log-normal numbers; `sigma` is the standard deviation of the natural logarithm."""
    return median * np.exp(rng.normal(0, sigma, n))


def whole(values: Floats) -> Days:
    """Rounded to whole numbers."""
    return np.rint(values).astype(np.int64)


def day_of(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def as_dates(days: npt.ArrayLike) -> pd.Series:
    """Days as `datetime64[s]`; `NEVER` and what lies beyond it is missing."""
    numbers = np.asarray(days, dtype=np.int64)
    known = numbers < NEVER // 2
    dates = np.where(known, numbers, 0).astype("datetime64[D]").astype("datetime64[s]")
    return pd.Series(dates).where(pd.Series(known))


def year_of(days: Days) -> Days:
    """The calendar year of each day."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
