"""One pass over the rows of a table: every question is put to part after part.

Parts (`registry.coded.Rows`) have text in dictionary codes. A rule that needs other rows of its
patient has words that parts do not know; it is put to stretches of whole patients, in pandas.
Either way one rule has one function, and neither its author nor its reader needs to know which way
it was asked.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from registry.coded import Bools, Column, Rows, ToldLater, Truth, all_of
from registry.side_by_side import made_ahead
from registry.tables import no_rows
from schemas import parts
from schemas.parts import Places, Source
from schemas.questions import Question
from schemas.stretches import Stretch, all_rows, stretches

log = logging.getLogger(__name__)


@dataclass
class Tally:
    """What became of a question: how many rows were asked, and where those are that broke it."""

    complete: int = 0  # rows with nothing blank that the question is about
    asked: int = 0
    parts: list[Places] = field(default_factory=list)
    later: list[ToldLater] = field(default_factory=list)
    crash: str | None = None

    def add(self, truth: Truth, filled: Bools | None, in_table: Callable[[Places], Places]) -> None:
        """Count some rows, whose places `in_table` tells; `filled` is None if True in every row."""
        asked = all_of([filled, truth.known])
        self.complete += len(truth) if filled is None else int(np.count_nonzero(filled))
        self.asked += len(truth) if asked is None else int(np.count_nonzero(asked))
        if isinstance(truth, ToldLater):
            self.later.append(truth)
            self.parts.append(in_table(truth.broken))
        elif not truth.always:
            broken = ~truth.told if asked is None else asked > truth.told
            self.parts.append(in_table(np.flatnonzero(broken)))

    def settle(self, again: Iterable[tuple[int, Column]]) -> None:
        """All parts are counted: what each alone could not tell is told now."""
        if self.later:
            self.parts.append(self.later[0].broken_in(self.later, again))
            self.later.clear()

    @property
    def broken(self) -> Places:
        return np.unique(np.concatenate([np.array([], "int64"), *self.parts]))


# What parts cannot answer, and what a question reads, follow from its code: learnt once a process.
_NOT_BY_PARTS: set[object] = set()
_READ: dict[object, frozenset[str]] = {}


def put(questions: Sequence[Question], source: Source) -> list[Tally]:
    """Put every question to every part, or to patients in pandas where a part cannot answer it."""
    by_parts = {n: q for n, q in enumerate(questions) if q.of not in _NOT_BY_PARTS}
    tallies = _put_to_parts(by_parts, source)
    in_pandas = {n: q for n, q in enumerate(questions) if n not in tallies}
    _NOT_BY_PARTS.update(question.of for question in in_pandas.values())
    named = " ".join(question.rule_id for question in in_pandas.values())
    log.info("put to parts: %d, in pandas: %s", len(tallies), named)
    tallies |= _put_in_pandas(in_pandas, source)
    return [tallies[number] for number in range(len(questions))]


def _put_to_parts(questions: Mapping[int, Question], source: Source) -> dict[int, Tally]:
    """Put questions to part after part; one that any part cannot answer is left out."""
    tallies = {number: Tally() for number in questions}
    parts.keep_what_is_freed()
    read = source.parts(_columns_read(questions.values(), source))
    if source.length > parts.ROWS:
        read, nothing = made_ahead(read), no_rows(source.kinds)
        for question in questions.values():  # parents' keys are numbered meanwhile
            _try(question, nothing)
    for before, rows in read:
        for number in [*tallies]:
            question = questions[number]
            try:
                filled = rows.all_filled(question.on)
                tallies[number].add(question.ask(rows), filled, partial(np.add, before))
            except Exception:  # parts cannot answer it
                del tallies[number]
    for number in [*tallies]:
        try:
            tallies[number].settle(_again(questions[number], source))
        except Exception:  # if it is an error, it is one in pandas too
            del tallies[number]
    return tallies


def _again(question: Question, source: Source) -> Iterator[tuple[int, Column]]:
    """What parts were asked of: (how many rows come before, values); read when it is wanted."""
    [name] = question.on
    for before, rows in source.parts({name}):
        yield before, rows[name]


def _columns_read(questions: Collection[Question], source: Source) -> frozenset[str]:
    """The columns that parts are asked for, tried on a part without rows."""
    for question in questions:
        if question.of not in _READ:
            rows = no_rows(source.kinds)
            _try(question, rows)
            _READ[question.of] = frozenset({*rows.made, *question.on})
    return frozenset().union(*(_READ[question.of] for question in questions))


def _try(question: Question, rows: Rows) -> None:
    with suppress(Exception):  # parts cannot answer it
        question.ask(rows)


def _put_in_pandas(questions: Mapping[int, Question], source: Source) -> dict[int, Tally]:
    """Put each question to some patients at a time, or to all rows where that is not the same."""
    tallies = {number: Tally() for number in questions}
    if not source.length:
        return tallies
    of_patients = [number for number in questions if questions[number].is_of_patients]
    for stretch in stretches(source) if of_patients else ():
        for number in of_patients:
            _put_to(stretch, questions[number], tallies[number])
    for number in questions.keys() - of_patients:
        stretch = all_rows(source, questions[number].column)
        _put_to(stretch, questions[number], tallies[number])
    return tallies


def _put_to(stretch: Stretch, question: Question, tally: Tally) -> None:
    if tally.crash is not None:
        return
    try:
        filled = stretch.all_filled(question.on)
        if filled is None or filled.any():  # where all are blank nothing is worked out
            tally.add(_as_truth(question.ask(stretch.rows)), filled, stretch.places.take)
    except Exception as error:  # a crash is "could not run": never "passed", never a traceback
        tally.crash = type(error).__name__
        log.warning("rule %s could not run: %s", question.rule_id, tally.crash)


def _as_truth(answer: pd.Series) -> Truth:
    return Truth(answer.to_numpy(dtype=bool, na_value=False), answer.notna().to_numpy())
