"""The vectorised outcomes against a slow plain-Python implementation, on random cohorts."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from registry.outcomes import treatment_outcomes, visit_outcomes
from tests.outcomes import reference
from tests.outcomes.cohorts import CUT, held_back, random_tables

CUT_DAY = int(np.datetime64(CUT, "D").astype(int))
SEEDS = range(12)
COUNTS = ["visits_held_back", "labs_held_back", "therapies_held_back"]


def expected(rows: list[dict[str, Any]], like: pd.DataFrame) -> pd.DataFrame:
    """Rows of the reference in the types of the table they are compared with."""
    columns = {}
    for name, dtype in like.dtypes.items():
        cells = [row[name] for row in rows]
        if str(dtype).startswith("datetime"):
            cells = [
                None if c is None else pd.Timestamp("1970-01-01") + pd.Timedelta(days=c)
                for c in cells
            ]
        if dtype == "float64":
            cells = [np.nan if c is None else float(c) for c in cells]
        columns[name] = pd.Series(cells, dtype=dtype, index=like.index)
    return pd.DataFrame(columns, index=like.index)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_tables_are_those_of_the_reference(seed: int) -> None:
    tables, held = random_tables(seed), held_back("therapies", "P1")
    visits = visit_outcomes(tables, CUT, held)
    lines = treatment_outcomes(tables, CUT, held, visits).drop(columns=COUNTS)

    patients = reference.patients_of(tables, CUT_DAY, {"P1"})
    visit_rows = [reference.visit_outcomes(patient) for patient in patients]
    line_rows = [
        row
        for patient, rows in zip(patients, visit_rows, strict=True)
        for row in reference.treatment_outcomes(patient, rows)
    ]

    assert_same(visits, [row for rows in visit_rows for row in rows])
    assert_same(lines, line_rows)


def assert_same(found: pd.DataFrame, rows: list[dict[str, Any]]) -> None:
    assert len(found) == len(rows)
    pd.testing.assert_frame_equal(found, expected(rows, found), rtol=1e-9, atol=1e-6)
