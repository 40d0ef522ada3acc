"""What laboratory results say together: plausible ranges, slips of units, CK over time.

`labs` is the table of results by its contract columns; answers have its index. A result that is not
asked about (another analyte, no value, a unit that cannot be converted) is blank.
"""

import operator
from dataclasses import dataclass
from functools import cache, reduce
from typing import Literal

import pandas as pd

from registry.codelists import table
from registry.limits import limit
from registry.tables import changed, in_codes, once, per_code, when
from registry.units import in_the_other_unit, to_canonical, unit_factor

CORE_SET_DAYS = 14  # an enzyme counts for a visit within so many days of it


# --- ranges -------------------------------------------------------------------------------------


@in_codes
def in_range(labs: pd.DataFrame, rule: str) -> pd.Series:
    """Whether results, or their limits of normal, lie in the range `rule` gives the analyte.

    Ranges: codelists/plausible_ranges.csv, in canonical units. A band of values outside ends where
    that of a graver rule begins (`until_below`, `until_above`): one value breaks one rule.
    """
    ranges = _ranges(rule)
    numbers = _in_canonical_units(labs, ranges.quantity)
    inside = ~_lie_outside(ranges, numbers, labs["analyte"])
    return when(_are_asked(labs, ranges.quantity, ranges.analytes), inside)


@once
def _are_asked(labs: pd.DataFrame, quantity: str, analytes: tuple[str, ...]) -> pd.Series:
    """The same of most ranges: those of CK."""
    return labs["analyte"].isin(analytes) & _in_canonical_units(labs, quantity).notna()


@once
def _in_canonical_units(labs: pd.DataFrame, quantity: str) -> pd.Series:
    return to_canonical(labs[quantity], labs["analyte"], labs["unit"])


@dataclass(frozen=True)
class _Ranges:
    """What a rule asks of which analytes, and where it ends: by analyte, or all at one number."""

    quantity: str
    analytes: tuple[str, ...]
    ends: dict[str, pd.Series | float]


@cache
def _ranges(rule: str) -> _Ranges:
    """A rule has one grade: one limit on each side, `below` and `above`, where it has any."""
    ranges = table("plausible_ranges")
    rows = ranges[ranges["rule"] == rule].set_index("analyte")
    for side in ("below", "above"):
        grades = [f"{grade}_{side}" for grade in ("note", "query", "hold")]
        rows[side] = rows[grades].max(axis="columns")
    ends = rows[["below", "above", "until_below", "until_above"]].dropna(axis="columns", how="all")
    return _Ranges(
        quantity=str(rows["quantity"].iloc[0]),
        analytes=tuple(rows.index),
        ends={str(end): _one_or_many(by_analyte) for end, by_analyte in ends.items()},
    )


def _one_or_many(by_analyte: pd.Series) -> pd.Series | float:
    return by_analyte if by_analyte.nunique(dropna=False) > 1 else float(by_analyte.iloc[0])


def _lie_outside(ranges: _Ranges, numbers: pd.Series, analyte: pd.Series) -> pd.Series:
    """Of other analytes than those of the ranges the answer says nothing."""

    def beyond(end: str, side: str) -> pd.Series:
        limit = ranges.ends[end]
        number = per_code(limit, analyte) if isinstance(limit, pd.Series) else limit
        return numbers < number if side == "below" else numbers > number

    outside = []
    for side in ranges.ends.keys() & {"below", "above"}:
        found = beyond(side, side)
        is_band = f"until_{side}" in ranges.ends
        outside.append(found & ~beyond(f"until_{side}", side) if is_band else found)
    return reduce(operator.or_, outside)


@in_codes
@once
def has_limits_in_its_unit(labs: pd.DataFrame) -> pd.Series:
    """False where no laboratory has such an upper limit, but many have it in the other unit."""
    limits, analyte, unit = labs["upper_limit_normal"], labs["analyte"], labs["unit"]
    as_said = in_range(labs, "LAB-02")

    def fits_no_better(limits: pd.Series, analyte: pd.Series, unit: pd.Series) -> pd.Series:
        other = in_the_other_unit(limits, analyte, unit)
        return when(other.notna(), _lie_outside(_ranges("LAB-02"), other, analyte))

    return changed(as_said, ~as_said.fillna(True), fits_no_better, limits, analyte, unit)


@in_codes
@once
def makes_sense_in_its_unit(labs: pd.DataFrame) -> pd.Series:
    """False (never blank) where a CK in µkat/L only makes sense as one in U/L."""
    strange = ~in_range(labs, "LAB-09").fillna(True).astype(bool)
    return ~(strange & (unit_factor(labs["analyte"], labs["unit"]) > 1))


# --- results in time ----------------------------------------------------------------------------


def near(
    rows: pd.DataFrame,
    date: str,
    table: pd.DataFrame,
    table_date: str,
    days: int,
    direction: Literal["backward", "forward", "nearest"] = "nearest",
    *,
    same_day: bool = True,
) -> pd.DataFrame:
    """For each of `rows` the same patient's row of `table` nearest in time, at most `days` off.

    Has the columns of `table`; blank where there is none. "backward" looks at earlier rows only.
    """
    wanted = rows[["patient_id", date]].dropna().set_axis(["patient_id", "wanted"], axis="columns")
    known = table.dropna(subset=["patient_id", table_date])
    found = pd.merge_asof(
        wanted.rename_axis("row").reset_index().sort_values("wanted", kind="stable"),
        known.sort_values(table_date, kind="stable"),
        left_on="wanted",
        right_on=table_date,
        by="patient_id",
        tolerance=pd.Timedelta(days=days),
        direction=direction,
        allow_exact_matches=same_day,
    )
    return found.set_index("row").reindex(rows.index)[list(table.columns)]


@once
def ck_near(
    rows: pd.DataFrame, date: str, labs: pd.DataFrame, days: int = CORE_SET_DAYS
) -> pd.DataFrame:
    """The CK nearest to each row's date: `value` and `times_uln`, blank where there is none."""
    measured = labs[labs["analyte"].eq("ck") & labs["value"].notna()]
    ck = measured.assign(times_uln=measured["value"] / measured["upper_limit_normal"])
    columns = ["patient_id", "collected_date", "value", "times_uln"]
    return near(rows, date, ck[columns], "collected_date", days)[["value", "times_uln"]]


@once
def ck_course(labs: pd.DataFrame) -> pd.DataFrame:
    """What is wrong with a CK after the patient's previous one: one thing at most, or nothing.

    `slipped`: 60 times off the CK before it and, where there is one, off the CK after it as well.
    `vanished`: within a week from many times normal to far below it. `rushed`: faster down than
    it is cleared. Only credible CK with an exact value take part, and the first of a patient, or
    of several on one day, are not asked.
    """
    ck = _credible(ck_of(labs))
    ck = ck.sort_values(["patient_id", "collected_date"], kind="stable")
    ck = ck.assign(times_uln=ck["value"] / ck["upper_limit_normal"])
    of_patient = ck.groupby("patient_id")[["number", "times_uln", "collected_date"]]
    before, after = of_patient.shift(1), of_patient.shift(-1)
    days = (ck["collected_date"] - before["collected_date"]).dt.days
    step, back = ck["number"] / before["number"], ck["number"] / after["number"]
    slipped = _is_sixty(step) & (back.isna() | _is_sixty(back))
    slipped |= _is_sixty(1 / step) & (back.isna() | _is_sixty(1 / back))
    slipped &= ~slipped.groupby(ck["patient_id"]).shift(1, fill_value=False)  # the way back is none
    vanished = before["times_uln"] > limit("LAB-11", "times_uln_before", "query_above")
    vanished &= ck["times_uln"] < limit("LAB-11", "times_uln_after", "query_below")
    vanished &= (days <= 7) & ~slipped
    rushed = step < limit("LAB-10", "share_left_per_day", "query_below") ** days
    rushed &= (days >= 2) & ~slipped & ~vanished
    course = pd.DataFrame({"slipped": slipped, "vanished": vanished, "rushed": rushed})
    return course.astype("boolean")[days > 0].reindex(labs.index)


@once
def ck_of(labs: pd.DataFrame) -> pd.DataFrame:
    """The results of CK among `labs`; the same table each time, so that its rules share work."""
    return labs[labs["analyte"].eq("ck")]


def _credible(ck: pd.DataFrame) -> pd.DataFrame:
    """CK with an exact value that no other rule asks about; `number` is in U/L."""
    credible = ck["value_comparator"].isna() | ck["value_comparator"].eq("=")
    credible &= makes_sense_in_its_unit(ck)
    for rule in ("LAB-05", "LAB-07", "LAB-08"):
        credible &= in_range(ck, rule).fillna(False).astype(bool)
    return ck.assign(number=to_canonical(ck["value"], ck["analyte"], ck["unit"]))[credible]


def _is_sixty(ratio: pd.Series) -> pd.Series:
    """1 µkat/L is 60 U/L; ± 10 % for what the CK itself did meanwhile."""
    return ratio.between(54, 66)
