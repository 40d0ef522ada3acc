"""One pass over the rows of every table: all constraints of its columns, all its rules.

Each is a `Question`, put to part after part (`registry.coded.Rows`: text in dictionary codes). A
rule that needs other rows than its own has words that parts do not know; it is put to the whole
table, in pandas. A Pandera check that the pass does not know is put by Pandera. Either way one rule
has one function, and neither its author nor its reader needs to know which way it was asked.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from registry.coded import Bools, Rows, ToldLater, Truth, all_of
from registry.contract import Column
from registry.findings import Breaches
from registry.rules import CATALOGUE, Home, Rule, rules_of
from registry.side_by_side import both, in_threads, keep_what_is_freed
from schemas import parts
from schemas.engine import Table, errors_of
from schemas.parts import InMemory, Source
from schemas.standing import STANDING, Asked, Standing, expected_of, rule_of

log = logging.getLogger(__name__)

# Pandera's built-in constraints that parts can be asked, by the name Pandera gives them.
KNOWN: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "isin": lambda values, said: values.isin(said["allowed_values"]),
    "greater_than_or_equal_to": lambda values, said: values >= said["min_value"],
    "less_than_or_equal_to": lambda values, said: values <= said["max_value"],
}


@dataclass(frozen=True)
class Question:
    """One thing asked of the rows; a row that is blank in a column of `on` is not asked.

    `ask` gets the rows of a part, or the whole table, and answers with a `Truth` or with a Series.
    """

    rule_id: str
    on: tuple[str, ...]
    ask: Callable[[Any], Any]
    column: str | None = None

    @property
    def of(self) -> tuple[str, str | None, tuple[str, ...]]:
        """What is asked of what: the same whenever the table is checked."""
        return self.rule_id, self.column, self.on


@dataclass
class Tally:
    """What became of a question: how many rows were asked, and where those are that broke it."""

    complete: int = 0  # rows with nothing blank that the question is about
    asked: int = 0
    parts: list[npt.NDArray[np.int64]] = field(default_factory=list)
    later: list[tuple[int, ToldLater]] = field(default_factory=list)
    crash: str | None = None

    def add(self, before: int, truth: Truth, filled: Bools | None) -> None:
        """Count one part, which has `before` rows before it; None is True in every row."""
        known = truth.known
        asked = filled if known is None else known if filled is None else filled & known
        self.complete += len(truth) if filled is None else int(np.count_nonzero(filled))
        self.asked += len(truth) if asked is None else int(np.count_nonzero(asked))
        if isinstance(truth, ToldLater):
            self.later.append((before, truth))
        if truth.always:
            return
        broken = ~truth.told if asked is None else asked > truth.told
        if broken.any():
            self.parts.append(np.flatnonzero(broken) + before)

    def join(self, other: "Tally") -> None:
        """Take over what was counted of other parts of the same table."""
        self.complete += other.complete
        self.asked += other.asked
        self.parts += other.parts
        self.later += other.later

    def settle(self) -> None:
        """All parts are counted: what each alone could not tell is told now."""
        if self.later:
            parts = [truth for _, truth in sorted(self.later, key=itemgetter(0))]
            self.parts.append(parts[0].broken_in(parts))
            self.later.clear()

    @property
    def broken(self) -> npt.NDArray[np.int64]:
        if len(self.parts) == 1:
            return self.parts[0]
        return np.sort(np.concatenate([np.array([], "int64"), *self.parts]))


def put(questions: Sequence[Question], source: Source) -> list[Tally]:
    """Put every question to every part, or to the whole table where a part cannot answer it."""
    reads = [_columns_read(question, source) for question in questions]
    whole = {number for number, names in enumerate(reads) if names is None}
    tallies = _put_to_parts(questions, source, frozenset().union(*filter(None, reads)), whole)
    for number in whole:
        tallies[number] = _put_to_whole(questions[number], source)
    named = " ".join(questions[number].rule_id for number in sorted(whole))
    log.info("put to parts: %d, to the whole table: %s", len(questions) - len(whole), named)
    return tallies


# What a question reads follows from its code alone, so it is tried once per process.
_READ: dict[object, frozenset[str] | None] = {}


def _columns_read(question: Question, source: Source) -> frozenset[str] | None:
    """The columns that it looks at, tried on a part without rows; None: parts cannot answer it."""
    if question.of not in _READ:
        rows = source.no_rows()
        try:
            question.ask(rows)
            _READ[question.of] = frozenset({*rows.made, *question.on})
        except Exception:  # if it is an error, it is one of the whole table too
            _READ[question.of] = None
    return _READ[question.of]


def _put_to_parts(
    questions: Sequence[Question], source: Source, names: frozenset[str], whole: set[int]
) -> list[Tally]:
    """Put all questions but those of `whole` to part after part; threads take turns at reading.

    A question that a part cannot answer after all joins `whole`.
    """
    left, one_reads = source.parts(names), Lock()
    keep_what_is_freed()

    def put_to_next(tallies: list[Tally]) -> bool:
        with one_reads:
            part = next(left, None)
        if part is not None:
            _put_to_part(questions, *part, tallies, whole)
        return part is not None

    def put_to_some() -> list[Tally]:
        tallies = [Tally() for _ in questions]
        while put_to_next(tallies):  # whose part is gone by the time the next is read
            pass
        return tallies

    tallies, *others = in_threads(put_to_some, most=source.length // parts.ROWS + 1)
    for other in others:
        for tally, more in zip(tallies, other, strict=True):
            tally.join(more)
    for tally in tallies:
        tally.settle()
    return tallies


def _put_to_part(
    questions: Sequence[Question], before: int, rows: Rows, tallies: list[Tally], whole: set[int]
) -> None:
    for number, question in enumerate(questions):
        if number not in whole:
            try:
                truth = question.ask(rows)
                tallies[number].add(before, truth, rows.all_filled(question.on))
            except Exception:  # as in _columns_read
                whole.add(number)


def _put_to_whole(question: Question, source: Source) -> Tally:
    tally = Tally()
    try:
        name = question.column
        answer = question.ask(source.whole() if name is None else {name: source.column(name)})
        told, known = answer.to_numpy(dtype=bool, na_value=False), answer.notna().to_numpy()
        tally.add(0, Truth(told, known), all_of(map(source.filled, question.on)))
    except Exception as error:  # a crash is "could not run": never "passed", never a traceback
        tally = Tally(crash=type(error).__name__)
        log.warning("rule %s could not run: %s", question.rule_id, tally.crash)
    return tally


# --- all tables -----------------------------------------------------------------------------------


def check_rows(models: tuple[type[Table], ...], asked: Asked) -> Breaches:
    """Ask every column and every row rule of `models`; tables are indexed by row number from 1."""
    of_table: dict[str, Breaches] = {}
    for half in both(*(partial(_check_tables, half, asked) for half in _halves(models))):
        of_table.update(half)
    breaches = Breaches()
    for model in models:
        breaches.extend(of_table[model.table_name()])
    return breaches


def _halves(models: tuple[type[Table], ...]) -> tuple[list[type[Table]], list[type[Table]]]:
    """Two groups of tables with about as many rules each."""
    first: list[type[Table]] = []
    second: list[type[Table]] = []
    for model in sorted(models, key=_weight, reverse=True):
        lighter = first if sum(map(_weight, first)) <= sum(map(_weight, second)) else second
        lighter.append(model)
    return first, second


def _weight(model: type[Table]) -> int:
    """The doses of therapies share one computation; a table's columns cost some five rules."""
    n = len(rules_of(Home.ROW, model.table_name()))
    return min(n, 40) + 5


def _check_tables(models: list[type[Table]], asked: Asked) -> dict[str, Breaches]:
    return {model.table_name(): _check_table(model, asked) for model in models}


def _check_table(model: type[Table], asked: Asked) -> Breaches:
    name = model.table_name()
    if name in asked.tables:
        return check_table(model, asked, InMemory(asked.tables[name], asked.contract[name]))
    breaches = Breaches()
    for rule in rules_of(Home.ROW, name):
        breaches.covered(rule.id, name, why_not_asked=asked.absent.get(name, "table_not_sent"))
    return breaches


def check_table(model: type[Table], asked: Asked, source: Source) -> Breaches:
    """Everything there is to ask of one table, in one pass over `source`."""
    name = model.table_name()
    questions = questions_of(model, asked, source)
    tallies = put(questions, source)
    answers = Answers(name, source, asked)
    for question, tally in zip(questions, tallies, strict=True):
        if question.column is not None:
            answers.broke(question.rule_id, question.column, tally)
    for column in _sent(name, asked):
        answers.of_column(column)
    of_rule = {q.rule_id: t for q, t in zip(questions, tallies, strict=True) if q.column is None}
    for rule in rules_of(Home.ROW, name):
        answers.of_rule(rule, _why_not(rule, asked), of_rule.get(rule.id, Tally()))
    return answers.breaches


def check_rule(rule_id: str, asked: Asked) -> Breaches:
    """Ask one row rule alone, as its drawn examples do."""
    rule = CATALOGUE[rule_id]
    why_not = _why_not(rule, asked)
    source = InMemory(asked.tables[rule.about], asked.contract[rule.about])
    (tally,) = put([_of_rule(rule, asked)], source) if why_not is None else [Tally()]
    answers = Answers(rule.about, source, asked)
    answers.of_rule(rule, why_not, tally)
    return answers.breaches


# --- what is asked --------------------------------------------------------------------------------


def questions_of(model: type[Table], asked: Asked, source: Source) -> list[Question]:
    """All constraints of the columns that were sent, and all rules that can be asked."""
    name = model.table_name()
    of_columns = [q for c in _sent(name, asked) for q in _of_column(model, c, asked, source)]
    rules = [rule for rule in rules_of(Home.ROW, name) if _why_not(rule, asked) is None]
    return [*of_columns, *(_of_rule(rule, asked) for rule in rules)]


def _sent(table: str, asked: Asked) -> list[Column]:
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


def _of_rule(rule: Rule, asked: Asked) -> Question:
    others = [asked.tables[name] for name in rule.tables[1:]]
    return Question(rule.id, rule.on, lambda table: rule.function(table, *others))


def _why_not(rule: Rule, asked: Asked) -> str | None:
    """Why a rule cannot be asked at all (a code of the report's wording), or None."""
    for name in rule.tables:
        if name not in asked.tables:
            return asked.absent.get(name, "table_not_sent")
    if set(rule.on) & asked.unsent.get(rule.about, set()):
        return "column_not_sent"
    return None


# --- what is answered -----------------------------------------------------------------------------


class Answers:
    """Tallies of one table as breaches and coverage. One problem is one finding.

    Of several standing rules that a cell breaks, the first speaks; a rule is not asked where a cell
    that it reads or shows is already wrong.
    """

    def __init__(self, table: str, source: Source, asked: Asked) -> None:
        self.breaches = Breaches()
        self._table, self._source, self._asked = table, source, asked
        self._none = source.numbers(np.array([], "int64"))
        self._broken: dict[tuple[str, str], pd.Index] = {
            (rule_id, column): rows
            for (rule_id, name, column), rows in asked.unreadable.items()
            if name == table
        }
        self._put: set[tuple[str, str]] = set()
        self._wrong: dict[str, pd.Index] = {}

    def broke(self, rule_id: str, column: str, tally: Tally) -> None:
        """Rows that broke a question about one column."""
        self._put.add((rule_id, column))
        if tally.parts:
            known = self._broken.get((rule_id, column), self._none)
            self._broken[rule_id, column] = known.union(self._source.numbers(tally.broken))

    def of_column(self, column: Column) -> None:
        """Every standing rule that the column can break."""
        name, spoken = column.name, self._none
        n, n_filled = self._source.length, self._source.count(name)
        for rule in STANDING:
            if not (rule.concerns(column) or (rule.id, name) in self._put):
                continue
            rows = found = self._broken.get((rule.id, name), self._none)
            if len(found):
                rows, spoken = found.difference(spoken), spoken.union(found)
            n_asked, why_not = n, None
            if rule.id == "SUB-04" and column.links not in self._asked.tables:
                n_asked = 0
                why_not = self._asked.absent.get(str(column.links), "table_not_sent")
            elif "not_nullable" not in rule.constraint:
                unreadable = self._asked.unreadable.get((rule.id, self._table, name), ())
                n_asked = n_filled + len(unreadable)
                why_not = "blank" if n_asked < n else None
            self._covered(rule.id, n_asked, len(rows), why_not, name)
            if len(rows):
                expected = expected_of(rule.id, column)
                self.breaches.broke(rule.id, self._table, rows, name, expected=expected)
        self._wrong[name] = spoken

    def of_rule(self, rule: Rule, why_not: str | None, tally: Tally) -> None:
        """A rule's rows, or why it was not asked, or could not run."""
        n = self._source.length
        if why_not is not None or tally.crash is not None:
            self.breaches.covered(
                rule.id, self._table, not_asked=n, why_not_asked=why_not, could_not_run=tally.crash
            )
            return
        rows = self._source.numbers(tally.broken)
        silent = rows[:0]
        if len(rows):
            for name in {*rule.on, *rule.shows}:
                silent = silent.union(rows.intersection(self._wrong.get(name, self._none)))
            rows = rows.difference(silent)
        asked, why_not = tally.asked - len(silent), None
        if asked < n:
            blank = tally.asked == tally.complete
            why_not = "already_wrong" if len(silent) else "blank" if blank else "does_not_apply"
        self._covered(rule.id, asked, len(rows), why_not)
        if len(rows):
            shown = " ".join(rule.shows)
            self.breaches.broke(rule.id, self._table, rows, shown, expected=rule.expected or None)

    def _covered(
        self, rule_id: str, asked: int, broken: int, why_not: str | None, column: str | None = None
    ) -> None:
        self.breaches.covered(
            rule_id,
            self._table,
            column=column,
            asked=asked,
            broken=broken,
            not_asked=self._source.length - asked,
            why_not_asked=why_not,
        )
