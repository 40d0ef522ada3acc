"""Outcomes of visits by this project and by hand in pandas, polars and DuckDB, in turns.

    python -m benchmarks.outcomes --sizes 10000 100000 1000000 --rounds 5

The definition stands in `benchmarks/outcomes/__init__.py`. The run stops where two answers differ.
"""

import argparse
import hashlib
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from benchmarks.measure import Cost, as_table, best_of, cost_of, in_turns, median_of, tell, versions
from benchmarks.outcomes import COLUMNS, data

OURS = ("registry_core", "registry_whole")
PEERS = ("duckdb_by_hand", "polars_by_hand", "pandas_by_hand")
EVERYBODY = (*OURS, *PEERS)
WARM_UP_VISITS = 1_000
SIZES = [10_000, 100_000, 1_000_000]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outcomes", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, help="where the files are made and kept")
    parser.add_argument("--contenders", nargs="+", choices=EVERYBODY, default=EVERYBODY)
    parser.add_argument("--one", nargs=2, metavar=("CONTENDER", "FOLDER"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    folder = wanted.data or Path(tempfile.gettempdir()) / "imnm-benchmarks"
    if wanted.one:
        _one(wanted.one[0], Path(wanted.one[1]), data.write(folder, WARM_UP_VISITS))
        return
    print(versions(), end="\n\n")
    data.write(folder, WARM_UP_VISITS)
    for visits in wanted.sizes:
        _compare(visits, folder, wanted.contenders, wanted.rounds)


def _one(name: str, folder: Path, warm_up: Path) -> None:
    """In a process of its own: what one contender computes, and what it costs."""
    contender = import_module(f"benchmarks.outcomes.contenders.{name}")
    contender.outcomes(contender.load(warm_up))
    loaded = contender.load(folder)
    cost, answer = cost_of(lambda: contender.outcomes(loaded))
    tell({"call": cost}, _digest(contender.as_arrow(answer)))


def _digest(answer: pa.Table) -> dict[str, Any]:
    """Rows, and a hash of every column, of the answer sorted by its key."""
    frame = answer.select(list(COLUMNS)).to_pandas()
    frame = frame.sort_values(["patient_id", "line", "visit_id"], ignore_index=True)
    return {"rows": len(frame), **{name: _hash(frame[name]) for name in COLUMNS}}


def _hash(values: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(values.dtype):
        values = values.astype("float64")
    plain = values.astype("str").where(values.notna(), "")
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()[:16]


def _compare(visits: int, folder: Path, contenders: list[str], rounds: int) -> None:
    files = str(data.write(folder, visits))
    commands = {
        name: ["benchmarks.outcomes", "--data", str(folder), "--one", name, files]
        for name in contenders
    }
    told = in_turns(commands, rounds)
    costs = {name: median_of(rounds_of) for name, rounds_of in told.items()}
    answers = {name: rounds_of[-1].answer for name, rounds_of in told.items()}
    first, *_ = contenders
    for name, answer in answers.items():
        differ = [column for column in answer if answer[column] != answers[first][column]]
        if differ:
            raise ValueError(f"{name} differs from {first} in {', '.join(differ)}")
    rows = answers[first]["rows"]
    print(f"### {visits:,} visits, {rows:,} rows of {len(COLUMNS)} columns, all equal")
    print(f"\nMedians of {rounds} rounds.\n\n{_table(costs, visits)}\n", flush=True)


def _table(costs: dict[str, Cost], visits: int) -> str:
    best_cpu, best_wall = best_of(costs, PEERS)
    naive = costs.get("pandas_by_hand")
    rows = [
        [
            name,
            f"{cost.cpu:.3f}",
            f"{cost.wall:.3f}",
            f"{cost.memory:.0f}",
            f"{cost.cpu / best_cpu:.2f}",
            f"{cost.wall / best_wall:.2f}",
            f"{cost.cpu / naive.cpu:.2f}" if naive else "–",
            f"{cost.cpu / visits * 1e6:.1f}",
        ]
        for name, cost in costs.items()
    ]
    header = ["", "CPU s", "wall s", "extra MB", "CPU × best peer", "wall × best peer"]
    return as_table([*header, "CPU × pandas", "CPU µs per visit"], rows)


if __name__ == "__main__":
    main()
