"""The whole path at 1, 10 and 100 times the sample: CPU per row of each step.

    python -m benchmarks.path --times 1 10 100 --rounds 3

The sample is three invented centres of 145 patients each, as many as `make demo` brings together;
about 1.5 % of their lab rows get a defect (`benchmarks.rows.data`), so that there are findings to
write down and rows to hold back. Each round walks the path of every size in a process of its own,
all libraries imported and the sample itself walked once before. Rows are those of all tables sent.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Cost, Told, as_table, cost_of, in_turns, median_of, tell, versions
from benchmarks.rows.data import plant
from flows import path
from registry.findings import hold_back
from registry.harmonise import harmonise
from registry.store import Store
from sample_data.centres import Centre, any_centres
from sample_data.columns import Tables
from sample_data.generate import CREATED, pieces
from sample_data.package import write_package
from schemas.submitted import CONTRACT

CENTRES, PATIENTS, SEED = 3, 145, 7
TIMES = [1, 10, 100]

INSIDE_GATHER = ("hold back", "harmonise")

# What a defect of the whole package would be is left out: it refuses the package.
REFUSED = ("centre_id",)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.path", description=__doc__)
    parser.add_argument("--times", type=int, nargs="+", default=TIMES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, help="where the packages are made and kept")
    parser.add_argument("--one", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    folder = wanted.data or Path(tempfile.gettempdir()) / "imnm-benchmarks"
    if wanted.one:
        _one(wanted.one, write(folder, 1))
        return
    print(versions(), end="\n\n")
    commands = {
        f"{times} ×": ["benchmarks.path", "--data", str(folder), "--one", str(write(folder, times))]
        for times in wanted.times
    }
    print(_tables(in_turns(commands, wanted.rounds), wanted.rounds))


# --- packages -----------------------------------------------------------------------------------


def write(folder: Path, times: int) -> Path:
    """The packages of three centres, `times` the sample; a folder already there is kept."""
    target = folder / f"path-{times}"
    if not (target / "done").is_file():
        for centre in any_centres(CENTRES):
            write_package(
                _with_defects(centre, PATIENTS * times),
                target / "packages" / centre.code,
                centre=centre.code,
                data_cut=centre.data_cut,
                language=centre.language,
                created=CREATED,
            )
        (target / "done").touch()
    return target


def _with_defects(centre: Centre, patients: int) -> Iterator[Tables]:
    rng = np.random.default_rng(SEED)
    for tables in pieces(centre, patients, SEED):
        labs = tables["labs"].reset_index(drop=True)
        sound = labs[list(REFUSED)].copy()
        plant(labs, rng)
        yield {**tables, "labs": labs.assign(**sound)}


# --- one walk -----------------------------------------------------------------------------------


def _one(folder: Path, warm_up: Path) -> None:
    """In a process of its own: what each step costs for all packages of a folder."""
    _walk(warm_up)
    tell(*_walk(folder))


def _walk(folder: Path) -> tuple[dict[str, Cost], int]:
    """(cost of every step, rows sent)."""
    costs: dict[str, Cost] = {}
    rows = 0
    with tempfile.TemporaryDirectory() as place:
        store = Store(Path(place))
        for package in sorted((folder / "packages").iterdir()):
            rows += _ingest(package, store, costs)
        _release(store, costs)
    return costs, rows


def _measured(costs: dict[str, Cost], step: str, call: Callable[[], Any]) -> Any:
    """What `call` returns; its cost is added to the step's, its memory is the highest."""
    cost, answer = cost_of(call)
    before = costs.get(step, Cost(0, 0, 0))
    memory = max(before.memory, cost.memory)
    costs[step] = Cost(before.cpu + cost.cpu, before.wall + cost.wall, memory)
    return answer


def _ingest(package: Path, store: Store, costs: dict[str, Cost]) -> int:
    submission = _measured(costs, "receive", lambda: path.receive(package))
    found = _measured(costs, "check rows", lambda: path.check_rows(submission))
    whole = _measured(costs, "check whole", lambda: path.check_whole(submission, None))
    path.keep(submission, store)
    findings = found + whole
    receipt = _measured(costs, "conclude", lambda: path.conclude(submission, findings, None, store))
    assert receipt.status == "accepted", "the packages are meant to reach a release"
    kept = _measured(costs, "hold back", lambda: hold_back(submission.tables, findings, CONTRACT))
    _measured(costs, "harmonise", lambda: harmonise(kept.tables, submission, CONTRACT))
    return sum(map(len, submission.tables.values()))


def _release(store: Store, costs: dict[str, Cost]) -> None:
    """`gather` reads, holds back and harmonises again, and puts the centres together."""
    gathered = _measured(costs, "gather", lambda: path.gather(store))
    outcomes = _measured(costs, "derive", lambda: path.derive(gathered))
    tables, left_out = _measured(
        costs, "publishable", lambda: path.publishable(gathered, outcomes, store)
    )
    findings = _measured(costs, "gate", lambda: path.gate(tables))
    cut = _measured(
        costs, "publish", lambda: path.publish(gathered, tables, left_out, findings, store)
    )
    assert cut.published, "the gate is meant to hold"


# --- what it looks like -------------------------------------------------------------------------


def _tables(told: dict[str, list[Told]], rounds: int) -> str:
    """CPU, wall and peak memory of every step; and CPU per row, with its growth."""
    sizes = list(told)
    rows = {size: told[size][0].answer for size in sizes}
    steps = list(told[sizes[0]][0].costs)
    costs = {size: {step: median_of(told[size], step) for step in steps} for size in sizes}
    for of_size in costs.values():
        path_steps = [cost for step, cost in of_size.items() if step not in INSIDE_GATHER]
        of_size["whole path"] = Cost(
            sum(c.cpu for c in path_steps),
            sum(c.wall for c in path_steps),
            max(c.memory for c in path_steps),
        )
    header = [f"{size} ({rows[size]:,} rows)" for size in sizes]
    last, before = sizes[-1], sizes[-2] if len(sizes) > 1 else sizes[-1]
    per_row = [
        [
            step,
            *(f"{costs[size][step].cpu / rows[size] * 1e6:.2f}" for size in sizes),
            f"{_growth(costs, rows, step, before, last):.2f}",
            f"{costs[last][step].cpu / costs[last]['whole path'].cpu:.0%}",
        ]
        for step in costs[last]
    ]
    whole = [
        [
            step,
            *(f"{costs[s][step].cpu:.1f} / {costs[s][step].wall:.1f}" for s in sizes),
            f"{costs[last][step].memory:.0f}",
        ]
        for step in costs[last]
    ]
    return "\n\n".join(
        [
            f"### CPU µs per row sent, medians of {rounds} rounds",
            as_table(["", *header, f"{last} to {before}", f"share at {last}"], per_row),
            "Hold back and harmonise are part of gather as well, and counted there.",
            "### CPU s / wall s",
            as_table(["", *header, f"extra MB at {last}"], whole),
        ]
    )


def _growth(
    costs: dict[str, dict[str, Cost]], rows: dict[str, int], step: str, before: str, last: str
) -> float:
    per_row = {size: costs[size][step].cpu / rows[size] for size in (before, last)}
    return per_row[last] / per_row[before]


if __name__ == "__main__":
    main()
