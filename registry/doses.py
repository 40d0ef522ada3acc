"""What a therapy amounts to: its drug, its doses in milligrams, and how unusual they are.

The rules of therapies and the harmonise step read the same functions: the dose a centre is asked
about is the dose that is published.

`therapies` and `visits` are tables by their contract columns, one row per episode and per visit; a
column that is not there counts as blank. Every answer is a Series with the index of `therapies`,
blank where the row does not say enough.
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from registry.codelists import codelist, table
from registry.contract import Kind
from registry.tables import PANDAS

HALF_A_YEAR = pd.Timedelta(days=183)
ONE_COURSE_DAYS = 28  # rituximab: twice 10 to 21 days apart, or once a week for four weeks

GRADES = ("within", "note", "query", "hold")  # mildest first

_EPISODE = {
    **dict.fromkeys(("patient_id", "drug", "atc", "route", "dose_unit", "frequency"), Kind.TEXT),
    **dict.fromkeys(("start_date", "stop_date"), Kind.DATE),
    "dose": Kind.NUMBER,
}
_VISIT = {
    "patient_id": Kind.TEXT,
    "visit_date": Kind.DATE,
    "weight_kg": Kind.NUMBER,
    "height_cm": Kind.NUMBER,
}


# --- the drug ----------------------------------------------------------------------------------


def drug_by_atc(atc: pd.Series) -> pd.Series:
    """Registry code of the drug that an ATC code stands for, retired codes included.

    WHO gives no code twice, so the code alone decides; `atc_version` is provenance. A code that
    several drugs share (mycophenolate) gives the one that leaves open which.
    """
    return atc.map(_drugs_by_atc())


@cache
def _drugs_by_atc() -> dict[str, str]:
    drugs, history = codelist("drugs").table, table("atc_history")
    others = drugs[["code", "atc_other"]].dropna()
    others = others.assign(atc_other=others["atc_other"].str.split()).explode("atc_other")
    meant = drugs[drugs["is_meant_by_atc"]].set_index("atc")["code"].to_dict()
    retired = history.set_index("old_atc")["drug"].to_dict()
    return {**meant, **others.set_index("atc_other")["code"].to_dict(), **retired}


def drug_of(therapies: pd.DataFrame) -> pd.Series:
    """Registry code of each episode's drug: `drug`, or where it is blank, what `atc` stands for."""
    episodes = _with_blanks(therapies, _EPISODE)
    return episodes["drug"].fillna(drug_by_atc(episodes["atc"]))


def drug_class_of(drug: pd.Series) -> pd.Series:
    """Code of `drug_classes` for each registry code of a drug."""
    return drug.map(codelist("drugs").table.set_index("code")["drug_class"].to_dict())


def names_one_drug(drug: pd.Series, atc: pd.Series) -> pd.Series:
    """Whether drug and ATC code name the same drug; only for rows where both are filled."""
    history = table("atc_history").set_index("old_atc")["current_atc"].to_dict()
    atc_of = codelist("drugs").table.set_index("code")["atc"].to_dict()
    return (drug_by_atc(atc) == drug) | (atc.replace(history) == drug.map(atc_of))


def is_immunotherapy(drug: pd.Series) -> pd.Series:
    """Whether the drug acts on the immune system; False where it is blank or unknown."""
    drugs = codelist("drugs").table
    return drug.isin(drugs.loc[drugs["is_immunotherapy"], "code"])


# --- the dose ----------------------------------------------------------------------------------


def weight_at_start(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Body weight in kg at the start of each episode: the visit nearest to it within six months."""
    return _nearest(therapies, visits, "weight_kg", HALF_A_YEAR)


def mg_given(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Milligrams of one administration; blank for sessions and where a weight is missing."""
    return _episodes(therapies, visits)["mg"]


def daily_dose_mg(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Milligrams a day, averaged over the interval of the frequency (25 mg a week is 25/7).

    A single dose counts where the episode lasts that one day; a dose per cycle is blank.
    """
    return _daily_mg(_episodes(therapies, visits))


def prednisone_mg_day(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Prednisone equivalents in mg a day, by any route; blank for what is no glucocorticoid.

    Factors: `codelists/glucocorticoids.csv`.
    """
    return _prednisone_mg(_episodes(therapies, visits))


def _with_blanks(data: pd.DataFrame, columns: Mapping[str, Kind]) -> pd.DataFrame:
    """`columns` of the table; those it does not have are blank."""
    missing = {
        name: pd.Series(None, index=data.index, dtype=PANDAS[kind])
        for name, kind in columns.items()
        if name not in data
    }
    return data.assign(**missing)[list(columns)]


def _nearest(
    therapies: pd.DataFrame, visits: pd.DataFrame, measure: str, within: pd.Timedelta | None = None
) -> pd.Series:
    """A measure of the patient's visit nearest to each episode's start."""
    known = _with_blanks(visits, _VISIT)[["patient_id", "visit_date", measure]].dropna()
    known = known[known[measure] > 0].sort_values("visit_date", kind="stable")
    asked = _with_blanks(therapies, _EPISODE)[["patient_id", "start_date"]].dropna()
    asked = asked.sort_values("start_date", kind="stable")
    found = pd.merge_asof(
        asked,
        known,
        left_on="start_date",
        right_on="visit_date",
        by="patient_id",
        direction="nearest",
        tolerance=within,
    )
    return found[measure].set_axis(asked.index).reindex(therapies.index)


def _episodes(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Each episode with what its amounts are computed from.

    `mg` and `mg_per_kg` of one administration, `kind` of its frequency, `rate` in administrations
    per day (blank for single doses and cycles), `days` from the first to the last.
    """
    rows = _with_blanks(therapies, _EPISODE).assign(drug=drug_of(therapies))
    frequencies = codelist("frequencies").table.set_index("code")
    rows["kind"] = rows["frequency"].map(frequencies["kind"].to_dict())
    times = frequencies["times_per_day_numerator"] / frequencies["times_per_day_denominator"]
    rows["rate"] = rows["frequency"].map(times.dropna().to_dict()).astype("float64")
    rows["days"] = ((rows["stop_date"] - rows["start_date"]).dt.days + 1).clip(lower=1)
    return rows.assign(**_milligrams(rows, visits))


def _milligrams(rows: pd.DataFrame, visits: pd.DataFrame) -> dict[str, pd.Series]:
    units = codelist("dose_units").table.set_index("code")
    per = rows["dose_unit"].map(units["per"].to_dict())
    written = rows["dose"] * rows["dose_unit"].map(units["mg_factor"].to_dict()).astype("float64")
    weight = weight_at_start(rows, visits)
    # Body surface by Mosteller, doi:10.1056/NEJM198710223171717: root of cm × kg / 3600, in m².
    surface = np.sqrt(_nearest(rows, visits, "height_cm") * weight / 3600)
    bodies = written.where(per == "absolute", written * weight.where(per == "kg", surface))
    return {"mg": bodies, "mg_per_kg": written.where(per == "kg", bodies / weight)}


# --- amounts that limits are about -------------------------------------------------------------


def _per_day(rows: pd.DataFrame) -> pd.Series:
    """Administrations per day; a single one counts on its day, where the episode ends with it."""
    return rows["rate"].mask((rows["kind"] == "single") & (rows["days"] == 1), 1.0)


def _daily_mg(rows: pd.DataFrame) -> pd.Series:
    return rows["mg"] * _per_day(rows)


def _daily_mg_per_kg(rows: pd.DataFrame) -> pd.Series:
    return rows["mg_per_kg"] * _per_day(rows)


def _per_prednisone(rows: pd.DataFrame) -> pd.Series:
    equal = table("glucocorticoids").set_index("drug")["mg_equal_to_prednisone_5"].to_dict()
    return 5 / rows["drug"].map(equal).astype("float64")


def _prednisone_mg(rows: pd.DataFrame) -> pd.Series:
    return _daily_mg(rows) * _per_prednisone(rows)


def _per_28_days(rows: pd.DataFrame) -> pd.Series:
    """Administrations in 28 days: five of a five-day course, one of a dose every six weeks."""
    on_average, in_episode = 28 * rows["rate"], _times(rows)
    return in_episode.where(in_episode < on_average, on_average).clip(lower=1).fillna(1)


def _times(rows: pd.DataFrame) -> pd.Series:
    """Administrations of the whole episode; blank while it is open."""
    times: pd.Series = -(-(rows["days"] * rows["rate"]).round(9) // 1)
    return times.mask(rows["kind"].isin(["single", "cycle"]), 1)


def _daily_g_per_kg(rows: pd.DataFrame) -> pd.Series:
    """Only of what is given day by day: 2 g/kg every four weeks are given over several days."""
    return _daily_mg_per_kg(rows).where(rows["kind"] == "daily") / 1000


def _cumulative_g(rows: pd.DataFrame) -> pd.Series:
    """What the patient has had of the drug by the end of each episode; open ones do not count."""
    given = (rows["mg"] * _times(rows)).loc[_in_order(rows)]
    total: pd.Series = given.groupby([rows["patient_id"], rows["drug"]]).cumsum()
    return total / 1000


def _in_order(rows: pd.DataFrame) -> pd.Index:
    return rows.sort_values("start_date", kind="stable").index


def _since(rows: pd.DataFrame, last: pd.Series) -> pd.Series:
    """Days to the start from `last` of the patient's episode before, of the same drug and route."""
    same = [rows[name] for name in ("patient_id", "drug", "route")]
    before = last.loc[_in_order(rows)].groupby(same).shift()
    return (rows["start_date"] - before).dt.days


def _weeks_between_courses(rows: pd.DataFrame) -> pd.Series:
    """Only between courses: infusions up to four weeks apart are one course."""
    is_series = rows["kind"].ne("single") & rows["stop_date"].notna()
    days = _since(rows, rows["stop_date"].where(is_series, rows["start_date"]))
    return days.where(days > ONE_COURSE_DAYS) / 7


def _days_between_doses(rows: pd.DataFrame) -> pd.Series:
    """By the frequency; sessions of a series by their number; single doses by the one before."""
    sessions = _sessions(rows)
    in_series = ((rows["days"] - 1) / (sessions - 1)).where(sessions > 1)
    single = in_series.fillna(_since(rows, rows["start_date"]))
    return (1 / rows["rate"]).fillna(single)


def _sessions(rows: pd.DataFrame) -> pd.Series:
    return rows["dose"].where(rows["dose_unit"] == "sessions")


# The quantities of dose_limits.csv.
_AMOUNTS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "daily_mg": _daily_mg,
    "daily_mg_per_kg": _daily_mg_per_kg,
    "daily_g_per_kg": _daily_g_per_kg,
    "weekly_mg": lambda rows: 7 * _daily_mg(rows),
    "weekly_g_per_kg": lambda rows: 7 * _daily_mg_per_kg(rows) / 1000,
    "prednisone_mg_per_day": _prednisone_mg,
    "prednisone_mg_per_kg_per_day": lambda rows: _daily_mg_per_kg(rows) * _per_prednisone(rows),
    "single_mg": lambda rows: rows["mg"],
    "single_mg_per_kg": lambda rows: rows["mg_per_kg"],
    "cycle_g": lambda rows: rows["mg"] * _per_28_days(rows) / 1000,
    "cycle_g_per_kg": lambda rows: rows["mg_per_kg"] * _per_28_days(rows) / 1000,
    "cumulative_g": _cumulative_g,
    "weeks_between_courses": _weeks_between_courses,
    "days_between_doses": _days_between_doses,
    "sessions": _sessions,
}


# --- limits ------------------------------------------------------------------------------------


def limits_of(rule: str) -> pd.DataFrame:
    """The rows of dose_limits.csv that belong to a line of rules, e.g. TX-03."""
    limits = table("dose_limits")
    return limits[limits["rule"] == rule]


def schedules_of(rule: str) -> pd.DataFrame:
    """Drug, severity and forbidden `kind` of frequency of a line of rules, one kind a row."""
    schedules = table("dose_schedules")
    kinds = schedules["forbidden_kinds"].str.split()
    schedules = schedules.assign(kind=kinds)[schedules["rule"] == rule]
    return schedules.explode("kind")


def grade(therapies: pd.DataFrame, visits: pd.DataFrame, rule: str) -> pd.Series:
    """The gravest of `GRADES` that a line of limits and schedules gives each episode.

    Limits are bands: a dose above the query limit is a query and no longer a note. Blank where no
    limit of the line is about the episode, or its amount cannot be told.
    """
    limits, schedules = limits_of(rule), schedules_of(rule)
    drugs = {*limits["drug"], *schedules["drug"]}
    rows = _episodes(therapies[drug_of(therapies).isin(drugs)], visits)
    ranks = pd.concat([_by_amount(rows, limits), _by_schedule(rows, schedules)])
    worst: pd.Series = ranks.groupby(level=0).max().reindex(therapies.index)
    return worst.map(dict(enumerate(GRADES))).astype("str")


def _by_amount(rows: pd.DataFrame, limits: pd.DataFrame) -> pd.Series:
    """Position in `GRADES` for each pair of episode and limit; the index repeats episodes."""
    amounts = pd.DataFrame({name: _AMOUNTS[name](rows) for name in limits["quantity"].unique()})
    pairs = _joined(rows, limits.rename(columns={"route": "of_route"}))
    fits = _fits(pairs["of_route"], pairs["route"]) & _fits(pairs["frequency_kind"], pairs["kind"])
    pairs = pairs[fits]
    places = amounts.columns.get_indexer(pd.Index(pairs["quantity"]))
    values = amounts.to_numpy()[amounts.index.get_indexer(pairs.index), places]
    # Sums of tenths stray in the sixteenth digit; a dose on its limit is within it.
    amount = pd.Series(values, index=pairs.index, dtype="float64").round(9)
    rank = pd.Series(0, index=pairs.index, dtype="int64")
    for position, name in enumerate(GRADES[1:], start=1):
        beyond = amount.lt(pairs[f"{name}_below"]) | amount.gt(pairs[f"{name}_above"])
        rank = rank.mask(beyond, position)
    return rank[amount.notna()]


def _by_schedule(rows: pd.DataFrame, schedules: pd.DataFrame) -> pd.Series:
    pairs = _joined(rows, schedules.rename(columns={"kind": "forbidden"}))
    rank = pairs["severity"].map({name: place for place, name in enumerate(GRADES)}).astype("int64")
    return rank.where(pairs["kind"] == pairs["forbidden"], 0)[pairs["kind"].notna()]


def _joined(rows: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Each episode with each limit of its drug, under the episode's index."""
    pairs = rows[["drug", "route", "kind"]].reset_index(names="row").merge(limits, on="drug")
    return pairs.set_index("row")


def _fits(limit: pd.Series, fact: pd.Series) -> pd.Series:
    return (limit == "any") | (limit == fact)
