"""A submission as numbers: one row per statistic.

Checks that compare deliveries, centres or published cohorts read such small tables, so that their
cost does not grow with the data. Tables are in the contract's terms; a table that was not sent has
no statistics.

Every row says `table`, `column`, `statistic` (with its group, where groups have limits of their
own: `subtype_share.anti_srp`), `value`, `unit` ("%" for shares from 0 to 1, "×" for ratios, else
the unit itself), `n` (how many patients, results or patient-years the value rests on) and `shown`
(the value for a person's eye, free of language).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.codelists import codelist, table
from registry.units import to_canonical

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, object]
Place = tuple[str, str]  # table, column

COLUMNS = ("table", "column", "statistic", "value", "unit", "n", "shown")

VAS = ("physician_global_vas", "patient_global_vas", "extramuscular_vas")
CORE_SET = (*VAS, "mmt_score", "haq_di")
DAYS = {
    "visits": "visit_date",
    "labs": "collected_date",
    "serology": "sample_date",
    "organ_findings": "assessed_date",
}
YEAR_DAYS = 365.25
YEARS = (1950, 2099)  # of which a date can tell; 1900 and 9999 stand for a missing one
CLEARLY_ACTIVE_CM = 2
ENOUGH_RESULTS = 20  # of an analyte in a year, before its median is set beside other years


def profile(tables: Tables) -> pd.DataFrame:
    """The statistics of one delivery."""
    return statistics_of(
        row
        for needs, statistic in _STATISTICS
        if set(needs) <= set(tables)
        for row in statistic(*(tables[name] for name in needs))
    )


# --- how a statistic is written down ----------------------------------------------------------


def statistics_of(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as a table of `COLUMNS`."""
    types = {name: "float64" if name in ("value", "n") else "str" for name in COLUMNS}
    return pd.DataFrame(list(rows), columns=list(COLUMNS)).astype(types)


def said(value: float, unit: str) -> str:
    """A statistic for a person's eye: 12.3 %, × 0.017, 5400 U/L."""
    if unit == "%":
        return f"{100 * value:.3g} %"
    if unit == "×":
        return f"× {value:.3g}"
    return f"{value:.0f} {unit}".strip() if abs(value) >= 1000 else f"{value:.4g} {unit}".strip()


def row(
    place: Place,
    statistic: str,
    value: float,
    n: float,
    *,
    unit: str = "",
    group: str = "",
    shown: str = "",
) -> Row:
    """One statistic, of a group if given; `shown` is its value and n unless given."""
    words = shown or f"{said(value, unit)} (n = {n:.0f})"
    if group:
        statistic, words = f"{statistic}.{group}", f"{group}: {words}"
    return dict(zip(COLUMNS, (*place, statistic, value, unit, n, words), strict=True))


def share(place: Place, statistic: str, flags: pd.Series, group: str = "") -> Row:
    """How many of `flags` are true."""
    n, true = len(flags), int(flags.sum())
    value = true / n if n else np.nan
    words = f"{said(value, '%')} ({true}/{n})"
    return row(place, statistic, value, n, unit="%", group=group, shown=words)


def among(values: pd.Series, pool: pd.Series) -> pd.Series:
    """`values.isin(pool)` of texts: pandas 3 compares them in Python, one by one."""
    found = pc.is_in(pa.array(values), value_set=pa.array(pool), skip_nulls=True)
    return pd.Series(found.to_numpy(zero_copy_only=False), values.index, dtype=bool)


def each(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of a small table: its index, then its columns."""
    yield from frame.itertuples(name=None)


def measured(labs: pd.DataFrame) -> pd.DataFrame:
    """The results that have a value above 0 and a known unit, `value` in the canonical unit."""
    results = labs[labs["value"] > 0]
    value = to_canonical(results["value"], results["analyte"], results["unit"])
    return results.assign(value=value).dropna(subset=["analyte", "value"])


def canonical_units() -> dict[str, str]:
    """Analyte → the registry's unit."""
    return dict(codelist("analytes").says("canonical_unit"))


def slip_factors() -> dict[str, float]:
    """Analyte → how far apart its results lie when its two units are mixed up, e.g. CK 60."""
    factors = table("unit_factors")
    times = (factors["numerator"] / factors["denominator"]).groupby(factors["analyte"]).max()
    return {str(analyte): float(factor) for analyte, factor in times.items() if factor > 1}


# --- one delivery -----------------------------------------------------------------------------

_STATISTICS: list[tuple[tuple[str, ...], Callable[..., Iterator[Row]]]] = []


def _of(*needs: str) -> Callable[[Any], Any]:
    """Register statistics of these tables."""

    def register(statistic: Callable[..., Iterator[Row]]) -> Callable[..., Iterator[Row]]:
        _STATISTICS.append((needs, statistic))
        return statistic

    return register


@_of("patients")
def _shares_of_patients(patients: pd.DataFrame) -> Iterator[Row]:
    subtype = patients["subtype"].dropna()
    for code in codelist("subtypes").codes:
        yield share(("patients", "subtype"), "subtype_share", subtype.eq(code), code)
    sex = patients["sex"][patients["sex"].isin(["female", "male"])]
    yield share(("patients", "sex"), "female_share", sex.eq("female"))


@_of("patients", "exposures")
def _statin_share(patients: pd.DataFrame, exposures: pd.DataFrame) -> Iterator[Row]:
    agents = codelist("exposure_agents").table
    statins = agents["code"][agents["kind"] == "statin"]
    exposed = exposures["patient_id"][exposures["agent"].isin(statins)]
    people = patients["patient_id"][patients["subtype"] == "anti_hmgcr"]
    place = ("exposures", "agent")
    yield share(place, "statin_exposed_share", people.isin(exposed), "anti_hmgcr")


@_of("patients")
def _mortality(patients: pd.DataFrame) -> Iterator[Row]:
    """Deaths per patient-year from diagnosis to the last contact: all in all, and year by year."""
    place = ("patients", "vital_status")
    start = patients["diagnosis_date"]
    end = patients["death_date"].fillna(patients["last_contact_date"])
    known = (start <= end) & start.dt.year.between(*YEARS) & end.dt.year.between(*YEARS)
    start, end = start[known], end[known]
    died = patients["vital_status"][known].eq("dead")
    years, deaths = (end - start).dt.days.sum() / YEAR_DAYS, int(died.sum())
    yield row(place, "deaths", deaths, years, shown=f"{deaths} / {years:.0f} a")
    for year in range(start.dt.year.min(), end.dt.year.max() + 1) if len(start) else ():
        first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
        within = end.where(end < last, last) - start.where(start > first, first)
        lived = within.dt.days.clip(lower=0).sum() / YEAR_DAYS
        deaths = int((died & end.dt.year.eq(year)).sum())
        rate = deaths / lived if lived else np.nan
        words = f"{year}: {said(rate, '%')}/a ({deaths} / {lived:.0f} a)"
        yield row(place, "deaths_per_patient_year", rate, lived, unit="%", shown=words)


@_of("labs")
def _presenting_ck(labs: pd.DataFrame) -> Iterator[Row]:
    """The median of the patients' earliest CK."""
    ck = measured(labs[labs["analyte"] == "ck"]).dropna(subset=["collected_date"])
    first = ck.sort_values("collected_date", kind="stable").drop_duplicates("patient_id")["value"]
    name = "median_presenting_ck_u_per_l"
    yield row(("labs", "value"), name, first.median(), len(first), unit="U/L")


@_of("labs")
def _medians(labs: pd.DataFrame) -> Iterator[Row]:
    """The median of each analyte, and of each of its years as a ratio to its other years."""
    place, results, units = ("labs", "value"), measured(labs), canonical_units()
    by_analyte = results.groupby("analyte")["value"].agg(["median", "size"])
    for analyte, median, n in each(by_analyte):
        yield row(place, "analyte_median", median, n, unit=units.get(analyte, ""), group=analyte)
    year = results["collected_date"].dt.year
    by_year = results.groupby(["analyte", year])["value"].agg(["median", "size"])
    by_year = by_year[by_year["size"] >= ENOUGH_RESULTS]
    for (analyte, when), median, n in each(by_year):
        others = by_year.loc[analyte, "median"].drop(when)
        if len(others) >= 2:
            ratio = median / others.median()
            words = f"{when:.0f}: {said(ratio, '×')} (n = {n})"
            yield row(place, "year_to_other_years", ratio, n, unit="×", group=analyte, shown=words)


@_of("labs")
def _round_ck(labs: pd.DataFrame) -> Iterator[Row]:
    """Of CK results of at least 1,000 U/L, those that are whole hundreds."""
    ck = labs["value"][(labs["analyte"] == "ck") & (labs["unit"] == "U/L")]
    high = ck[ck >= 1000]
    yield share(("labs", "value"), "whole_hundreds_share", high % 100 == 0)


@_of("visits")
def _whole_numbers(visits: pd.DataFrame) -> Iterator[Row]:
    """Of ratings strictly between the ends of the 10-cm line, those that are whole centimetres."""
    for column in VAS:
        inside = visits[column][(visits[column] > 0) & (visits[column] < 10)]
        yield share(("visits", column), "whole_number_share", inside % 1 == 0)


@_of("visits")
def _copied(visits: pd.DataFrame) -> Iterator[Row]:
    """Of visits with an active, complete core set, those that equal another patient's in all of it.

    Quiet visits are left out: many patients have full strength and ratings near 0.
    """
    vector = [*CORE_SET, "mmt_max"]
    whole = visits[["patient_id", *vector]].dropna()
    rated = whole[["physician_global_vas", "patient_global_vas"]].ge(CLEARLY_ACTIVE_CM)
    active = whole[rated.all(axis="columns") & (whole["mmt_score"] < whole["mmt_max"])]
    copied = active.groupby(vector)["patient_id"].transform("nunique") > 1
    yield share(("visits", "physician_global_vas"), "copied_share", copied)


def _first_of_month(table_name: str, column: str) -> Callable[[pd.DataFrame], Iterator[Row]]:
    def statistic(rows: pd.DataFrame) -> Iterator[Row]:
        days = rows[column].dropna()
        yield share((table_name, column), "first_of_month_share", days.dt.day == 1)

    return statistic


for _table, _column in DAYS.items():
    _of(_table)(_first_of_month(_table, _column))
