"""What is answered: tallies of a table as breaches and coverage."""

import numpy as np
import pandas as pd

from registry.contract import Column
from registry.findings import Breaches
from registry.rules import Rule
from schemas.parts import Source
from schemas.row_pass import Tally
from schemas.standing import STANDING, Asked, expected_of


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
