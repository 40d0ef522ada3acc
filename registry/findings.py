"""Findings as tables: what broke, who was asked, and what is held back for it.

Two tables. `rows` has one row per broken rule and row of data (or per table, where the rule is
about a whole table). `coverage` has one row per rule and column: how many rows were asked, how
many broke it, how many could not be asked and why, or why the rule could not run at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import is_datetime64_dtype, is_float_dtype

from registry.contract import Contract
from registry.links import among
from registry.rules import CATALOGUE, Severity
from registry.texts import by_value, hashes, hashes_of_few, joined, of_numbers

SCHEMA = pa.schema(
    [
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("table", pa.string()),
        ("row", pa.int64()),
        ("key", pa.string()),
        ("patient_id", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("expected", pa.string()),
        ("identity", pa.string()),
        ("value_hash", pa.string()),
    ]
)

COVERAGE_SCHEMA = pa.schema(
    [
        ("rule_id", pa.string()),
        ("table", pa.string()),
        ("column", pa.string()),
        ("asked", pa.int64()),
        ("broken", pa.int64()),
        ("not_asked", pa.int64()),
        ("why_not_asked", pa.string()),
        ("could_not_run", pa.string()),
    ]
)

BLANK = "∅"  # a blank among several values of one finding


def _frame(schema: pa.Schema, rows: Iterable[Mapping[str, object]] = ()) -> pd.DataFrame:
    types = {
        name: "Int64" if pa.types.is_integer(schema.field(name).type) else "str"
        for name in schema.names
    }
    return pd.DataFrame(list(rows), columns=schema.names).astype(types)


@dataclass
class Breaches:
    """What an engine hands over: breaches and coverage in the contract's terms."""

    rows: list[pd.DataFrame] = field(default_factory=list)
    coverage: list[dict[str, object]] = field(default_factory=list)

    def broke(
        self,
        rule_id: str,
        table: str,
        rows: pd.Index | None = None,
        column: str | None = None,
        value: str | None = None,
        expected: str | None = None,
    ) -> None:
        """Rows of a table that broke a rule; without `rows`, the table as a whole."""
        numbers = pd.Index([pd.NA], dtype="Int64") if rows is None else rows.astype("Int64")
        breach = pd.DataFrame({"row": numbers})
        for name, fact in (
            ("rule_id", rule_id),
            ("table", table),
            ("column", column),
            ("value", value),
            ("expected", expected),
        ):
            breach[name] = pd.Series(fact, index=breach.index, dtype="str")
        self.rows.append(breach)

    def covered(
        self,
        rule_id: str,
        table: str,
        *,
        column: str | None = None,
        asked: int = 0,
        broken: int = 0,
        not_asked: int = 0,
        why_not_asked: str | None = None,
        could_not_run: str | None = None,
    ) -> None:
        """How far a rule got. `why_not_asked` is a code of `registry.report.wording.WHY`."""
        self.coverage.append(
            {
                "rule_id": rule_id,
                "table": table,
                "column": column,
                "asked": asked,
                "broken": broken,
                "not_asked": not_asked,
                "why_not_asked": why_not_asked,
                "could_not_run": could_not_run,
            }
        )

    def extend(self, other: "Breaches") -> None:
        self.rows.extend(other.rows)
        self.coverage.extend(other.coverage)


@dataclass(frozen=True)
class Findings:
    """Findings of one submission (or release) and their denominators, in the two schemas above."""

    rows: pd.DataFrame
    coverage: pd.DataFrame

    @classmethod
    def none(cls) -> "Findings":
        return cls(_frame(SCHEMA), _frame(COVERAGE_SCHEMA))

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            pd.concat([self.rows, other.rows], ignore_index=True),
            pd.concat([self.coverage, other.coverage], ignore_index=True),
        )

    def counts(self) -> dict[Severity, int]:
        """Findings of each severity, gravest first."""
        found = self.rows["severity"].value_counts()
        return {severity: int(found.get(severity.value, 0)) for severity in Severity}

    @property
    def refused(self) -> bool:
        return bool((self.rows["severity"] == Severity.REFUSE.value).any())

    @property
    def gravest(self) -> Severity | None:
        return next((severity for severity, n in self.counts().items() if n), None)

    def without(self, waived: pd.Series) -> "Findings":
        """Those that no waiver covers: `waived` says of every row whether one does."""
        return Findings(self.rows[~waived], self.coverage)

    def to_arrow(self) -> tuple[pa.Table, pa.Table]:
        """(findings, coverage) in the two schemas above."""
        return (
            pa.Table.from_pandas(self.rows, schema=SCHEMA, preserve_index=False),
            pa.Table.from_pandas(self.coverage, schema=COVERAGE_SCHEMA, preserve_index=False),
        )


def as_findings(
    breaches: Breaches,
    *,
    centre: str,
    contract: Contract,
    tables: Mapping[str, pd.DataFrame],
    submitted: Mapping[str, pd.DataFrame],
    own_columns: Mapping[str, Mapping[str, str]],
) -> Findings:
    """Breaches with key, patient, severity, identity and the value *as submitted* put to them.

    `submitted` holds the centre's own columns under the same row numbers as `tables`;
    `own_columns` says which of them each contract column was read from.
    """
    coverage = _frame(COVERAGE_SCHEMA, breaches.coverage)
    if not breaches.rows:
        return Findings(_frame(SCHEMA), coverage)
    rows = pd.concat(breaches.rows, ignore_index=True)
    severities = {rule.id: rule.severity.value for rule in CATALOGUE.values()}
    rows["severity"] = by_value(rows["rule_id"], severities.get)
    rows["key"] = _of_row(rows, tables, {name: spec.key for name, spec in contract.items()})
    rows["patient_id"] = _of_row(rows, tables, dict.fromkeys(contract, "patient_id"))
    discreet = [rule.id for rule in CATALOGUE.values() if rule.is_discreet]
    rows.loc[rows["rule_id"].isin(discreet), ["key", "patient_id"]] = None
    contract_columns = rows["column"]
    rows["value"] = rows["value"].where(
        rows["value"].notna(), _values(rows, submitted, own_columns)
    )
    rows["identity"] = _identity(rows.assign(column=contract_columns), centre)
    rows["value_hash"] = hashes_of_few(rows["value"].fillna(""))
    rows["column"] = _own_names(rows, own_columns)
    rows = rows.sort_values(
        ["table", "row", "rule_id", "column"], ignore_index=True, na_position="first"
    )
    return Findings(rows[SCHEMA.names].astype(_frame(SCHEMA).dtypes.to_dict()), coverage)


def _of_row(
    rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], columns: Mapping[str, str]
) -> pd.Series:
    """For each breach the value of one column (by table) in its row, as text; blank where none."""
    found = pd.Series(None, index=rows.index, dtype="str")
    for name, breaches in rows.groupby("table"):
        column = columns.get(str(name))
        if name in tables and column in tables[str(name)]:
            found.loc[breaches.index] = _take(tables[str(name)][column], breaches["row"])
    return found


def _take(values: pd.Series, rows: pd.Series) -> pd.Series:
    numbers = pd.Index(rows.fillna(0).astype("int64"))  # rows count from 1: 0 is the whole table
    taken: pd.Series = values.reindex(numbers).set_axis(rows.index)
    if is_datetime64_dtype(taken):
        return _of_distinct(taken, lambda days: days.dt.strftime("%Y-%m-%d"))
    if is_float_dtype(taken):
        return _of_distinct(taken, _shortest)
    if taken.dtype == "str":
        return taken
    text: pd.Series = taken.astype("str").where(taken.notna())
    return text


def _of_distinct(values: pd.Series, as_text: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """The text of every day or number, made once for each; 0 and -0 are two numbers here."""
    plain = values.to_numpy()
    codes, distinct = pd.factorize(plain.view(np.int64))
    made = as_text(pd.Series(distinct.view(plain.dtype))).astype("str")
    return pd.Series(made.array.take(codes), index=values.index).where(values.notna())


def _shortest(numbers: pd.Series) -> pd.Series:
    """Numbers as people write them: 5.0 is "5"."""
    return numbers.map("{:.15g}".format, na_action="ignore")


def _values(
    rows: pd.DataFrame,
    submitted: Mapping[str, pd.DataFrame],
    own_columns: Mapping[str, Mapping[str, str]],
) -> pd.Series:
    """The submitted value of each breach; of several columns, "a | b" in the rule's order."""
    found = pd.Series(None, index=rows.index, dtype="str")
    for (table, columns), breaches in rows.groupby(["table", "column"]):
        data = submitted.get(str(table), pd.DataFrame())
        own = own_columns.get(str(table), {})
        names = [own.get(column, column) for column in str(columns).split()]
        parts = [_take(data[name], breaches["row"]) for name in names if name in data]
        if len(parts) == 1:
            found.loc[breaches.index] = parts[0]
        elif parts:
            found.loc[breaches.index] = joined([part.fillna(BLANK) for part in parts], " | ")
    return found


def _own_names(rows: pd.DataFrame, own_columns: Mapping[str, Mapping[str, str]]) -> pd.Series:
    """The centre's own column names, where it writes in a dialect."""
    own = pd.Series(None, index=rows.index, dtype="str")
    for table, columns in rows["column"].groupby(rows["table"]):
        own.loc[columns.index] = by_value(columns, _in_words_of(own_columns.get(str(table), {})))
    return own


def _in_words_of(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda columns: " ".join(names.get(column, column) for column in columns.split())


def _identity(rows: pd.DataFrame, centre: str) -> pd.Series:
    """The same problem next month is the same finding: centre, rule, table, key, column.

    Rows without a key are told apart by their order, and so are repeated keys.
    """
    parts = [rows[name].fillna("") for name in ("rule_id", "table", "key", "column")]
    return hashes(joined([_constant(centre, rows), *parts, _occurrence(parts)], "\x1f"))


def _constant(text: str, rows: pd.DataFrame) -> pd.Series:
    return pd.Series(text, index=rows.index, dtype="str")


def _occurrence(parts: list[pd.Series]) -> pd.Series:
    """How many earlier rows have the same parts; of most rows there is only one."""
    first = parts[0]
    group = np.zeros(len(first), dtype=np.int64)
    for part in parts:
        codes, distinct = pd.factorize(part)
        group = pd.factorize(group * len(distinct) + codes)[0]
    again = pd.Series(group).duplicated(keep=False).to_numpy()
    earlier = np.zeros(len(first), dtype=np.int64)
    earlier[again] = pd.Series(group[again]).groupby(group[again]).cumcount()
    return of_numbers(earlier, first.index)


@dataclass(frozen=True)
class HeldBack:
    """What may go on (`tables`) and what may not (`held`): table, row, rule_id, because_of.

    A row is held by a rule of its own, or because of the table it hangs from.
    """

    tables: dict[str, pd.DataFrame]
    held: pd.DataFrame


def hold_back(
    tables: Mapping[str, pd.DataFrame], findings: Findings, contract: Contract
) -> HeldBack:
    """Tables without the rows that a HOLD or QUERY holds back, and without what hangs from those.

    A row hangs from another by a *required* link: a held patient holds its visits. An optional
    link (a lab's visit) does not make the row worthless: the row stays and its link is cleared.
    """
    held: dict[str, pd.DataFrame] = {}
    for name, table in tables.items():
        held[name] = _held_directly(name, table, contract[name].key, findings)
    kept: dict[str, pd.DataFrame] = {}
    for name in _parents_first(contract):
        if name not in tables:
            continue
        table, spec = tables[name], contract[name]
        for column, parent in spec.links.items():
            if parent not in kept or column not in table:
                continue
            lost = table[column].notna() & ~among(table[column], kept[parent][contract[parent].key])
            if spec.columns[column].required:
                hanging = table.index[lost].difference(pd.Index(held[name]["row"]))
                held[name] = pd.concat([held[name], _held_rows(name, hanging, None, parent)])
            else:
                table = table.assign(**{column: table[column].mask(lost)})
        kept[name] = table[~table.index.isin(held[name]["row"])]
    return HeldBack(
        kept,
        pd.concat([_held_rows("", pd.Index([]), None, None), *held.values()], ignore_index=True),
    )


def _held_directly(name: str, table: pd.DataFrame, key: str, findings: Findings) -> pd.DataFrame:
    """Rows with a HOLD or QUERY of their own, and the rows that agree with them (rule's group).

    A key that stands twice holds all its rows: nobody can tell which of them is right.
    """
    holding = [severity.value for severity in Severity if severity.holds_back]
    rows = findings.rows
    rows = rows[(rows["table"] == name) & rows["severity"].isin(holding) & rows["row"].notna()]
    held = [_held_rows(name, pd.Index([]), None, None)]
    for rule_id, broken in rows.groupby("rule_id"):
        numbers = pd.Index(broken["row"].astype("int64").unique())
        group = list(CATALOGUE[str(rule_id)].group) or [key]
        if group and set(group) <= set(table.columns):
            numbers = numbers.union(_agreeing(table[group], numbers))
        held.append(_held_rows(name, numbers, str(rule_id), None))
    return pd.concat(held).drop_duplicates("row")


def _agreeing(table: pd.DataFrame, rows: pd.Index) -> pd.Index:
    """Every row that equals one of `rows` on all columns; blanks agree with nothing."""
    wanted = table[table.index.isin(rows)].dropna()
    for name in table:  # few rows are left to be grouped, and a table has millions
        table = table[table[name].isin(wanted[name])]
    groups = table.groupby(list(table.columns)).ngroup()
    return table.index[groups.isin(groups.reindex(rows).dropna())]


def _held_rows(table: str, rows: pd.Index, rule_id: str | None, parent: str | None) -> pd.DataFrame:
    held = pd.DataFrame({"row": rows.astype("int64")})
    for name, fact in (("table", table), ("rule_id", rule_id), ("because_of", parent)):
        held[name] = pd.Series(fact, index=held.index, dtype="str")
    return held[["table", "row", "rule_id", "because_of"]]


def _parents_first(contract: Contract) -> list[str]:
    """Table names in an order in which every table comes after those it links to."""
    parents = {name: set(spec.links.values()) & set(contract) for name, spec in contract.items()}
    return list(TopologicalSorter(parents).static_order())
