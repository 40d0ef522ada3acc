"""This project: the contract's own models and rules, by `schemas.engine`."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from benchmarks.rows.checks import CENTRE, LATEST, ROWS, Facts
from registry import cells
from registry.harmonise.mapping import TextFormat
from registry.rules import CATALOGUE
from schemas import engine
from schemas.standing import Asked
from schemas.submitted import CONTRACT
from schemas.submitted.labs import Labs

PARENTS = {"patients": ["patient_id"], "visits": ["visit_id", "patient_id", "visit_date"]}


def prepare(facts: Facts) -> None:
    return None


def check(folder: Path, prepared: None) -> dict[str, Any]:
    tables = {name: _read(folder, name, columns) for name, columns in PARENTS.items()}
    tables["labs"] = _read(folder, "labs", list(CONTRACT["labs"].columns))
    asked = Asked(tables, CONTRACT, pd.Timestamp(LATEST), CENTRE)
    breaches = engine._check_rules("labs", [CATALOGUE[rule] for rule in ROWS], asked)
    answer = {str(breach["rule_id"].iloc[0]): _rows(breach) for breach in breaches.rows}
    broken = engine._broken_cells(Labs, dict(CONTRACT["labs"].columns), asked)
    for (column, rule), rows in broken.items():
        answer[f"{rule} {column}"] = rows.to_numpy()
    blank = tables["labs"].index[tables["labs"]["lab_id"].isna()]
    answer["COL-01 lab_id"] = blank.to_numpy()  # the contract calls a blank key SUB-03
    answer["SUB-03 lab_id"] = pd.Index(answer["SUB-03 lab_id"]).difference(blank).to_numpy()
    return answer


def _read(folder: Path, name: str, columns: list[str]) -> pd.DataFrame:
    source = pq.read_table(folder / f"{name}.parquet", columns=columns)
    kinds = {column: CONTRACT[name].columns[column].kind for column in columns}
    read = {c: cells.read(source[c], kind, TextFormat()).values for c, kind in kinds.items()}
    return pd.DataFrame(read).set_axis(pd.RangeIndex(1, source.num_rows + 1))


def _rows(breach: pd.DataFrame) -> Any:
    return breach["row"].to_numpy(dtype="int64")
