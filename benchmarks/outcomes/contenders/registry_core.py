"""This project: the functions that `visit_outcomes` itself is made of."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.outcomes import COLUMNS, SCORES, data
from registry.outcomes import columns, enzymes, tis
from registry.outcomes.cohort import read_cohort
from registry.outcomes.core_set import read_core_set
from registry.outcomes.keys import FOREVER, days, positions, take, whole_numbers
from registry.outcomes.response import response
from registry.outcomes.therapy_lines import Lines
from registry.outcomes.visit_rows import visit_rows

Tables = dict[str, pd.DataFrame]


def load(folder: Path) -> Tables:
    tables = data.load(folder)
    return {**tables, "therapies": tables["therapies"].iloc[:0]}  # the lines are given


def outcomes(tables: Tables) -> pd.DataFrame:
    cohort = read_cohort(tables, data.CUT, None)
    lines = _lines(tables["lines"], cohort.people)
    rows = visit_rows(lines, cohort.visit)
    core = read_core_set(cohort, tables["labs"], rows)
    group = tis.response_group(*_years(tables["patients"]))[cohort.of_patient][lines.patient]
    scored = response(core, rows, group[rows.line]).columns
    visit_id = tables["visits"]["visit_id"].array
    at, baseline = cohort.visit.row[rows.visit], take(cohort.visit.row, rows.baseline, -1)
    found = {
        "patient_id": columns.identifiers(cohort.people, lines.patient[rows.line]),
        "visit_id": visit_id[at],
        "line": columns.whole(lines.number[rows.line]),
        "baseline_visit_id": visit_id.take(baseline, allow_fill=True),
        "days_from_line_start": columns.whole(
            cohort.visit.day[rows.visit] - lines.start[rows.line]
        ),
        "enzyme": columns.text(np.maximum(core.enzyme, -1), enzymes.enzymes()[0]),
        "ck_times_uln": core.ck.at(rows.visit).exact,
    }
    return pd.DataFrame(found).join(scored[[*SCORES, "tis", "tis_category"]])


def _lines(table: pd.DataFrame, people: pa.Array) -> Lines:
    patient, start = positions(table["patient_id"], people), days(table["start_date"])
    follows = patient[1:] == patient[:-1]
    nothing = np.zeros(len(patient), dtype=np.int64)
    return Lines(
        patient=patient,
        number=whole_numbers(table["line"], -1),
        start=start,
        next_start=np.append(np.where(follows, start[1:], FOREVER), FOREVER),
        **dict.fromkeys(("stop", "stop_reason", "regimen", "submitted"), nothing),
        **dict.fromkeys(("agrees", "comparable"), nothing.astype(bool)),
    )


def _years(patients: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    onset = patients["onset_date"].dt.year.to_numpy(dtype=np.float64)
    return onset, patients["birth_year"].to_numpy(dtype=np.float64, na_value=np.nan)


def as_arrow(answer: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(answer[list(COLUMNS)], preserve_index=False)
