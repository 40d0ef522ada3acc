"""Great Expectations on pandas: its own expectations for the columns; rules about several columns
as flags that must be true, because it has no row-wise expectation of several columns on pandas."""

from pathlib import Path
from typing import Any

import great_expectations as gx
import numpy as np
from great_expectations import expectations as gxe
from numpy.typing import NDArray

from benchmarks.rows.checks import CODED, FILLED, NUMBERS, Facts
from benchmarks.rows.pandas_masks import (
    column_checks,
    link_checks,
    read,
    row_checks,
    with_helpers,
)

EVERY_ROW = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}


def prepare(facts: Facts) -> tuple[Facts, Any]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("labs")
    return facts, source.add_dataframe_asset("labs").add_batch_definition_whole_dataframe("all")


def check(folder: Path, prepared: tuple[Facts, Any]) -> dict[str, NDArray[np.int64]]:
    facts, batches = prepared
    labs, patients, visits = read(folder)
    helpers = with_helpers(labs, patients, visits, facts)
    of_rows = {**column_checks(), **link_checks(helpers), **row_checks(helpers, facts)}
    flags = {name: holds(labs).to_numpy() for name, holds in of_rows.items()}
    batch = batches.get_batch({"dataframe": labs.assign(row=labs.index, **flags)})
    result = batch.validate(_suite(facts, list(flags)), result_format=EVERY_ROW)
    return {found.expectation_config.meta["rule"]: _rows(found.result) for found in result.results}


def _suite(facts: Facts, flags: list[str]) -> gx.ExpectationSuite:
    asked: list[Any] = [
        gxe.ExpectColumnValuesToNotBeNull(column=name, meta={"rule": f"COL-01 {name}"})
        for name in FILLED
    ]
    asked += [
        gxe.ExpectColumnValuesToBeInSet(
            column=name, value_set=facts.codes[name], meta={"rule": f"COL-03 {name}"}
        )
        for name in CODED
    ]
    asked += [
        gxe.ExpectColumnValuesToBeBetween(column=name, min_value=0, meta={"rule": f"COL-04 {name}"})
        for name in NUMBERS
    ]
    asked += [
        gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[True], meta={"rule": name})
        for name in flags
    ]
    return gx.ExpectationSuite(name="labs", expectations=asked)


def _rows(result: dict[str, Any]) -> NDArray[np.int64]:
    return np.array([case["row"] for case in result.get("unexpected_index_list") or ()], dtype=int)
