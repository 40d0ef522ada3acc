"""Benchmarks compare like with like: the contenders that tests have installed find the same."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.outcomes import COLUMNS
from benchmarks.outcomes import data as visits
from benchmarks.replicate import replicated
from benchmarks.rows import data as labs
from benchmarks.rows.checks import facts, names


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[int]]]:
    """Contender → check → rows that fail it, of 20,000 lab rows."""
    files = labs.write(tmp_path_factory.mktemp("labs"), 20_000)
    answers = {}
    for peer in ("registry", "duckdb_by_hand", "pandera_pandas"):
        module = import_module(f"benchmarks.rows.peers.{peer}")
        answer = module.check(files, module.prepare(facts()))
        answers[peer] = {name: np.sort(answer.get(name, [])).tolist() for name in names()}
    return answers


@pytest.mark.parametrize("check", names())
def test_every_check_fails_rows_and_the_same_for_all(
    check: str, found: dict[str, dict[str, list[int]]]
) -> None:
    ours = found["registry"][check]
    assert ours
    assert found["duckdb_by_hand"][check] == ours
    assert found["pandera_pandas"][check] == ours


def test_outcomes_are_the_same_by_whatever_means(tmp_path: Path) -> None:
    files = visits.write(tmp_path, 2_000)
    answers = []
    for name in ("registry_core", "registry_whole", "pandas_by_hand", "duckdb_by_hand"):
        contender = import_module(f"benchmarks.outcomes.contenders.{name}")
        answer = contender.as_arrow(contender.outcomes(contender.load(files)))
        rows = answer.select(list(COLUMNS)).to_pylist()
        answers.append(
            sorted(rows, key=lambda row: (row["patient_id"], row["line"], row["visit_id"]))
        )
    first, *others = answers
    assert any(row["tis_category"] == "major" for row in first)
    for other in others:
        assert other == first


def test_a_replica_has_ids_of_its_own_and_links_that_hold() -> None:
    table = pa.table({"lab_id": ["L1", "L2"], "visit_id": ["V1", None], "value": [1.0, None]})

    assert replicated(table, 2, first=7).to_pydict() == {
        "lab_id": ["R000007-L1", "R000007-L2", "R000008-L1", "R000008-L2"],
        "visit_id": ["R000007-V1", None, "R000008-V1", None],
        "value": [1.0, None, 1.0, None],
    }
