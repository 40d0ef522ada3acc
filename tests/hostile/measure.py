"""What the worst packages cost, and what the gate costs a good one: the tables of docs/intake.md.

python -m tests.hostile.measure                each bomb
python -m tests.hostile.measure PACKAGE        the gate beside the check of a good package
"""

import gc
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from flows import path as walk
from registry.findings import Breaches
from registry.harmonise.mapping import mapping_of
from registry.intake.limits import MIB
from registry.intake.reading import close_idle
from registry.package import open_package
from registry.received import Received
from registry.submission import ask_package_rules, receive
from schemas.submitted import CONTRACT
from tests.hostile import makers
from tests.packages import package

TIMES = 5


@dataclass(frozen=True)
class Bomb:
    """`make` writes a package into a folder and returns its path; `rule` is what refuses it.

    `file` is the hostile one in it; a zip is hostile as a whole.
    """

    make: Callable[[Path], Path]
    rule: str
    file: str = ""


def therapies(content: Callable[[], bytes], rule: str) -> Bomb:
    """A package whose therapies are these bytes."""
    name = "therapies.parquet"
    return Bomb(lambda folder: package(folder, files={name: content()}), rule, name)


def manifest(content: Callable[[], bytes]) -> Bomb:
    """A package with this manifest."""
    name = "datapackage.json"
    return Bomb(lambda folder: package(folder, files={name: content()}), "SUB-11", name)


BOMBS: dict[str, Bomb] = {
    "dictionary of one text, 20 GB": therapies(makers.dictionary_bomb, "SEC-04"),
    "the same, stored as a dictionary": therapies(makers.dictionary_bomb_with_schema, "SEC-05"),
    "texts below the limit, 2 GB": therapies(makers.long_cells_below_the_limit, "SEC-04"),
    "a gigabyte of zeros": therapies(makers.zeros, "SEC-04"),
    "500 columns of 2 million rows, 8 GB": therapies(makers.wide_and_long, "SEC-04"),
    "300 million rows": therapies(makers.many_rows, "SEC-03"),
    "200,000 row groups": therapies(makers.many_row_groups, "SEC-03"),
    "20,000 row groups": therapies(lambda: makers.many_row_groups(20_000), "SEC-03"),
    "50,000 columns": therapies(makers.many_columns, "SEC-03"),
    "nested 60 deep": therapies(lambda: makers.nested(60), "SUB-01"),
    "a footer of 4 GB that is not there": therapies(makers.footer_that_lies, "SUB-01"),
    **{
        f"one text of 60 MB, {codec}": therapies(
            lambda codec=codec: makers.long_cell(codec), "SEC-05"
        )
        for codec in ("snappy", "gzip", "brotli", "zstd", "lz4")
    },
    "texts that look like telephone numbers": therapies(makers.like_telephones, "SUB-14"),
    "zip, 60 MB of zeros": Bomb(makers.zip_of_zeros, "SEC-02"),
    "zip that lies about its size": Bomb(makers.zip_that_lies, "SUB-01"),
    "zip in a zip in a zip …": Bomb(makers.zip_of_zips, "SUB-19"),
    "zip of 30,000 members": Bomb(makers.zip_of_many, "SEC-02"),
    "zip of 40 members that are one": Bomb(makers.zip_of_one_member_often, "SEC-02"),
    "manifest of 60 MB": manifest(lambda: b'{"name": "' + b"a" * (60 * MIB) + b'"}'),
    "manifest 500,000 deep": manifest(lambda: b"[" * 500_000),
    "manifest of a number with a million digits": manifest(lambda: b"9" * 1_000_000),
}


def received(path: Path) -> dict[str, Any]:
    """`seconds` on the clock, MiB by which this process `grows` (not the one that reads), `rules`
    broken, `tables` read. To be asked in a process (`another`) that has not grown before.
    """
    Path("/proc/self/clear_refs").write_text("5", "utf-8")  # the peak is what is in use now
    before, start = peak(), time.perf_counter()
    submission = receive(path, CONTRACT)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "grows": peak() - before,
        "rules": {str(rows["rule_id"].iloc[0]) for rows in submission.breaches.rows},
        "tables": set(submission.tables),
    }


def peak() -> int:
    """MiB. (`ru_maxrss` would begin with what the process that started this one has used.)"""
    (line,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return int(line) >> 10


def gate_and_check(path: Path) -> dict[str, float]:
    """Processor time of the gate, with that of the process that reads, and of the whole check."""
    gc.disable()  # as `registry check` does
    start = spent()
    package = open_package(path)
    received = Received(package, CONTRACT, mapping_of(package.centre, CONTRACT))
    ask_package_rules(received, Breaches())
    close_idle()
    gate = spent() - start
    submission = receive(path, CONTRACT)
    start = spent()
    walk.check_rows(submission)
    walk.check_whole(submission, None)
    return {"gate": gate, "check": spent() - start}


def spent() -> float:
    """Seconds of processor time of this process and of those it started and that have ended."""
    used = (resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(of.ru_utime + of.ru_stime for of in used)


def another() -> ProcessPoolExecutor:
    """A new process, with nothing of ours in its memory."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def of_bombs() -> None:
    print("| what | bytes | refused by | seconds | parent grows by |\n|---|---:|---|---:|---:|")
    with another() as process:
        for name, bomb in BOMBS.items():
            with tempfile.TemporaryDirectory() as folder:
                path = bomb.make(Path(folder))
                bytes_ = (path / bomb.file).stat().st_size
                told = process.submit(received, path).result()
            rule = bomb.rule if bomb.rule in told["rules"] else "nothing"
            cost = f"{told['seconds']:.1f} | {told['grows']} MiB"
            print(f"| {name} | {bytes_:,} | {rule} | {cost} |", flush=True)


def of_a_good_package(path: Path) -> None:
    runs = []
    for _ in range(TIMES):
        with another() as process:
            runs.append(process.submit(gate_and_check, path).result())
    shares = ", ".join(f"{run['gate'] / run['check']:.1%}" for run in runs)
    gate, check = (median(run[part] for run in runs) for part in ("gate", "check"))
    print(f"gate {gate:.2f} s, check {check:.2f} s (medians of {TIMES}); shares {shares}")


if __name__ == "__main__":
    if sys.argv[1:]:
        of_a_good_package(Path(sys.argv[1]))
    else:
        of_bombs()
