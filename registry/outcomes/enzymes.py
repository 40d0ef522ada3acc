"""Muscle enzymes as multiples of the upper limit of normal (ULN), censored results included.

A result is an interval of × ULN: "= 950 U/L" is a point, "< 30" reaches down to 0, "> 20,000" up to
infinity. What follows from the interval whatever the true value is, is used; the rest is unknown.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa

from registry.codelists import codelist
from registry.outcomes.keys import (
    NEVER,
    Flags,
    Floats,
    Ints,
    days,
    key,
    large_strings,
    nearest,
    positions,
    take,
)

WINDOW_DAYS = 14  # the result nearest to the visit, at most so many days before or after it

RESPONSE_TIMES_ULN = 2.0
RESPONSE_FALL = 0.75

COMPARATORS = ("<", "<=", "=", ">=", ">")

NO_ENZYME, UNDECIDED = -1, -2


@cache
def enzymes() -> tuple[tuple[str, ...], Floats]:
    """(analytes of the core set, their full range in × ULN): CK 15, aldolase 6, LDH, AST, ALT 3."""
    rows = codelist("analytes").table
    rows = rows[rows["is_tis_enzyme"]]
    return tuple(rows["code"]), rows["tis_range_times_uln"].to_numpy()


@dataclass(frozen=True)
class TimesULN:
    """Results as × ULN, each known to lie from `low` to `high`; NaN where there is no result."""

    low: Floats
    high: Floats

    @property
    def known(self) -> Flags:
        return ~np.isnan(self.low)

    @property
    def exact(self) -> Floats:
        """The value of an uncensored result, else NaN."""
        return np.where(self.low == self.high, self.low, np.nan)

    def at(self, positions: Ints) -> "TimesULN":
        """The results at these positions; none at -1."""
        return TimesULN(take(self.low, positions, np.nan), take(self.high, positions, np.nan))


def times_uln(value: Floats, comparator: Ints, upper_limit: Floats) -> TimesULN:
    """value / ULN, rounded to nine decimals; value and ULN in the same unit.

    `comparator` is a position in COMPARATORS, -1 (blank) is "=". A strict sign excludes its end: a
    result "> ULN" is above normal, and "< ULN" below. Percentages, being rounded, include it again.
    """
    ratio = np.round(value / upper_limit, 9)
    less, more = comparator == 0, comparator == 4
    low = np.where(more, np.nextafter(ratio, np.inf), ratio)
    low = np.where(less | (comparator == 1), 0.0, low)
    high = np.where(less, np.nextafter(ratio, -np.inf), ratio)
    high = np.where(more | (comparator == 3), np.inf, high)
    return TimesULN(low, high)


@dataclass(frozen=True)
class Results:
    """Usable results of the core set's enzymes, sorted by analyte, patient and day."""

    keys: Ints
    results: TimesULN
    n_patients: int

    def near(self, enzyme: Ints, patient: Ints, day: Ints) -> TimesULN:
        """The result nearest to each day, at most WINDOW_DAYS off, the earlier of two as near.

        `enzyme` is a position in `enzymes()`; no result where it or the patient is negative.
        """
        group = np.where((enzyme < 0) | (patient < 0), -1, enzyme * self.n_patients + patient)
        wanted = key(group, day)
        return self.results.at(nearest(self.keys, wanted, WINDOW_DAYS))


def read_results(labs: pd.DataFrame, people: pa.Array) -> Results:
    """Results with a value and an ULN above 0; of several of one day that which is surely highest.

    Identical results of one day do no harm, and two that differ are a query of their own (SUB-08);
    taking the highest makes what is left independent of the order of rows.
    """
    patient = positions(labs["patient_id"], people)
    enzyme = positions(labs["analyte"], large_strings(enzymes()[0]))
    value = labs["value"].to_numpy(dtype=np.float64)
    upper_limit = labs["upper_limit_normal"].to_numpy(dtype=np.float64)
    day = days(labs["collected_date"])
    usable = (enzyme >= 0) & (patient >= 0) & (day > NEVER)
    usable &= np.isfinite(value) & np.isfinite(upper_limit) & (upper_limit > 0)
    comparator = positions(labs["value_comparator"], large_strings(COMPARATORS))
    keys = key(enzyme * len(people) + patient, day)[usable]
    result = times_uln(value[usable], comparator[usable], upper_limit[usable])
    order = _by_key_then_result(keys, result)
    ordered = keys[order]
    highest = order[np.r_[ordered[1:] != ordered[:-1], True][: len(order)]]
    return Results(keys[highest], result.at(highest), len(people))


def _by_key_then_result(keys: Ints, result: TimesULN) -> Ints:
    order = np.argsort(keys)
    ordered = keys[order]
    again = np.r_[False, ordered[1:] == ordered[:-1]][: len(keys)]
    tied = again | np.r_[again[1:], False][: len(keys)]
    rows = order[tied]
    order[tied] = rows[np.lexsort((result.high[rows], result.low[rows], keys[rows]))]
    return order


def most_abnormal(at_baseline: list[TimesULN]) -> Ints:
    """Position of the enzyme most abnormal (× ULN) at baseline, of those measured.

    Of two equally abnormal the first of `enzymes()`. NO_ENZYME where none was measured; UNDECIDED
    where a censored result leaves open which one it is.
    """
    low = np.column_stack([np.where(result.known, result.low, -np.inf) for result in at_baseline])
    high = np.column_stack([np.where(result.known, result.high, -np.inf) for result in at_baseline])
    chosen = low.argmax(axis=1)
    rows = np.arange(len(chosen))
    lowest = low[rows, chosen]
    high[rows, chosen] = -np.inf
    decided = np.where(lowest >= high.max(axis=1, initial=-np.inf), chosen, UNDECIDED)
    return np.where(np.isneginf(lowest), NO_ENZYME, decided)


def pick(results: list[TimesULN], chosen: Ints) -> TimesULN:
    """In each place the result of the chosen enzyme; none where none is chosen."""
    place = np.arange(len(chosen))
    low = np.column_stack([result.low for result in results])[place, np.maximum(chosen, 0)]
    high = np.column_stack([result.high for result in results])[place, np.maximum(chosen, 0)]
    return TimesULN(low, high).at(np.where(chosen < 0, -1, place))


def change(baseline: TimesULN, final: TimesULN, full_range: Floats) -> tuple[Floats, Floats]:
    """(lowest, highest) fall in percent of the enzyme's range; NaN where a result is missing."""
    low = np.round((baseline.low - final.high) / full_range * 100.0, 9)
    high = np.round((baseline.high - final.low) / full_range * 100.0, 9)
    return low, high


def normal(result: TimesULN) -> tuple[Flags, Flags]:
    """(certainly, possibly) at or below the ULN."""
    return result.high <= 1.0, ~(result.low > 1.0)


def ck_response(baseline: TimesULN, final: TimesULN) -> tuple[Flags, Flags]:
    """(certainly, possibly) CK at most 2 × ULN, or fallen by at least 75 % of its baseline."""
    left = 1.0 - RESPONSE_FALL
    certain = (final.high <= RESPONSE_TIMES_ULN) | (final.high <= left * baseline.low)
    impossible = (final.low > RESPONSE_TIMES_ULN) & (final.low > left * baseline.high)
    return certain, ~impossible
