"""What a therapy amounts to: its drug, its doses in milligrams, and how unusual they are.

The rules of therapies and the harmonise step read the same functions: the dose a centre is asked
about is the dose that is published.

`therapies` and `visits` are tables by their contract columns, one row per episode and per visit; a
column that is not there counts as blank. Every answer is a Series with the index of `therapies`,
blank where the row does not say enough.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from registry.codelists import codelist, table
from registry.contract import Kind
from registry.tables import PANDAS, once, per_code

HALF_A_YEAR = pd.Timedelta(days=183)
ONE_COURSE_DAYS = 28  # rituximab: twice 10 to 21 days apart, or once a week for four weeks

GRADES = ("within", "note", "query", "hold")  # mildest first

_KINDS = {
    **dict.fromkeys(("patient_id", "drug", "atc", "route", "dose_unit", "frequency"), Kind.TEXT),
    **dict.fromkeys(("start_date", "stop_date", "visit_date"), Kind.DATE),
    **dict.fromkeys(("dose", "weight_kg", "height_cm"), Kind.NUMBER),
}


# --- the drug ----------------------------------------------------------------------------------


def drug_by_atc(atc: pd.Series) -> pd.Series:
    """Registry code of the drug that an ATC code stands for, retired codes included.

    WHO gives no code twice, so the code alone decides; `atc_version` is provenance. A code that
    several drugs share (mycophenolate) gives the one that leaves open which.
    """
    drug: pd.Series = atc.map(_drugs_by_atc())
    return drug


@cache
def _drugs_by_atc() -> pd.Series:
    drugs, history = codelist("drugs").table, table("atc_history")
    current = drugs[drugs["is_meant_by_atc"]].set_index("atc")["code"]
    others = drugs.assign(atc_other=drugs["atc_other"].str.split()).explode("atc_other")
    other = others.dropna(subset="atc_other").set_index("atc_other")["code"]
    drugs_by_atc: pd.Series = pd.concat([current, other, history.set_index("old_atc")["drug"]])
    return drugs_by_atc


def drug_of(therapies: pd.DataFrame) -> pd.Series:
    """Registry code of each episode's drug: `drug`, or where it is blank, what `atc` stands for."""
    return _column(therapies, "drug").fillna(drug_by_atc(_column(therapies, "atc")))


def drug_class_of(drug: pd.Series) -> pd.Series:
    """Code of `drug_classes` for each registry code of a drug."""
    return per_code(codelist("drugs").says("drug_class"), drug)


def names_one_drug(drug: pd.Series, atc: pd.Series) -> pd.Series:
    """Whether drug and ATC code name the same drug; only for rows where both are filled."""
    current = per_code(table("atc_history").set_index("old_atc")["current_atc"], atc).fillna(atc)
    return (drug_by_atc(atc) == drug) | (current == per_code(codelist("drugs").says("atc"), drug))


def is_immunotherapy(drug: pd.Series) -> pd.Series:
    """Whether the drug acts on the immune system; False where it is blank or unknown."""
    drugs = codelist("drugs").table
    return drug.isin(drugs.loc[drugs["is_immunotherapy"], "code"])


# --- the dose ----------------------------------------------------------------------------------


def weight_at_start(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Body weight in kg at the start of each episode: the visit nearest to it within six months."""
    return _episodes(therapies, visits).weight


def mg_given(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Milligrams of one administration; blank for sessions and where a weight is missing."""
    return _episodes(therapies, visits).mg


def daily_dose_mg(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Milligrams a day, averaged over the interval of the frequency (25 mg a week is 25/7).

    A single dose counts where the episode lasts that one day; a dose per cycle is blank.
    """
    return _episodes(therapies, visits).daily_mg


def prednisone_mg_day(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Prednisone equivalents in mg a day, by any route; blank for what is no glucocorticoid.

    Factors: `codelists/glucocorticoids.csv`.
    """
    episodes = _episodes(therapies, visits)
    return episodes.daily_mg * episodes.per_prednisone


def _column(data: pd.DataFrame, name: str) -> pd.Series:
    """A column of a table; blank where the table does not have it."""
    return data[name] if name in data else pd.Series(None, data.index, PANDAS[_KINDS[name]])


def _columns(data: pd.DataFrame, *names: str) -> pd.DataFrame:
    return pd.DataFrame({name: _column(data, name) for name in names})


def _nearest(
    therapies: pd.DataFrame, visits: pd.DataFrame, measure: str, within: pd.Timedelta | None = None
) -> pd.Series:
    """A measure of the patient's visit nearest to each episode's start."""
    known = _columns(visits, "patient_id", "visit_date", measure).dropna()
    known = known[known[measure] > 0].sort_values("visit_date", kind="stable")
    asked = _columns(therapies, "patient_id", "start_date").dropna()
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


@dataclass(frozen=True, eq=False)
class _Episodes:
    """Therapies and what their amounts are computed from; each is computed when first asked for."""

    therapies: pd.DataFrame
    visits: pd.DataFrame

    def column(self, name: str) -> pd.Series:
        return _column(self.therapies, name)

    @cached_property
    def drug(self) -> pd.Series:
        return drug_of(self.therapies)

    @cached_property
    def kind(self) -> pd.Series:
        """Of the frequency: single, daily, weekly, interval or cycle."""
        kinds = codelist("frequencies").says("kind")
        return self.column("frequency").map(kinds.to_dict())

    @cached_property
    def rate(self) -> pd.Series:
        """Administrations per day; blank for single doses and cycles."""
        frequencies = codelist("frequencies").table.set_index("code")
        times, days = (frequencies[f"times_per_day_{n}"] for n in ("numerator", "denominator"))
        return _number_of(self.column("frequency"), (times / days).dropna())

    @cached_property
    def days(self) -> pd.Series:
        """From the first to the last, both counted; blank while the episode is open."""
        return ((self.column("stop_date") - self.column("start_date")).dt.days + 1).clip(lower=1)

    @cached_property
    def times(self) -> pd.Series:
        """Administrations of the whole episode; blank while it is open."""
        times: pd.Series = -(-(self.days * self.rate).round(9) // 1)
        return times.mask(self.kind.isin(["single", "cycle"]), 1)

    @cached_property
    def weight(self) -> pd.Series:
        return _nearest(self.therapies, self.visits, "weight_kg", HALF_A_YEAR)

    @cached_property
    def surface(self) -> pd.Series:
        """Body surface in m², doi:10.1056/NEJM198710223171717: root of cm × kg / 3600."""
        height = _nearest(self.therapies, self.visits, "height_cm")
        surface: pd.Series = (height * self.weight / 3600) ** 0.5
        return surface

    @cached_property
    def written(self) -> pd.Series:
        """Milligrams of one administration, or milligrams per kg or m²: see `per`."""
        factors = codelist("dose_units").says("mg_factor")
        return self.column("dose") * _number_of(self.column("dose_unit"), factors)

    @cached_property
    def per(self) -> pd.Series:
        units = codelist("dose_units").table.set_index("code")
        return self.column("dose_unit").map(units["per"].to_dict())

    @cached_property
    def mg(self) -> pd.Series:
        """Milligrams of one administration."""
        mg = self.written.where(self.per == "absolute")
        if (self.per == "kg").any():
            mg = mg.mask(self.per == "kg", self.written * self.weight)
        if (self.per == "m2").any():
            mg = mg.mask(self.per == "m2", self.written * self.surface)
        return mg

    @cached_property
    def mg_per_kg(self) -> pd.Series:
        return self.written.where(self.per == "kg", self.mg / self.weight)

    @cached_property
    def per_day(self) -> pd.Series:
        """Administrations per day; a single one counts where the episode ends on its day."""
        return self.rate.mask((self.kind == "single") & (self.days == 1), 1.0)

    @cached_property
    def daily_mg(self) -> pd.Series:
        return self.mg * self.per_day

    @cached_property
    def daily_mg_per_kg(self) -> pd.Series:
        return self.mg_per_kg * self.per_day

    @cached_property
    def per_prednisone(self) -> pd.Series:
        """Milligrams of prednisone that one milligram is worth; blank for other drugs."""
        equal = table("glucocorticoids").set_index("drug")["mg_equal_to_prednisone_5"]
        return _number_of(self.drug, 5 / equal)

    @cached_property
    def facts(self) -> pd.DataFrame:
        """What decides which limits are about an episode."""
        return pd.DataFrame({"drug": self.drug, "route": self.column("route"), "kind": self.kind})

    @cached_property
    def amounts(self) -> dict[str, pd.Series]:
        """Amounts already asked for, by quantity of dose_limits.csv."""
        return {}

    def amount(self, quantity: str) -> pd.Series:
        if quantity not in self.amounts:
            self.amounts[quantity] = _AMOUNTS[quantity](self)
        return self.amounts[quantity]

    def since(self, last: pd.Series) -> pd.Series:
        """Days to the start from `last` of the patient's episode before, of same drug and route."""
        same = [self.column("patient_id"), self.drug, self.column("route")]
        before = last.loc[self.in_order].groupby(same).shift()
        return (self.column("start_date") - before).dt.days

    @property
    def in_order(self) -> pd.Index:
        return self.column("start_date").sort_values(kind="stable").index


@once
def _episodes(therapies: pd.DataFrame, visits: pd.DataFrame) -> _Episodes:
    """Shared by all rules that ask about the same tables."""
    return _Episodes(therapies, visits)


def _number_of(codes: pd.Series, numbers: pd.Series) -> pd.Series:
    return codes.map(numbers.to_dict()).astype("float64")


# --- amounts that limits are about -------------------------------------------------------------


def _per_28_days(episodes: _Episodes) -> pd.Series:
    """Administrations in 28 days: five of a five-day course, one of a dose every six weeks."""
    on_average, in_all = 28 * episodes.rate, episodes.times
    return in_all.where(in_all < on_average, on_average).clip(lower=1).fillna(1)


def _daily_g_per_kg(episodes: _Episodes) -> pd.Series:
    """Only of what is given day by day: 2 g/kg every four weeks are given over several days."""
    return episodes.daily_mg_per_kg.where(episodes.kind == "daily") / 1000


def _cumulative_g(episodes: _Episodes) -> pd.Series:
    """What the patient has had of the drug by the end of each episode; open ones do not count."""
    given = (episodes.mg * episodes.times).loc[episodes.in_order]
    total: pd.Series = given.groupby([episodes.column("patient_id"), episodes.drug]).cumsum()
    return total / 1000


def _weeks_between_courses(episodes: _Episodes) -> pd.Series:
    """Only between courses: infusions up to four weeks apart are one course."""
    start, stop = episodes.column("start_date"), episodes.column("stop_date")
    is_series = episodes.kind.ne("single") & stop.notna()
    days = episodes.since(stop.where(is_series, start))
    return days.where(days > ONE_COURSE_DAYS) / 7


def _days_between_doses(episodes: _Episodes) -> pd.Series:
    """By the frequency; sessions of a series by their number; single doses by the one before."""
    sessions = _sessions(episodes)
    in_series = ((episodes.days - 1) / (sessions - 1)).where(sessions > 1)
    single = in_series.fillna(episodes.since(episodes.column("start_date")))
    return (1 / episodes.rate).fillna(single)


def _sessions(episodes: _Episodes) -> pd.Series:
    return episodes.column("dose").where(episodes.column("dose_unit") == "sessions")


# The quantities of dose_limits.csv.
_AMOUNTS: dict[str, Callable[[_Episodes], pd.Series]] = {
    "daily_mg": lambda episodes: episodes.daily_mg,
    "daily_mg_per_kg": lambda episodes: episodes.daily_mg_per_kg,
    "daily_g_per_kg": _daily_g_per_kg,
    "weekly_mg": lambda episodes: 7 * episodes.daily_mg,
    "weekly_g_per_kg": lambda episodes: 7 * episodes.daily_mg_per_kg / 1000,
    "prednisone_mg_per_day": lambda episodes: episodes.daily_mg * episodes.per_prednisone,
    "prednisone_mg_per_kg_per_day": lambda episodes: (
        episodes.daily_mg_per_kg * episodes.per_prednisone
    ),
    "single_mg": lambda episodes: episodes.mg,
    "single_mg_per_kg": lambda episodes: episodes.mg_per_kg,
    "cycle_g": lambda episodes: episodes.mg * _per_28_days(episodes) / 1000,
    "cycle_g_per_kg": lambda episodes: episodes.mg_per_kg * _per_28_days(episodes) / 1000,
    "cumulative_g": _cumulative_g,
    "weeks_between_courses": _weeks_between_courses,
    "days_between_doses": _days_between_doses,
    "sessions": _sessions,
}


# --- limits ------------------------------------------------------------------------------------


@cache
def _all_schedules() -> pd.DataFrame:
    schedules = table("dose_schedules")
    return schedules.assign(kind=schedules["forbidden_kinds"].str.split()).explode("kind")


@once
def grade(therapies: pd.DataFrame, visits: pd.DataFrame, rule: str) -> pd.Series:
    """The gravest of `GRADES` that a line of limits and schedules gives each episode.

    Limits are bands: a dose above the query limit is a query and no longer a note. Blank where no
    limit of the line is about the episode, or its amount cannot be told.
    """
    ranks = _ranks(therapies, visits)
    nowhere = np.full(len(therapies), np.nan)
    worst = ranks[rule].to_numpy() if rule in ranks else nowhere
    words = np.array([*GRADES, None])[np.where(np.isnan(worst), len(GRADES), worst).astype("int64")]
    return pd.Series(words, index=therapies.index, dtype="str")


@once
def _ranks(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """For every line (column) and episode (row) the worst place in `GRADES` that a limit or
    schedule about it gives; blank where none is about it. All lines in one pass."""
    episodes = _episodes(therapies, visits)
    ranks = pd.concat([_by_amount(episodes), _by_schedule(episodes)])
    worst = ranks.groupby([ranks.index, "rule"])["rank"].max().unstack("rule")
    return worst.reindex(therapies.index).astype("float64")


def _by_amount(episodes: _Episodes) -> pd.DataFrame:
    pairs = _joined(episodes.facts, table("dose_limits").rename(columns={"route": "of_route"}))
    fits = _fits(pairs["of_route"], pairs["route"]) & _fits(pairs["frequency_kind"], pairs["kind"])
    pairs = pairs[fits]
    amounts = pd.DataFrame({name: episodes.amount(name) for name in pairs["quantity"].unique()})
    places = amounts.columns.get_indexer(pd.Index(pairs["quantity"]))
    values = amounts.to_numpy()[amounts.index.get_indexer(pairs.index), places]
    # Sums of tenths stray in the sixteenth digit; a dose on its limit is within it.
    amount = pd.Series(values, index=pairs.index, dtype="float64").round(9)
    rank = pd.Series(0, index=pairs.index, dtype="int64")
    for position, name in enumerate(GRADES[1:], start=1):
        beyond = amount.lt(pairs[f"{name}_below"]) | amount.gt(pairs[f"{name}_above"])
        rank = rank.mask(beyond, position)
    return pd.DataFrame({"rule": pairs["rule"], "rank": rank})[amount.notna()]


def _by_schedule(episodes: _Episodes) -> pd.DataFrame:
    pairs = _joined(episodes.facts, _all_schedules().rename(columns={"kind": "forbidden"}))
    rank = pairs["severity"].map({name: place for place, name in enumerate(GRADES)}).astype("int64")
    rank = rank.where(pairs["kind"] == pairs["forbidden"], 0)
    return pd.DataFrame({"rule": pairs["rule"], "rank": rank})[pairs["kind"].notna()]


def _joined(facts: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Each episode with each limit of its drug, under the episode's index."""
    return facts.reset_index(names="row").merge(limits, on="drug").set_index("row")


def _fits(limit: pd.Series, fact: pd.Series) -> pd.Series:
    return (limit == "any") | (limit == fact)
