"""Harmonised tables of about as many visits as wanted, as Parquet files that every contender loads.

An invented centre of 1,200 patients (`sample_data`) goes through the path as far as harmonising;
what comes out is replicated under new ids.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.replicate import replicated
from flows import path
from registry.contract import Kind
from registry.harmonise import harmonise
from registry.outcomes import therapy_lines
from registry.tables import ARROW, PANDAS, to_arrow, to_pandas
from sample_data.generate import generate
from schemas.submitted import CONTRACT

PATIENTS, SEED = 1200, 7
VISITS_OF_A_PATIENT = 14
CUT = date(2026, 9, 30)
TABLES = ("patients", "visits", "labs", "therapies", "lines")
_KINDS = {dtype: kind for kind, dtype in PANDAS.items()}


def write(folder: Path, visits: int) -> Path:
    """One file per table, for a folder of about so many visits; one already there is kept."""
    target = folder / f"outcomes-{visits}"
    if (target / "done").is_file():
        return target
    target.mkdir(parents=True, exist_ok=True)
    base = _base(min(PATIENTS, visits // VISITS_OF_A_PATIENT + 1))
    replicas = -(-visits // base["visits"].num_rows)
    for name in TABLES:
        _write((replicated(base[name], 1, number) for number in range(replicas)), target / name)
    (target / "done").touch()
    return target


def _write(pieces: Iterator[pa.Table], path_: Path) -> None:
    first = next(pieces)
    with pq.ParquetWriter(path_.with_suffix(".parquet"), first.schema) as file:
        file.write_table(first)
        for piece in pieces:
            file.write_table(piece)


@cache
def _base(patients: int) -> dict[str, pa.Table]:
    with TemporaryDirectory() as folder:
        generate(1, patients, SEED, Path(folder))
        submission = path.receive(next(Path(folder).iterdir()))
    tables = harmonise(submission.tables, submission, CONTRACT)
    tables["lines"] = therapy_lines(tables["therapies"])[["patient_id", "line", "start_date"]]
    arrow = {name: _as_arrow(tables[name]) for name in TABLES}
    return {**arrow, "visits": _one_a_day(arrow["visits"]), "labs": _exact(arrow["labs"])}


def _as_arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.table({str(n): to_arrow(frame[n], _KINDS[str(frame[n].dtype)]) for n in frame})


def _exact(labs: pa.Table) -> pa.Table:
    """One uncensored result per patient, analyte and day."""
    sign = labs["value_comparator"]
    labs = labs.filter(pc.or_kleene(pc.is_null(sign), pc.equal(sign, "=")))
    return _first(labs, ["patient_id", "analyte", "collected_date"])


def _one_a_day(visits: pa.Table) -> pa.Table:
    return _first(
        visits.filter(pc.less_equal(visits["visit_date"], CUT)), ["patient_id", "visit_date"]
    )


def _first(table: pa.Table, keys: list[str]) -> pa.Table:
    again = table.select(keys).to_pandas().duplicated().to_numpy()
    return table.filter(pa.array(~again))


def load(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables in the registry's own types."""
    kinds = {ARROW[kind]: kind for kind in Kind}
    return {
        name: pd.DataFrame(
            {n: to_pandas(table[n], kinds[table[n].type]) for n in table.column_names}
        )
        for name in TABLES
        for table in [pq.read_table(folder / f"{name}.parquet")]
    }
