"""Whole numbers for patients and days, so that every join here is a search in a sorted array.

A key is a group (a patient, or a patient and an analyte) and a day in one int64. Keys of one group
differ by days; keys of two groups differ by more than any number of days. A neighbour in the sorted
array that is near enough is therefore a neighbour of the same group, and needs no second look.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Value = TypeVar("Value", bound=np.generic)

# Days are counted from 1970-01-01. No date of a date32 column that is a date reaches these.
NEVER, FOREVER = -(2**30), 2**30

# Days apart that two keys of one group can be at most, and two keys of different groups never are.
SAME_GROUP = 2**31

# A month of these outcomes is a twelfth of 52 weeks: visits are scheduled in weeks, and one planned
# for "six months" is held on day 182, not on day 183.
MONTHS = {3: 91, 6: 182, 12: 365, 24: 730}


def days(dates: pd.Series) -> Ints:
    """Days since 1970-01-01; NEVER where blank."""
    counted: Ints = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    return counted.clip(NEVER, FOREVER)


def dates(counted: Ints) -> pd.Series:
    """The way back, as datetime64[s]; blank at NEVER and FOREVER."""
    known = (counted > NEVER) & (counted < FOREVER)
    values = np.where(known, counted, 0).astype("datetime64[D]").astype("datetime64[s]")
    return pd.Series(values).where(known)


def years(dates: pd.Series) -> Floats:
    """Calendar years; NaN where blank."""
    counted = dates.to_numpy().astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(dates.isna(), np.nan, counted)


def key(group: Ints, day: Ints) -> Ints:
    joined: Ints = (group << 32) + day
    return joined


def whole_numbers(values: pd.Series, missing: int) -> Ints:
    """A whole-number column as int64, `missing` where blank."""
    numbers: Ints = values.to_numpy(dtype=np.int64, na_value=missing)
    return numbers


def positions(values: pd.Series, among: pa.Array) -> Ints:
    """Where in `among` (large strings) each text stands; -1 where it is blank or not there."""
    found = pc.index_in(_arrow(values), value_set=among)
    numbers: Ints = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


def large_strings(values: list[str] | tuple[str, ...]) -> pa.Array:
    return pa.array(values, type=pa.large_string())


def identifiers(values: pd.Series) -> pa.Array:
    """The distinct texts of a column, sorted: a position among them orders as its text does."""
    distinct = pc.unique(_arrow(values).drop_null())
    return distinct.take(pc.sort_indices(distinct))


def _arrow(values: pd.Series) -> pa.Array:
    column = pa.array(values, from_pandas=True)
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.cast(pa.large_string())


def sorted_rows(keys: Ints, ties: pd.Series) -> Ints:
    """Positions that sort `keys`; equal keys stand in the order of `ties`, whatever came first."""
    order = np.arange(len(keys)) if bool((keys[1:] >= keys[:-1]).all()) else np.argsort(keys)
    ordered = keys[order]
    equal = np.zeros(len(keys), dtype=bool)
    equal[1:] = ordered[1:] == ordered[:-1]
    equal[:-1] |= equal[1:]
    if equal.any():
        tied = order[equal]
        names = ties.iloc[tied]
        order[equal] = tied[np.lexsort((positions(names, identifiers(names)), keys[tied]))]
    return order


@dataclass(frozen=True)
class Timeline:
    """Rows of a table by patient and day: `row` are positions in the table, `keys` sorted."""

    row: Ints
    keys: Ints
    patient: Ints
    day: Ints


def timeline(patient: Ints, day: Ints, until: Ints, ties: pd.Series) -> Timeline:
    """The rows of known patients with a day no later than `until` of their patient."""
    known = (patient >= 0) & (day > NEVER)
    known &= day <= until[patient] if len(until) else False
    row = np.flatnonzero(known)
    row = row[sorted_rows(key(patient[row], day[row]), ties.iloc[row])]
    return Timeline(row, key(patient[row], day[row]), patient[row], day[row])


def last_before(keys: Ints, wanted: Ints, within: int = SAME_GROUP) -> Ints:
    """Position of the last key on or before each wanted key, at most `within` days off; else -1."""
    found = np.searchsorted(keys, wanted, side="right") - 1
    if not len(keys):
        return found
    return np.where((found >= 0) & (wanted - keys[found] <= within), found, -1)


def nearest(keys: Ints, wanted: Ints, within: int) -> Ints:
    """Position of the key nearest to each wanted key, at most `within` days off; else -1.

    Of two that are equally near, the earlier.
    """
    after = np.searchsorted(keys, wanted, side="left")
    if not len(keys):
        return np.full(len(wanted), -1)
    before = after - 1
    to_before = np.where(before >= 0, wanted - keys[before], SAME_GROUP)
    to_after = keys[np.minimum(after, len(keys) - 1)] - wanted
    to_after[after == len(keys)] = SAME_GROUP
    found = np.where(to_before <= to_after, before, after)
    return np.where(np.minimum(to_before, to_after) <= within, found, -1)


def expand(first: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Every position of the ranges first … stop-1 as (range number, position)."""
    length = np.maximum(stop - first, 0)
    owner = np.repeat(np.arange(len(first)), length)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(length) - length, length)
    return owner, first[owner] + offset


def beginnings(groups: Ints) -> Ints:
    """Positions at which a new value begins in an array of grouped values."""
    return np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]][: len(groups)])


def runs(group: Ints, first: Ints, last: Ints, gap: int) -> tuple[Ints, Ints]:
    """Intervals joined where a group's next begins at most `gap` days after the former ended.

    Returns the order of the intervals and the positions in that order at which a run begins.
    """
    order = np.argsort(key(group, first), kind="stable")
    reached = np.maximum.accumulate(key(group[order], last[order]))
    apart = key(group[order], first[order])[1:] - reached[:-1] > gap
    return order, np.flatnonzero(np.r_[True, apart][: len(order)])


def take(values: NDArray[Value], at: Ints, missing: Any) -> NDArray[Value]:
    """`values[at]`, and `missing` where `at` is -1."""
    if not len(values):
        return np.full(len(at), missing, dtype=values.dtype)
    found = values[at]
    found[at < 0] = missing
    return found
