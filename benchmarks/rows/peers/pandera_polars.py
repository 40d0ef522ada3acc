"""Pandera on polars: constraints in the columns, the rest as expressions on the lazy frame.

The rows come out of each error's mask: `failure_cases` has an index only for some checks.
"""

from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl

from benchmarks.rows.checks import CODED, FILLED, NUMBERS, Facts
from benchmarks.rows.peers.pandera_pandas import name_of
from benchmarks.rows.polars_masks import ROW, others, with_helpers


def prepare(facts: Facts) -> tuple[Facts, pa.DataFrameSchema]:
    columns = {
        name: pa.Column(
            nullable=name not in FILLED,
            checks=[pa.Check.isin(facts.codes[name])]
            if name in CODED
            else [pa.Check.ge(0)]
            if name in NUMBERS
            else [],
        )
        for name in dict.fromkeys((*FILLED, *CODED, *NUMBERS))
    }
    checks = [_check(name, mask) for name, mask in others(facts).items()]
    return facts, pa.DataFrameSchema(columns, checks=checks)


def check(folder: Path, prepared: tuple[Facts, pa.DataFrameSchema]) -> dict[str, Any]:
    facts, schema = prepared
    labs = with_helpers(folder, facts).collect()
    answer = {}
    try:
        schema.validate(labs, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            name = name_of(getattr(error.check, "name", error.check), error.schema.name)
            holds = error.check_output.get_column("check_output").fill_null(True)
            answer[name] = labs[ROW].filter(~holds)
    return answer


def _check(name: str, failing: pl.Expr) -> pa.Check:
    holds = ~failing.fill_null(False)
    return pa.Check(lambda data: data.lazyframe.select(holds), name=name, n_failure_cases=1)
