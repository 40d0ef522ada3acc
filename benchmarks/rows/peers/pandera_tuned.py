"""Pandera on pandas as fast as it goes: only the columns that are read, one failure case per check,
no copy, and the rows out of each error's mask instead of Pandera's list."""

from pathlib import Path
from typing import Any

import pandera.pandas as pa

from benchmarks.rows.checks import CODED, FILLED, NUMBERS, Facts
from benchmarks.rows.pandas_masks import (
    Check,
    column_checks,
    link_checks,
    read,
    row_checks,
    with_helpers,
)
from benchmarks.rows.peers.pandera_pandas import columns_of, name_of

COLUMNS = [*dict.fromkeys((*FILLED, *CODED, *NUMBERS)), "visit_id", "loinc"]


def prepare(facts: Facts) -> Facts:
    return facts


def check(folder: Path, facts: Facts) -> dict[str, Any]:
    labs, patients, visits = read(folder, COLUMNS)
    helpers = with_helpers(labs, patients, visits, facts)
    of_rows = {**column_checks(), **link_checks(helpers), **row_checks(helpers, facts)}
    checks = [_first_case_only(name, holds) for name, holds in of_rows.items()]
    answer = {}
    try:
        schema = pa.DataFrameSchema(columns_of(facts, n_failure_cases=1), checks=checks)
        schema.validate(labs, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            reported = getattr(error.check, "name", error.check)
            if reported == "not_nullable":
                holds = labs[error.schema.name].notna()
            else:
                holds = error.check_output.astype(bool)
            answer[name_of(reported, error.schema.name)] = holds.index[~holds].to_numpy()
    return answer


def _first_case_only(name: str, holds: Check) -> pa.Check:
    return pa.Check(holds, name=name, n_failure_cases=1, ignore_na=False)
