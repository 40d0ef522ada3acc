"""pointblank on polars: validation steps, and every failing row out of the extracts."""

from pathlib import Path

import pointblank as pb
import polars as pl

from benchmarks.rows.checks import CODED, FILLED, NUMBERS, Facts
from benchmarks.rows.polars_masks import ROW, others, with_helpers

EVERY_ROW = 10**9  # pointblank keeps 500 rows of each step unless told otherwise


def prepare(facts: Facts) -> Facts:
    return facts


def check(folder: Path, facts: Facts) -> dict[str, pl.Series]:
    labs = with_helpers(folder, facts).collect()
    steps = pb.Validate(labs)
    names = []
    for column in FILLED:
        steps = steps.col_vals_not_null(column)
        names.append(f"COL-01 {column}")
    for column in CODED:
        steps = steps.col_vals_in_set(column, [*facts.codes[column], None])
        names.append(f"COL-03 {column}")
    for column in NUMBERS:
        steps = steps.col_vals_ge(column, 0, na_pass=True)
        names.append(f"COL-04 {column}")
    for name, failing in others(facts).items():
        steps = steps.col_vals_expr(~failing.fill_null(False))
        names.append(name)
    steps = steps.interrogate(get_first_n=EVERY_ROW, extract_limit=EVERY_ROW)
    extracts = steps.get_data_extracts()
    return {name: extracts[number][ROW] for number, name in enumerate(names, start=1)}
