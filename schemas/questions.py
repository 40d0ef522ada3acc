"""What is asked of the rows of a table: the constraints of its columns, and its rules.

A Pandera constraint that parts do not know is put by Pandera, to the column as it stands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import pandera.pandas as pa

from registry.coded import Rows
from registry.contract import Column
from registry.rules import Home, Rule, rules_of
from schemas.engine import Table, errors_of
from schemas.parts import Source
from schemas.standing import STANDING, Asked, Standing, rule_of

# Pandera's built-in constraints that parts can be asked, by the name Pandera gives them.
KNOWN: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "isin": lambda values, said: values.isin(said["allowed_values"]),
    "greater_than_or_equal_to": lambda values, said: values >= said["min_value"],
    "less_than_or_equal_to": lambda values, said: values <= said["max_value"],
}


@dataclass(frozen=True)
class Question:
    """One thing asked of the rows; a row that is blank in a column of `on` is not asked.

    `ask` gets the rows of a part and answers with a `Truth`, or rows in pandas and answers with a
    Series: all rows of some patients, or the whole table if it `compares_patients`.
    """

    rule_id: str
    on: tuple[str, ...]
    ask: Callable[[Any], Any]
    column: str | None = None
    compares_patients: bool = False

    @property
    def is_of_patients(self) -> bool:
        """Whether what it says of a patient depends on that patient's rows alone."""
        return self.column is None and not self.compares_patients

    @property
    def of(self) -> tuple[str, str | None, tuple[str, ...]]:
        """What is asked of what: the same whenever the table is checked."""
        return self.rule_id, self.column, self.on


def questions_of(model: type[Table], asked: Asked, source: Source) -> list[Question]:
    """All constraints of the columns that were sent, and all rules that can be asked."""
    name = model.table_name()
    of_columns = [q for c in sent_columns(name, asked) for q in _of_column(model, c, asked, source)]
    rules = [rule for rule in rules_of(Home.ROW, name) if why_not_asked(rule, asked) is None]
    return [*of_columns, *(question_of(rule, asked) for rule in rules)]


def sent_columns(table: str, asked: Asked) -> list[Column]:
    unsent = asked.unsent.get(table, set())
    return [c for c in asked.contract[table].columns.values() if c.name not in unsent]


def _of_column(
    model: type[Table], column: Column, asked: Asked, source: Source
) -> Iterator[Question]:
    """The column's constraints, and the standing rules that fit it."""
    name, constraints = column.name, model.constraints().columns[column.name].checks
    for rule in STANDING:
        if rule.asks_for_a_value(column) and source.count(name) < source.length:
            yield Question(rule.id, (), partial(_filled, name), name)
    for check in constraints:
        yield Question(rule_of(check.name), (name,), _constraint(check, name), name)
    for rule in STANDING:
        # A link to a table that is not there cannot be asked.
        if rule.fits(column) and (column.links is None or column.links in asked.tables):
            holds = partial(_standing, rule, column, asked)
            yield Question(rule.id, (name,), holds, name)


def _filled(name: str, table: Any) -> Any:
    return table.notna(name) if isinstance(table, Rows) else table[name].notna()


def _standing(rule: Standing, column: Column, asked: Asked, table: Any) -> Any:
    return rule.holds(table[column.name], column, asked)


def _constraint(check: Any, name: str) -> Callable[[Any], Any]:
    """A Pandera constraint of one column, as a question."""
    if check.name in KNOWN:
        return lambda table: KNOWN[check.name](table[name], check.statistics)

    def by_pandera(table: Any) -> pd.Series:
        values = table[name].to_frame()
        holds = pd.Series(True, index=values.index)
        schema = pa.DataFrameSchema({name: pa.Column(nullable=True, checks=[check])})
        for error in errors_of(schema, values):
            holds[error.check_output.index[~error.check_output]] = False
        return holds

    return by_pandera


def question_of(rule: Rule, asked: Asked) -> Question:
    def holds(table: Any) -> Any:
        return rule.function(table, *(asked.tables[name] for name in rule.tables[1:]))

    return Question(rule.id, rule.on, holds, compares_patients=rule.compares_patients)


def why_not_asked(rule: Rule, asked: Asked) -> str | None:
    """Why a rule cannot be asked at all (a code of the report's wording), or None."""
    for name in rule.tables:
        if name not in asked.tables:
            return asked.absent.get(name, "table_not_sent")
    if set(rule.on) & asked.unsent.get(rule.about, set()):
        return "column_not_sent"
    return None
