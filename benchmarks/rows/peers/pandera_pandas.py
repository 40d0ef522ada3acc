"""Pandera on pandas as its documentation shows it: constraints in the columns, the rest as
dataframe checks, `validate(lazy=True)`, and the rows out of `failure_cases`."""

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from benchmarks.rows.checks import CODED, FILLED, NUMBERS, Facts
from benchmarks.rows.pandas_masks import (
    column_checks,
    link_checks,
    read,
    row_checks,
    with_helpers,
)


def prepare(facts: Facts) -> Facts:
    return facts


def check(folder: Path, facts: Facts) -> dict[str, Any]:
    labs, patients, visits = read(folder)
    helpers = with_helpers(labs, patients, visits, facts)
    of_rows = {**column_checks(), **link_checks(helpers), **row_checks(helpers, facts)}
    checks = [pa.Check(holds, name=name) for name, holds in of_rows.items()]
    try:
        pa.DataFrameSchema(columns_of(facts), checks=checks).validate(labs, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return _rows(errors.failure_cases)
    return {}


def columns_of(facts: Facts, **options: int) -> dict[str, pa.Column]:
    """Not null, code lists and scales, as constraints of the columns."""
    names = dict.fromkeys((*FILLED, *CODED, *NUMBERS))
    return {
        name: pa.Column(
            nullable=name not in FILLED,
            checks=[pa.Check.isin(facts.codes[name], **options)]
            if name in CODED
            else [pa.Check.ge(0, **options)]
            if name in NUMBERS
            else [],
        )
        for name in names
    }


def name_of(check: str, column: str | None) -> str:
    """The common name of a check as Pandera reports it."""
    for constraint, rule in (("not_nullable", "COL-01"), ("isin", "COL-03"), ("greater", "COL-04")):
        if check.startswith(constraint):
            return f"{rule} {column}"
    return check


def _rows(cases: pd.DataFrame) -> dict[str, Any]:
    """A dataframe check has a case for every column of a failing row: each row once."""
    found = cases[["schema_context", "column", "check", "index"]]
    of_frame = found["schema_context"] == "DataFrameSchema"
    column = found["column"].where(~of_frame)
    groups = found["index"].groupby([found["check"], column], dropna=False)
    return {
        name_of(check, column): pd.unique(rows.to_numpy(dtype="int64"))
        for (check, column), rows in groups
    }
