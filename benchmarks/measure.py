"""What a call costs, and how contenders compare: each measurement in a fresh process, in turns.

CPU is that of all threads and child processes; memory is the peak during the call above what the
process held before it (libraries imported, everything declared, one small warm-up call made).
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from platform import processor, python_version
from statistics import median
from typing import Any

LIBRARIES = (
    *("numpy", "pandas", "pyarrow", "pandera", "great_expectations"),
    *("polars", "duckdb", "dataframely", "pointblank"),
)


@dataclass(frozen=True)
class Cost:
    """Seconds and megabytes."""

    cpu: float
    wall: float
    memory: float


def cost_of(call: Callable[[], Any]) -> tuple[Cost, Any]:
    """(what the call cost, what it returned)."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, children, cpu, wall = _status("VmRSS"), _children(), time.process_time(), time.time()
    answer = call()
    spent = time.process_time() - cpu + _children() - children
    return Cost(spent, time.time() - wall, _status("VmHWM") - before), answer


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _status(field: str) -> float:
    """A memory field of /proc/self/status, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


@dataclass(frozen=True)
class Told:
    """What one process measured, by step (a comparison has one, "call"), and what it found."""

    costs: dict[str, Cost]
    answer: Any


def best_of(costs: Mapping[str, Cost], peers: Container[str]) -> tuple[float, float]:
    """The least CPU and the least wall time of the peers; of everybody where no peer took part."""
    of_peers = [cost for name, cost in costs.items() if name in peers] or [*costs.values()]
    return min(cost.cpu for cost in of_peers), min(cost.wall for cost in of_peers)


def tell(costs: Mapping[str, Cost], answer: Any) -> None:
    """The child's last line: what `in_turns` reads."""
    print(json.dumps({"costs": {step: vars(c) for step, c in costs.items()}, "answer": answer}))


def in_turns(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Told]]:
    """What each contender told, round by round; its command is run as `python -m …`.

    Every round asks all of them once, beginning with another one each time, so that whatever else
    the machine does falls on all. Raises RuntimeError where a contender fails.
    """
    told: dict[str, list[Told]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            told[name].append(_run(commands[name]))
    return told


def _run(command: Sequence[str]) -> Told:
    child = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{child.stderr[-3000:]}")
    said = json.loads(child.stdout.splitlines()[-1])
    return Told({step: Cost(**cost) for step, cost in said["costs"].items()}, said["answer"])


def median_of(told: list[Told], step: str = "call") -> Cost:
    """Each of CPU, wall and memory by itself."""
    costs = [one.costs[step] for one in told]
    return Cost(*(median(getattr(c, field) for c in costs) for field in ("cpu", "wall", "memory")))


def as_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, so that what a command prints can stand in `docs/performance.md`."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def versions() -> str:
    """What was compared, on what."""
    known = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Python {python_version()} ({processor()}); {known}"
