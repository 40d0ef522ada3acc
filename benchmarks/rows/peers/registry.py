"""This project: the contract's own models and rules, in the pass of `schemas.row_pass`."""

from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.rows.checks import CENTRE, LATEST, ROWS, Facts
from registry.tables import empty
from schemas.parts import InMemory, ParquetTable, Source
from schemas.questions import Question, questions_of
from schemas.row_pass import put
from schemas.standing import Asked
from schemas.submitted import CONTRACT
from schemas.submitted.labs import Labs

PARENTS = {"patients": ["patient_id"], "visits": ["visit_id", "patient_id", "visit_date"]}


class WhenAsked(dict[str, pd.DataFrame]):
    """Tables of which some are read when a rule first asks for them."""

    def __init__(self, known: dict[str, pd.DataFrame], parents: dict[str, ParquetTable]) -> None:
        super().__init__(known | dict.fromkeys(parents, pd.DataFrame()))
        self._unread = parents

    def __getitem__(self, name: str) -> pd.DataFrame:
        if parent := self._unread.pop(name, None):
            self[name] = parent.columns(PARENTS[name])
        return super().__getitem__(name)


def prepare(facts: Facts) -> pd.DataFrame:
    """No biopsies: only LAB-17 wants to know of them, which only `registry_every_rule` asks."""
    return empty(CONTRACT["biopsies"])


def check(
    folder: Path,
    biopsies: pd.DataFrame,
    every: int = 1,
    also_of_patients: bool = False,
    in_memory: bool = False,
) -> dict[str, Any]:
    source: Source = ParquetTable(folder / "labs.parquet", CONTRACT["labs"])
    if in_memory:
        source = InMemory(source.columns([*source.kinds]), CONTRACT["labs"])
    parents = {name: ParquetTable(folder / f"{name}.parquet", CONTRACT[name]) for name in PARENTS}
    tables = WhenAsked({"labs": pd.DataFrame(), "biopsies": biopsies}, parents)
    asked = Asked(tables, CONTRACT, pd.Timestamp(LATEST), CENTRE)
    known = questions_of(Labs, asked, source)
    if not also_of_patients:
        known = [question for question in known if question.column or question.rule_id in ROWS]
    questions = known[::every]
    tallies = put(questions, source)
    return {
        _name(question): tally.broken + 1
        for question, tally in zip(questions, tallies, strict=True)
    }


def _name(question: Question) -> str:
    if question.column is None:
        return question.rule_id
    # A blank is COL-01 to the peers, whatever the contract calls a blank key.
    return f"{question.rule_id if question.on else 'COL-01'} {question.column}"
