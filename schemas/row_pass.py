"""One pass over the rows of a table: every question is put to part after part.

Parts (`registry.coded.Rows`) have text in dictionary codes. A rule that needs other rows than its
own has words that parts do not know; it is put to the whole table, in pandas. Either way one rule
has one function, and neither its author nor its reader needs to know which way it was asked.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from threading import Lock

import numpy as np
import numpy.typing as npt

from registry.coded import Bools, Rows, ToldLater, Truth, all_of
from registry.side_by_side import in_threads
from schemas import parts
from schemas.parts import Source
from schemas.questions import Question

log = logging.getLogger(__name__)


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
            return
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
    parts.keep_what_is_freed()

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
    for number, tally in enumerate(tallies):
        try:
            tally.settle()
        except Exception:  # as in _columns_read
            whole.add(number)
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
