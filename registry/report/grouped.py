"""Findings as a page shows them: by consequence, by rule, by patient, capped and counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from registry.findings import BLANK, Findings
from registry.rules import CATALOGUE, Rule, Severity

ROWS_OF_A_RULE = (50, 25, 10, 5, 3, 2, 1)  # the largest with which the page stays small
ROWS_OF_A_PAGE = 4000  # some 350 bytes each


@dataclass(frozen=True)
class Row:
    """One finding's row: `cells` are (column, value as sent), the one to be corrected first."""

    table: str
    row: int | None
    key: str | None
    patient_id: str | None
    cells: tuple[tuple[str | None, str | None], ...]
    expected: str | None
    identity: str


@dataclass(frozen=True)
class Asked:
    """How often a rule was asked; `why` are codes of `registry.report.wording.WHY`."""

    asked: int
    broken: int
    not_asked: int
    why: tuple[str, ...]


@dataclass(frozen=True)
class BrokenRule:
    """A rule, how often it broke, and the rows shown of it, patient by patient."""

    rule: Rule
    tables: tuple[str, ...]
    found: int
    asked: Asked
    patients: tuple[tuple[Row, ...], ...]

    @property
    def more(self) -> int:
        return self.found - sum(map(len, self.patients))


@dataclass(frozen=True)
class Grouped:
    """Broken rules by consequence, gravest first; at most `cap` rows of each are shown."""

    by_severity: Mapping[Severity, list[BrokenRule]]
    cap: int
    shown: int
    found: int

    @property
    def n_rules(self) -> int:
        return sum(map(len, self.by_severity.values()))


def grouped(findings: Findings) -> Grouped:
    """Rules of one consequence in the order of their ids, their rows by patient, table and row."""
    counts = findings.rows["rule_id"].value_counts()
    cap = next((n for n in ROWS_OF_A_RULE if counts.clip(upper=n).sum() <= ROWS_OF_A_PAGE), 1)
    rows = findings.rows.sort_values(
        ["rule_id", "patient_id", "table", "row", "column"], na_position="first", kind="stable"
    )
    shown = rows[rows.groupby("rule_id").cumcount() < cap]
    of_rule = dict(_rows_by_rule(shown))
    asked = asked_by_rule(findings)
    tables = rows[["rule_id", "table"]].drop_duplicates().groupby("rule_id")["table"].agg(tuple)
    by_severity: dict[Severity, list[BrokenRule]] = {severity: [] for severity in Severity}
    for rule_id in sorted(of_rule):
        rule = CATALOGUE[rule_id]
        by_severity[rule.severity].append(
            BrokenRule(
                rule,
                tables[rule_id],
                int(counts[rule_id]),
                asked.get(rule_id, Asked(0, 0, 0, ())),
                of_rule[rule_id],
            )
        )
    kept = {severity: rules for severity, rules in by_severity.items() if rules}
    return Grouped(kept, cap, len(shown), len(rows))


def asked_by_rule(findings: Findings) -> dict[str, Asked]:
    """Coverage summed over tables and columns, by rule."""
    coverage = findings.coverage
    sums = coverage.groupby("rule_id")[["asked", "broken", "not_asked"]].sum()
    reasons = (
        coverage.loc[coverage["why_not_asked"].notna(), ["rule_id", "why_not_asked"]]
        .drop_duplicates()
        .groupby("rule_id")["why_not_asked"]
        .agg(tuple)
    )
    return {
        str(rule_id): Asked(int(asked), int(broken), int(not_asked), reasons.get(rule_id, ()))
        for rule_id, asked, broken, not_asked in sums.itertuples()
    }


def _rows_by_rule(shown: pd.DataFrame) -> Iterator[tuple[str, tuple[tuple[Row, ...], ...]]]:
    """(rule id, its rows patient by patient), of rows sorted so."""
    columns = ["rule_id", "table", "row", "key", "patient_id", "column", "value", "expected"]
    facts = shown[[*columns, "identity"]]
    plain = facts.astype(object).where(facts.notna(), None)
    records = plain.itertuples(index=False, name=None)
    for rule_id, of_rule in groupby(records, key=lambda record: record[0]):
        rows = (
            Row(table, row, key, patient, _cells(rule_id, column, value), expected, identity)
            for _, table, row, key, patient, column, value, expected, identity in of_rule
        )
        by_patient = groupby(rows, key=lambda row: row.patient_id)
        yield rule_id, tuple(tuple(of_patient) for _, of_patient in by_patient)


def _cells(
    rule_id: str, columns: str | None, values: str | None
) -> tuple[tuple[str | None, str | None], ...]:
    """Several columns and values of one finding taken apart, where it is sure how."""
    names, parts = (columns or "").split(), (values or "").split(" | ")
    if len(names) == len(parts) == len(CATALOGUE[rule_id].shows) > 1:
        sent = (None if part == BLANK else part for part in parts)
        return tuple(zip(names, sent, strict=True))
    return ((columns, values),)
