"""Row checks of labs by this project and by its peers, in turns.

    python -m benchmarks.rows --sizes 10000 100000 1000000 10000000 --rounds 7

Every contender reads the same Parquet files and gives, for every check, the numbers of all rows
that fail it; the run stops where two of them differ. Printed are medians, and ratios of medians.
"""

import argparse
import hashlib
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Cost, as_table, best_of, cost_of, in_turns, median_of, tell, versions
from benchmarks.rows import data
from benchmarks.rows.checks import facts, names

OURS, DOCUMENTED = "registry", "pandera_pandas"
IN_MEMORY, LIMIT = "registry_in_memory", "decode_only"
QUARTER, EVERY_RULE = "registry_quarter", "registry_every_rule"
ASKED_ELSE = (QUARTER, EVERY_RULE, LIMIT)
NO_PEERS = (OURS, IN_MEMORY, *ASKED_ELSE)

# Contender → the size above which it takes minutes, and is left out.
PEERS = {
    OURS: None,
    IN_MEMORY: None,
    QUARTER: None,
    EVERY_RULE: None,
    "polars_by_hand": None,
    "duckdb_by_hand": None,
    "dataframely_": None,
    "pointblank_": None,
    "pandera_polars": None,
    "pandera_tuned": None,
    DOCUMENTED: 1_000_000,
    "great_expectations_": 100_000,
    LIMIT: None,
}
WARM_UP_ROWS = 1_000
SIZES = [10_000, 100_000, 1_000_000, 10_000_000]

Answer = dict[str, tuple[int, str]]  # check → how many rows, and which


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rows", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--data", type=Path, help="where the files are made and kept")
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--one", nargs=2, metavar=("PEER", "FOLDER"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    folder = wanted.data or Path(tempfile.gettempdir()) / "imnm-benchmarks"
    if wanted.one:
        _one(wanted.one[0], Path(wanted.one[1]), data.write(folder, WARM_UP_ROWS))
        return
    print(versions(), end="\n\n")
    data.write(folder, WARM_UP_ROWS)
    of_size = {}
    for rows in wanted.sizes:
        of_size[rows] = _compare(rows, folder, wanted.peers, wanted.rounds)
    print(_growth(of_size))


def _one(peer: str, folder: Path, warm_up: Path) -> None:
    """In a process of its own: what one contender finds, and what it costs."""
    module = import_module(f"benchmarks.rows.peers.{peer}")
    prepared = module.prepare(facts())
    module.check(warm_up, prepared)
    cost, found = cost_of(lambda: module.check(folder, prepared))
    tell(
        {"call": cost},
        None if found is None else {name: _digest(found.get(name, [])) for name in names()},
    )


def _digest(rows: Any) -> tuple[int, str]:
    sorted_rows = np.sort(np.asarray(rows, dtype=np.int64))
    return len(sorted_rows), hashlib.sha256(sorted_rows.tobytes()).hexdigest()[:16]


def _compare(rows: int, folder: Path, peers: list[str], rounds: int) -> dict[str, Cost]:
    """Measure all contenders of one size, compare what they found, and print the table."""
    files = str(data.write(folder, rows))
    asked = [peer for peer in peers if PEERS[peer] is None or rows <= (PEERS[peer] or 0)]
    commands = {
        peer: ["benchmarks.rows", "--data", str(folder), "--one", peer, files] for peer in asked
    }
    told = in_turns(commands, rounds)
    costs = {name: median_of(rounds_of) for name, rounds_of in told.items()}
    answers = {name: rounds_of[-1].answer for name, rounds_of in told.items()}
    findings = _agreed({peer: answers[peer] for peer in asked if peer not in ASKED_ELSE})
    left_out = ", ".join(sorted(set(peers) - set(asked)))
    print(
        f"### {rows:,} rows, {len(names())} checks, {findings:,} failing rows, all of them listed"
    )
    print(f"\nMedians of {rounds} rounds{f'; left out: {left_out}' if left_out else ''}.\n")
    print(_table(costs), end="\n\n", flush=True)
    if OURS in costs and QUARTER in costs:
        times = costs[OURS].cpu / costs[QUARTER].cpu
        print(f"Four times as many checks cost {times:.2f} × the CPU.\n", flush=True)
    return costs


def _agreed(answers: dict[str, dict[str, Any]]) -> int:
    """How many rows fail, over all checks. Raises ValueError where two contenders differ."""
    first, *others = answers
    for check in names():
        for other in others:
            if answers[other][check] != answers[first][check]:
                counts = {peer: answer[check][0] for peer, answer in answers.items()}
                raise ValueError(f"{check}: {first} and {other} differ; rows that fail: {counts}")
    return sum(answers[first][check][0] for check in names())


def _table(costs: dict[str, Cost]) -> str:
    """Costs and ratios; the best peer is the best of all but this project and the limit."""
    best_cpu, best_wall = best_of(costs, PEERS.keys() - NO_PEERS)
    pandera = costs.get(DOCUMENTED)
    rows = [
        [
            name.rstrip("_"),
            f"{cost.cpu:.3f}",
            f"{cost.wall:.3f}",
            f"{cost.memory:.0f}",
            f"{cost.cpu / best_cpu:.2f}",
            f"{cost.wall / best_wall:.2f}",
            f"{cost.cpu / pandera.cpu:.2f}" if pandera else "–",
            f"{cost.wall / pandera.wall:.2f}" if pandera else "–",
        ]
        for name, cost in costs.items()
    ]
    header = ["", "CPU s", "wall s", "extra MB", "CPU × best peer", "wall × best peer"]
    return as_table([*header, "CPU × pandera", "wall × pandera"], rows)


def _growth(of_size: dict[int, dict[str, Cost]]) -> str:
    """CPU per million rows of each size: flat is linear."""
    sizes = list(of_size)
    peers = list(dict.fromkeys(peer for costs in of_size.values() for peer in costs))
    rows = [
        [
            peer.rstrip("_"),
            *(
                f"{of_size[n][peer].cpu / n * 1e6:.2f}" if peer in of_size[n] else "–"
                for n in sizes
            ),
        ]
        for peer in peers
    ]
    return "### CPU s per million rows\n\n" + as_table(["", *(f"{n:,}" for n in sizes)], rows)


if __name__ == "__main__":
    main()
