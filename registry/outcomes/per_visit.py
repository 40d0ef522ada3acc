"""Outcomes per visit and line of therapy: the table `visit_outcomes`."""

import numpy as np
import pandas as pd

from registry.outcomes import columns, enzymes, glucocorticoids, imacs, remission
from registry.outcomes.cohort import Cohort, DataCut, Tables, read_cohort
from registry.outcomes.core_set import CoreSet, read_core_set
from registry.outcomes.episodes import combination_days, drug_sets
from registry.outcomes.keys import Flags, dates, take
from registry.outcomes.response import response
from registry.outcomes.version import ALGORITHM_VERSION
from registry.outcomes.visit_rows import VisitRows, visit_rows
from registry.outcomes.worsening import changes, relapsed, worsened

# Why what follows from the therapies is null: the first that applies is given.
THERAPY_REASONS = {
    "therapy_held_back": "Therapy rows of the patient were held back, or cannot be used.",
    "glucocorticoid_dose_missing": "A glucocorticoid is running at an unknown dose.",
}

REPORTED = ("tis_reported", "remission_reported")  # what a centre concludes itself


def visit_outcomes(
    tables: Tables, data_cut: DataCut, held_back: pd.Series | None = None
) -> pd.DataFrame:
    """One row per visit and line of therapy; key patient_id, visit_id, line.

    `tables` holds patients, visits, labs and therapies as harmonised. `data_cut` is the day up to
    which the data are complete, for all centres or by centre_id. `held_back` counts the rows held
    back, indexed by (table, patient_id): where therapies are among them, nothing is said of a
    patient that a missing episode could make untrue.

    A visit that closes one line and is the baseline of the next has a row for each. Rows are sorted
    by patient, line and date, whatever the order of the input, and numbered from 1.
    """
    return outcomes_of_visits(read_cohort(tables, data_cut, held_back), tables["labs"])


def outcomes_of_visits(cohort: Cohort, labs: pd.DataFrame) -> pd.DataFrame:
    """`visit_outcomes` of a cohort that is read already."""
    rows = visit_rows(cohort.lines, cohort.visit)
    core = read_core_set(cohort, labs, rows)
    scored = response(core, rows, cohort.response_group[rows.line])
    parts = [
        _keys(cohort, rows),
        scored.columns,
        _enzymes(core, rows),
        _therapies(cohort, rows),
        _imacs(core, rows),
        pd.DataFrame({"relapse": columns.yes_no(*relapsed(core, scored, rows.line))}),
        _remission(cohort, core, rows),
    ]
    table = pd.concat(parts, axis="columns")
    _compare(table, cohort.visits[list(REPORTED)].iloc[cohort.visit.row[rows.visit]])
    table["algorithm_version"] = columns.constant(ALGORITHM_VERSION, len(table))
    return table.set_axis(pd.RangeIndex(1, len(table) + 1))


def _keys(cohort: Cohort, rows: VisitRows) -> pd.DataFrame:
    visit_id, row = cohort.visits["visit_id"].array, cohort.visit.row
    lines, day = cohort.lines, cohort.visit.day[rows.visit]
    return pd.DataFrame(
        {
            "patient_id": columns.identifiers(cohort.people, lines.patient[rows.line]),
            "visit_id": visit_id[row[rows.visit]],
            "line": columns.whole(lines.number[rows.line]),
            "visit_date": dates(day),
            "baseline_visit_id": visit_id.take(take(row, rows.baseline, -1), allow_fill=True),
            "days_from_line_start": columns.whole(day - lines.start[rows.line]),
        }
    )


def _enzymes(core: CoreSet, rows: VisitRows) -> pd.DataFrame:
    ck = core.ck.at(rows.visit)
    certain, possible = enzymes.ck_response(core.ck_baseline, ck)
    compared = (rows.baseline >= 0) & ~rows.is_baseline
    return pd.DataFrame(
        {
            "enzyme": columns.text(np.maximum(core.enzyme, -1), enzymes.enzymes()[0]),
            "enzyme_baseline_times_uln": core.former.enzyme.exact,
            "enzyme_times_uln": core.later.enzyme.exact,
            "ck_times_uln": ck.exact,
            "ck_normal": columns.yes_no(*enzymes.normal(ck)),
            "ck_response": columns.yes_no(certain & compared, possible | ~compared),
        }
    )


def _therapies(cohort: Cohort, rows: VisitRows) -> pd.DataFrame:
    keys = cohort.visit.keys[rows.visit]
    complete = cohort.therapy_complete[cohort.visit.patient[rows.visit]]
    given = glucocorticoids.doses(cohort.episodes)
    dose, stated = glucocorticoids.dose_mg(given, keys)
    observed = cohort.visit.day[rows.visit] - cohort.index_day[rows.line]
    sparing, may_be_sparing = glucocorticoids.steroid_sparing(given, keys, observed)
    running = cohort.running
    label, labels = drug_sets(running.at(keys), nothing="none")
    combined = combination_days(running, cohort.lines.keys[rows.line], keys)
    reason = np.where(complete, np.where(stated, -1, 1), 0)
    return pd.DataFrame(
        {
            "gc_prednisone_mg_day": np.where(complete & stated, dose, np.nan),
            "gc_free": columns.yes_no_where(complete, stated & (dose == 0)),
            "steroid_sparing": columns.yes_no(sparing & complete, may_be_sparing | ~complete),
            "therapies_running": columns.text(np.where(complete, label, -1), labels),
            "combination_days": columns.whole(np.maximum(combined, 0), complete),
            "therapy_reason": columns.text(reason, tuple(THERAPY_REASONS)),
        }
    )


def _imacs(core: CoreSet, rows: VisitRows) -> pd.DataFrame:
    """Against the line's baseline; unknown at the baseline and without one."""
    compared = (rows.baseline >= 0) & ~rows.is_baseline
    better, may_be_better = imacs.improved(changes(core.former, core.later))
    worse, may_be_worse = worsened(core.former, core.later)
    return pd.DataFrame(
        {
            "imacs_doi": columns.yes_no(better & compared, may_be_better | ~compared),
            "imacs_worsening": columns.yes_no(worse & compared, may_be_worse | ~compared),
        }
    )


def _remission(cohort: Cohort, core: CoreSet, rows: VisitRows) -> pd.DataFrame:
    visit, running = cohort.visit, cohort.running
    strength = remission.strength_normal(core.measures["mmt"], core.mmt_max)
    physician = core.measures["physician_global"]
    quiet, may_be_quiet = remission.no_activity(physician, enzymes.normal(core.ck), strength)
    judged = quiet | ~may_be_quiet
    state = remission.Quiet(
        days=remission.days_without_activity(visit.patient, visit.day, quiet, judged),
        judged=judged,
        untreated_days=running.days_since(running.levels != 0, visit.keys),
        therapy_complete=cohort.therapy_complete[visit.patient],
    )
    answers = {
        "strength_normal": strength,
        "no_activity": (quiet, may_be_quiet),
        "remission_on_therapy": remission.on_therapy(state),
        "remission_off_therapy": remission.off_therapy(state),
    }
    return pd.DataFrame({name: _of_rows(answer, rows) for name, answer in answers.items()})


def _of_rows(answer: tuple[Flags, Flags], rows: VisitRows) -> pd.Series:
    return columns.yes_no(answer[0][rows.visit], answer[1][rows.visit])


def _compare(table: pd.DataFrame, visits: pd.DataFrame) -> None:
    """Beside the derived outcomes what the centre reported, and whether they agree."""
    reported = visits["tis_reported"].to_numpy(dtype=np.float64)
    derived = table["tis"].to_numpy()
    both = ~np.isnan(reported) & ~np.isnan(derived)
    table["tis_reported"] = reported
    table["tis_agrees"] = columns.yes_no_where(both, reported == derived)
    table["remission_reported"] = visits["remission_reported"].array
    in_remission = table["remission_on_therapy"] | table["remission_off_therapy"]
    table["remission_agrees"] = table["remission_reported"] == in_remission
