"""Outcomes per line of therapy: the table `treatment_outcomes`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from registry.outcomes import columns, tis
from registry.outcomes.cohort import Cohort, DataCut, Tables, read_cohort, rows_held_back
from registry.outcomes.episodes import NO_LINE, NO_REASON, STOP_REASONS
from registry.outcomes.follow_up import CENSORING, line_ends
from registry.outcomes.keys import (
    MONTHS,
    NEVER,
    Flags,
    Floats,
    Ints,
    dates,
    key,
    large_strings,
    nearest,
    positions,
    take,
    whole_numbers,
)
from registry.outcomes.per_visit import outcomes_of_visits
from registry.outcomes.therapy_lines import regimens
from registry.outcomes.version import ALGORITHM_VERSION

LANDMARK_WINDOW_DAYS = 45
REFRACTORY_AFTER_DAYS = MONTHS[3]


def treatment_outcomes(
    tables: Tables,
    data_cut: DataCut,
    held_back: pd.Series | None = None,
    visits: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per line of therapy; key patient_id, line. Arguments as of `visit_outcomes`.

    All but the therapy columns follows from the published rows of `visit_outcomes`; give them as
    `visits` if they are at hand (of the same tables, data cut and held-back rows). Days are counted
    from the line's start, except `days_to_start`: from the start of the first line.
    """
    cohort = read_cohort(tables, data_cut, held_back)
    visits = outcomes_of_visits(cohort, tables["labs"]) if visits is None else visits
    rows = _read_rows(cohort, visits)
    parts = [
        _therapy(cohort),
        _baseline(rows),
        _landmarks(rows),
        _best(rows),
        _times_to_response(rows),
        _later_course(rows),
        _held_back(cohort, held_back),
    ]
    table = pd.concat(parts, axis="columns")
    table["algorithm_version"] = columns.constant(ALGORITHM_VERSION, len(table))
    return table.set_axis(pd.RangeIndex(1, len(table) + 1))


@dataclass(frozen=True)
class Rows:
    """The rows of `visit_outcomes` as arrays: `line` is a position among the `n` lines."""

    table: pd.DataFrame
    line: Ints
    n: int
    day: Ints
    tis: Floats
    category: Ints  # position in tis.CATEGORIES; -1 unknown

    @property
    def is_baseline(self) -> Flags:
        same = self.table["visit_id"] == self.table["baseline_visit_id"]
        return same.to_numpy(dtype=bool)

    def first(self, chosen: Flags) -> Ints:
        """Of each line the first of the chosen rows; -1 where there is none."""
        found = np.full(self.n, -1)
        at = np.flatnonzero(chosen)[::-1]
        found[self.line[at]] = at
        return found

    def any(self, chosen: Flags) -> Flags:
        return self.first(chosen) >= 0

    def count(self, chosen: Flags) -> Ints:
        return np.bincount(self.line[chosen], minlength=self.n)

    def yes(self, column: str) -> Flags:
        return self.table[column].to_numpy(dtype=bool, na_value=False)

    def known(self, column: str) -> Flags:
        return self.table[column].notna().to_numpy()

    def days_of(self, at: Ints) -> pd.Series:
        return columns.whole(take(self.day, at, NEVER), at >= 0)


def _read_rows(cohort: Cohort, visits: pd.DataFrame) -> Rows:
    lines = cohort.lines
    number = whole_numbers(visits["line"], NO_LINE)
    patient = positions(visits["patient_id"], cohort.people)
    return Rows(
        table=visits,
        line=np.searchsorted(key(lines.patient, lines.number), key(patient, number)),
        n=len(lines.patient),
        day=whole_numbers(visits["days_from_line_start"], NEVER),
        tis=visits["tis"].to_numpy(dtype=np.float64),
        category=positions(visits["tis_category"], large_strings(tis.CATEGORIES)),
    )


def _therapy(cohort: Cohort) -> pd.DataFrame:
    """Regimen, dates, duration, why the line ended, and how its observation ended.

    `duration_days` runs to the day the next line began, the last drug of the line stopped, or the
    follow-up ended; blank where the follow-up ended before the line began.
    """
    lines = cohort.lines
    last, censoring = line_ends(cohort)
    duration = last - lines.start
    reason = np.where(lines.stop_reason == NO_REASON, -1, lines.stop_reason)
    return pd.DataFrame(
        {
            "patient_id": columns.identifiers(cohort.people, lines.patient),
            "line": columns.whole(lines.number),
            "submitted_line": columns.whole(lines.submitted, lines.submitted != NO_LINE),
            "line_agrees": columns.yes_no_where(lines.comparable, lines.agrees),
            "regimen": columns.text(*regimens(lines)),
            "index_date": dates(cohort.index_day),
            "start_date": dates(lines.start),
            "stop_date": dates(lines.stop),
            "days_to_start": columns.whole(lines.start - cohort.index_day),
            "duration_days": columns.whole(duration, duration >= 0),
            "stop_reason": columns.text(reason, STOP_REASONS),
            "censoring": columns.text(censoring, CENSORING),
            "response_group": columns.text(cohort.response_group, tis.GROUPS),
        }
    )


def _baseline(rows: Rows) -> pd.DataFrame:
    at = rows.first(rows.is_baseline)
    later = ~rows.is_baseline
    return pd.DataFrame(
        {
            "baseline_visit_id": rows.table["visit_id"].array.take(at, allow_fill=True),
            "days_to_baseline": rows.days_of(at),
            "tis_attainable": take(rows.table["tis_attainable"].to_numpy(), at, np.nan),
            "n_visits": columns.whole(rows.count(later)),
            "n_tis": columns.whole(rows.count(~np.isnan(rows.tis))),
        }
    )


def _landmarks(rows: Rows) -> pd.DataFrame:
    """TIS and category at 3, 6, 12 and 24 months, and the day and visit they are of.

    That is the visit with a TIS nearest to day 91, 182, 365, 730, at most 45 days off; of two as
    near the earlier.
    """
    scored = np.flatnonzero(~np.isnan(rows.tis))
    keys = key(rows.line[scored], rows.day[scored])
    table: dict[str, Any] = {}
    for months, day in MONTHS.items():
        wanted = key(np.arange(rows.n), np.full(rows.n, day))
        at = take(scored, nearest(keys, wanted, LANDMARK_WINDOW_DAYS), -1)
        table[f"tis_{months}m"] = take(rows.tis, at, np.nan)
        table[f"tis_category_{months}m"] = columns.text(take(rows.category, at, -1), tis.CATEGORIES)
        table[f"days_to_tis_{months}m"] = rows.days_of(at)
        table[f"tis_visit_id_{months}m"] = rows.table["visit_id"].array.take(at, allow_fill=True)
    return pd.DataFrame(table)


def _best(rows: Rows) -> pd.DataFrame:
    """The highest TIS of the line and the first day on which it was reached."""
    scored = ~np.isnan(rows.tis)
    best = np.full(rows.n, -np.inf)
    np.maximum.at(best, rows.line[scored], rows.tis[scored])
    at = rows.first(rows.tis == best[rows.line])
    return pd.DataFrame(
        {
            "tis_best": take(rows.tis, at, np.nan),
            "tis_category_best": columns.text(take(rows.category, at, -1), tis.CATEGORIES),
            "days_to_tis_best": rows.days_of(at),
        }
    )


def _times_to_response(rows: Rows) -> pd.DataFrame:
    """First day of at least a minimal, moderate, major response, and whether it was sustained.

    Sustained: at least the same response at the line's next visit that has a TIS; blank where none
    came, or the response was never reached.
    """
    after = _next_category(rows)
    table = {}
    for level, name in enumerate(tis.CATEGORIES[1:], start=1):
        at = rows.first(rows.category >= level)
        then = take(after, at, -1)
        table[f"days_to_{name}"] = rows.days_of(at)
        table[f"{name}_sustained"] = columns.yes_no_where(then >= 0, then >= level)
    return pd.DataFrame(table)


def _next_category(rows: Rows) -> Ints:
    """Per row the category at the next visit of the line that has one; -1."""
    at = np.flatnonzero(rows.category >= 0)
    following = np.full(len(rows.category), -1)
    same_line = rows.line[at[1:]] == rows.line[at[:-1]]
    following[at[:-1][same_line]] = rows.category[at[1:][same_line]]
    return following


def _later_course(rows: Rows) -> pd.DataFrame:
    """Relapse, remission and refractory disease, each with its day where it has one.

    - relapse: false where a response was followed by visits without; blank without a response, or
      where no later visit can tell.
    - remission: reached at a visit after the baseline; false where it could be judged and was not.
    - refractory: no minimal response at any visit of the line, though at least one TIS was measured
      after 91 days or more with a glucocorticoid and an immunosuppressant (drug class) running;
      false once a response is reached; blank where that was never put to the test.
    """
    later = ~rows.is_baseline
    table = {}
    for name in ("relapse", "remission_on_therapy", "remission_off_therapy"):
        at = rows.first(rows.yes(name) & later)
        table[name] = columns.yes_no_where(rows.any(rows.known(name) & later), at >= 0)
        table[f"days_to_{name}"] = rows.days_of(at)
    tested = whole_numbers(rows.table["combination_days"], NEVER) >= REFRACTORY_AFTER_DAYS
    responded = rows.any(rows.category >= 1)
    tested_in_vain = rows.any(tested & (rows.category >= 0)) & ~responded
    table["refractory"] = columns.yes_no_where(responded | tested_in_vain, tested_in_vain)
    return pd.DataFrame(table)


def _held_back(cohort: Cohort, held_back: pd.Series | None) -> pd.DataFrame:
    """How many of the patient's rows were held back: what a line may lack."""
    patient = cohort.lines.patient
    tables = ("visits", "labs", "therapies")
    counts = {name: rows_held_back(held_back, name, cohort.people)[patient] for name in tables}
    return pd.DataFrame({f"{name}_held_back": columns.whole(n) for name, n in counts.items()})
