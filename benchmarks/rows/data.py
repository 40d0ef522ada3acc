"""labs.parquet of any size with planted defects, and the patients and visits it links to.

Rows come from an invented centre of up to 1,200 patients (`sample_data`), replicated under new ids:
sorted by patient, as centres export them. About 1.5 % of the rows get a defect, each in its turn,
so that every check has rows that fail it. Row groups are those that pyarrow writes unless told.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.replicate import replicated
from benchmarks.rows.checks import CENTRE
from sample_data.centres import any_centres
from sample_data.cohort import cohort
from sample_data.package import as_arrow

PATIENTS, SEED = 1200, 7
LABS_OF_A_PATIENT = 90
SHARE_OF_DEFECTS = 0.015
PIECE = 8  # replicas in memory at a time, about 880,000 rows

Positions = NDArray[np.int64]


def write(folder: Path, rows: int) -> Path:
    """`labs.parquet` of exactly `rows` rows, and its parents; a folder already there is kept."""
    target = folder / f"labs-{rows}"
    if (target / "done").is_file():
        return target
    target.mkdir(parents=True, exist_ok=True)
    base = _base(min(PATIENTS, rows // LABS_OF_A_PATIENT + 1))
    replicas = -(-rows // base["labs"].num_rows)
    for name in ("patients", "visits"):
        pieces = (replicated(base[name], 1, first=number) for number in range(replicas))
        _write(pieces, target / f"{name}.parquet")
    _write(_labs(base["labs"], rows), target / "labs.parquet")
    (target / "done").touch()
    return target


def _base(patients: int) -> dict[str, pa.Table]:
    centre = next(iter(any_centres(1)))
    assert centre.code == CENTRE
    return {name: as_arrow(frame) for name, frame in cohort(centre, patients, SEED).items()}


def _write(pieces: Iterator[pa.Table], path: Path) -> None:
    first = next(pieces)
    with pq.ParquetWriter(path, first.schema) as file:
        file.write_table(first.combine_chunks())
        for piece in pieces:
            file.write_table(piece.combine_chunks())


def _labs(base: pa.Table, rows: int) -> Iterator[pa.Table]:
    rng = np.random.default_rng(SEED)
    for start in range(0, rows, PIECE * base.num_rows):
        piece = replicated(base, PIECE, first=start // base.num_rows).slice(0, rows - start)
        frame = piece.to_pandas(date_as_object=False)
        plant(frame, rng)
        if start == 0:
            frame.loc[5, "lab_id"] = None  # one: two blanks would also be alike
        yield pa.Table.from_pandas(frame, schema=base.schema, preserve_index=False)


# --- defects: what is written into the chosen rows -----------------------------------------------


def _set(**values: object) -> Callable[[pd.DataFrame, Positions], None]:
    def defect(labs: pd.DataFrame, at: Positions) -> None:
        for column, value in values.items():
            labs.loc[at, column] = value

    return defect


def _earlier(column: str, rows: int) -> Callable[[pd.DataFrame, Positions], None]:
    """The value of an earlier row: its key again, or the visit of an earlier patient."""

    def defect(labs: pd.DataFrame, at: Positions) -> None:
        labs.loc[at, column] = labs[column].to_numpy()[np.maximum(at - rows, 0)]

    return defect


def _off(days: int) -> Callable[[pd.DataFrame, Positions], None]:
    def defect(labs: pd.DataFrame, at: Positions) -> None:
        labs.loc[at, "collected_date"] -= pd.Timedelta(days=days)

    return defect


# Defects of any row; those of CK below are set on its rows, in U/L.
_ANY = (
    _set(centre_id=None),
    _set(centre_id="XX99"),
    _set(patient_id=None),
    _set(patient_id="nobody"),
    _set(visit_id="nowhere"),
    _set(collected_date=None),
    _set(collected_date=np.datetime64("1900-01-01")),
    _set(collected_date=np.datetime64("2031-05-05")),
    _set(analyte=None),
    _set(analyte="CPK"),
    _set(value_comparator="~"),
    _set(value_comparator=">", value=1.0),
    _set(value_comparator="<", value=0.0),
    _set(value_absent="lost"),
    _set(value_absent="not_done"),
    _set(value=None, value_comparator=None, value_absent=None),
    _set(unit="IU/l"),
    _set(unit=None),
    _set(unit="mm/h"),
    _set(value=-1.0),
    _set(value=-9999.0),
    _set(upper_limit_normal=-99.0),
    _set(lower_limit_normal=-3.0),
    _set(lower_limit_normal=-9.0),
    _set(lower_limit_normal=500.0),
    _set(loinc="1988-5"),
    _set(value=1e6),
    _earlier("lab_id", 1),
    _earlier("visit_id", 200),
    _off(days=21),
)
_CK = (
    _set(value=4.0),
    _set(value=75_000.0),
    _set(value=400_000.0),
    _set(value=3e6),
    _set(value=950.0, unit="ukat/L", upper_limit_normal=3.0),
    _set(upper_limit_normal=None),
    _set(upper_limit_normal=3.1),
    _set(upper_limit_normal=90.0),
    _set(visit_id=None, upper_limit_normal=None),
)


def plant(labs: pd.DataFrame, rng: np.random.Generator) -> None:
    """Write the defects into `labs` (rows numbered from 0), each into as many rows."""
    defects = len(_ANY) + len(_CK)
    each = max(1, int(len(labs) * SHARE_OF_DEFECTS / defects))
    is_ck = labs["analyte"].eq("ck") & labs["unit"].eq("U/L")
    ck = rng.permutation(np.flatnonzero(is_ck))[: each * len(_CK)]
    others = np.setdiff1d(rng.permutation(len(labs))[: each * defects * 2], ck)
    others = rng.permutation(others)[: each * len(_ANY)]
    chosen = [*np.array_split(others, len(_ANY)), *np.array_split(ck, len(_CK))]
    for defect, at in zip((*_ANY, *_CK), chosen, strict=True):
        defect(labs, np.sort(at))
