"""A table is its columns and its rules; Pandera asks both, and its errors become breaches.

    class Therapies(Table):
        start_date: Date = column("First day at this dose.", "Erster Tag …", required=True)

    @Therapies.rule("TX-10", QUERY, PLAUSIBILITY, on="start_date stop_date", …)
    def stops_no_earlier_than_it_starts(therapies): …

Column constraints are plain Pandera (`nullable`, `isin`, `ge`, `le`), so that `Model.validate`
means what it says to anyone who knows Pandera.
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.dtypes import immutable
from pandera.engines import pandas_engine

from registry.codelists import codelist
from registry.contract import Column, Contract, TableSpec
from registry.findings import Breaches
from registry.rules import CATALOGUE, Category, Home, Rule, Severity, declare, rules_of
from registry.tables import PANDAS
from schemas.side_by_side import both
from schemas.standing import STANDING, Asked, Standing

log = logging.getLogger(__name__)


@pandas_engine.Engine.register_dtype
@immutable
class Date(pandas_engine.DataType):
    """A day, as datetime64[s]: Pandera's own DateTime without a time zone is always in ns."""

    type = np.dtype("datetime64[s]")

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        return data_container is not None and data_container.dtype == self.type


# The other kinds of value as pandas types.
Text = str
Number = float
Whole = pd.Int64Dtype
YesNo = pd.BooleanDtype

KIND_OF = {name: kind for kind, name in PANDAS.items()}


def column(
    en: str,
    de: str,
    *,
    required: bool = False,
    key: bool = False,
    unit: str | None = None,
    codes: str | None = None,
    links: str | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Any:
    """One column as the contract states it: prose in both languages, then its constraints.

    `required` means never blank; `codes` names a code list; `links` the table whose key it holds;
    `at_least` and `at_most` are ends of a scale, which no patient can be beyond.
    """
    return pa.Field(
        nullable=not (required or key),
        isin=list(codelist(codes).codes) if codes else None,
        ge=at_least,
        le=at_most,
        description=en,
        metadata={
            "de": de,
            "key": key,
            "unit": unit,
            "codes": codes,
            "links": links,
            "at_least": at_least,
            "at_most": at_most,
        },
    )


class Table(pa.DataFrameModel):
    """Base of every table."""

    @classmethod
    def table_name(cls) -> str:
        """`OrganFindings` is the table `organ_findings`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def spec(cls, required: bool = True) -> TableSpec:
        """The table in plain words, for every step that needs no pandera."""
        fields = cls.to_schema().columns
        columns = {name: _described(name, field) for name, field in fields.items()}
        prose = " ".join((cls.__doc__ or "").split())
        return TableSpec(cls.table_name(), prose, required, columns)

    @classmethod
    def home(cls) -> Home:
        """The step that asks this table's rules."""
        return Home.ROW

    @classmethod
    def rule(
        cls,
        id: str,
        severity: Severity,
        category: Category,
        *,
        on: str,
        source: str,
        en: str,
        de: str,
        expected: str = "",
        shows: str = "",
        group: str = "",
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a rule about the rows of this table; its function's first parameter is the table.

        The function gets whole tables, named by its parameters, and answers for every row whether
        the rule holds, or blank (`registry.tables.when`) where it does not apply to the row.
        """
        return declare(
            id,
            severity,
            category,
            home=cls.home(),
            about=cls.table_name(),
            on=on,
            source=source,
            en=en,
            de=de,
            expected=expected,
            shows=shows,
            group=group,
        )


def _described(name: str, field: Any) -> Column:
    kind = KIND_OF[str(field.dtype.type)]
    facts = dict(field.metadata)
    description = {"en": field.description, "de": facts.pop("de")}
    return Column(name, kind, description, required=not field.nullable, **facts)


def contract_of(
    required: tuple[type[Table], ...], optional: tuple[type[Table], ...] = ()
) -> Contract:
    """Table name → description, in the order given."""
    specs = [m.spec(required=True) for m in required] + [m.spec(required=False) for m in optional]
    return {spec.name: spec for spec in specs}


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
    breaches = Breaches()
    if name in asked.tables:
        breaches.extend(_check_columns(model, asked))
        rules = _check_rules(name, rules_of(Home.ROW, name), asked)
        _silence(rules, breaches)
        breaches.extend(rules)
        return breaches
    for rule in rules_of(Home.ROW, name):
        breaches.covered(rule.id, name, why_not_asked=asked.absent.get(name, "table_not_sent"))
    return breaches


def errors_of(schema: pa.DataFrameSchema, table: pd.DataFrame) -> list[Any]:
    """Every SchemaError of one lazy validation; none when the table is right."""
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return list(errors.schema_errors)
    return []


# --- columns: Pandera's own constraints and the standing rules --------------------------------


def _check_columns(model: type[Table], asked: Asked) -> Breaches:
    """Standing rules on every column that was sent; of several that a cell breaks, the first."""
    spec = asked.contract[model.table_name()]
    table = asked.tables[spec.name]
    unsent = asked.unsent.get(spec.name, set()) | (set(spec.columns) - set(table.columns))
    sent = {name: column for name, column in spec.columns.items() if name not in unsent}
    broken = _broken_cells(model, sent, asked)
    breaches = Breaches()
    for name, column in sent.items():
        spoken = table.index[:0]
        n_filled = int(table[name].notna().sum())
        for rule in STANDING:
            if not _applies(rule, column):
                continue
            wrong = broken.get((name, rule.id), table.index[:0]).difference(spoken)
            spoken = spoken.union(wrong)
            n_asked, why_not = len(table), None
            if rule.id == "SUB-04" and column.links not in asked.tables:
                n_asked, why_not = 0, asked.absent.get(str(column.links), "table_not_sent")
            elif "not_nullable" not in rule.constraint:
                n_asked = n_filled + len(asked.unreadable.get((rule.id, spec.name, name), ()))
                why_not = "blank" if n_asked < len(table) else None
            breaches.covered(
                rule.id,
                spec.name,
                column=name,
                asked=n_asked,
                broken=len(wrong),
                not_asked=len(table) - n_asked,
                why_not_asked=why_not,
            )
            if len(wrong):
                breaches.broke(rule.id, spec.name, wrong, name, expected=_expected(rule.id, column))
    return breaches


def _applies(rule: Standing, column: Column) -> bool:
    """Whether a column can break a standing rule at all."""
    facts = {
        "reading": True,
        "not_nullable": column.required and column.key == (rule.id == "SUB-03"),
        "isin": column.codes is not None,
        "greater_than_or_equal_to": column.at_least is not None,
        "less_than_or_equal_to": column.at_most is not None,
    }
    return rule.fits(column) or any(facts[name] for name in rule.constraint)


def _broken_cells(
    model: type[Table], sent: dict[str, Column], asked: Asked
) -> dict[tuple[str, str], pd.Index]:
    """Rows of each (column, standing rule) that reading or Pandera reports."""
    table = asked.tables[model.table_name()]
    fields = model.to_schema().columns
    columns = {}
    for name, column in sent.items():
        checks = [*fields[name].checks, *_standing_checks(column, asked)]
        if column.required or (checks and table[name].notna().any()):
            # Without a dtype: reading has settled it, cell by cell.
            columns[name] = pa.Column(nullable=fields[name].nullable, checks=checks)
    broken = {
        (name, rule_id): rows
        for (rule_id, table_name, name), rows in asked.unreadable.items()
        if table_name == model.table_name()
    }
    for error in errors_of(pa.DataFrameSchema(columns), table):
        name = str(error.schema.name)
        check = getattr(error.check, "name", error.check)
        if check == "not_nullable":
            rows = table.index[table[name].isna()]
        elif isinstance(error.check_output, pd.Series):
            rows = error.check_output.index[~error.check_output.astype(bool)]
        else:
            raise error  # a type that reading should have settled: our fault, not the centre's
        found = (name, _rule_of(check, sent[name]))
        broken[found] = broken.get(found, table.index[:0]).union(rows)
    return broken


def _standing_checks(column: Column, asked: Asked) -> list[pa.Check]:
    """The rules that Pandera has no constraint for; a link to a table that is not there is none."""
    return [
        pa.Check(lambda values, r=rule: r.holds(values, column, asked), name=rule.id)
        for rule in STANDING
        if rule.fits(column) and (column.links is None or column.links in asked.tables)
    ]


def _rule_of(check: str, column: Column) -> str:
    """The standing rule that a Pandera check stands for."""
    named = [rule.id for rule in STANDING if check == rule.id or check in rule.constraint]
    return named[0] if check != "not_nullable" else ("SUB-03" if column.key else "COL-01")


def _expected(rule_id: str, column: Column) -> str | None:
    """What the column allows, in signs that need no language."""
    if rule_id == "COL-03":
        codes = codelist(str(column.codes)).codes
        return (
            " | ".join(codes)
            if len(codes) <= 12
            else f"{' | '.join(codes[:12])} | … ({len(codes)})"
        )
    if rule_id == "COL-04":
        low, high = (
            None if end is None else f"{end:g}" for end in (column.at_least, column.at_most)
        )
        ends = f"{low} … {high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
        return f"{ends} {column.unit or ''}".strip()
    if rule_id == "SUB-04":
        return str(column.links)
    return None


# --- rows: the table's own rules --------------------------------------------------------------


def check_rule(rule_id: str, asked: Asked) -> Breaches:
    """Ask one row rule alone, as its drawn examples do."""
    return _check_rules(CATALOGUE[rule_id].about, [CATALOGUE[rule_id]], asked)


def _check_rules(name: str, rules: list[Rule], asked: Asked) -> Breaches:
    """Row rules of one table as Pandera checks, in one lazy validation."""
    breaches = Breaches()
    table = asked.tables[name]
    checks = []
    for rule in rules:
        why_not = _why_not(rule, asked)
        if why_not:
            breaches.covered(rule.id, name, not_asked=len(table), why_not_asked=why_not)
        else:
            checks.append(_as_check(rule, asked, breaches))
    for error in errors_of(pa.DataFrameSchema(checks=checks), table):
        rule = CATALOGUE[error.check.name]
        rows = table.index[~error.check_output]
        breaches.broke(rule.id, name, rows, " ".join(rule.shows), expected=rule.expected or None)
    return breaches


def _why_not(rule: Rule, asked: Asked) -> str | None:
    """Why a rule cannot be asked at all (a code of the report's wording), or None."""
    for name in rule.tables:
        if name not in asked.tables:
            return asked.absent.get(name, "table_not_sent")
    if set(rule.on) & asked.unsent.get(rule.about, set()):
        return "column_not_sent"
    return None


def _as_check(rule: Rule, asked: Asked, breaches: Breaches) -> pa.Check:
    """The rule as a Pandera check that is true of every row that was not asked.

    `n_failure_cases=1`: we read the mask only. Pandera's own list of failure cases repeats every
    column of every failing row and costs forty times as much.
    """

    def holds(table: pd.DataFrame) -> pd.Series:
        try:
            answer = rule.function(*(asked.tables[name] for name in rule.tables))
            told = answer.to_numpy(dtype=bool, na_value=True)
            known = answer.notna().to_numpy()
        except Exception as error:  # a crash is "could not run": never "passed", never a traceback
            crash = type(error).__name__
            log.warning("rule %s could not run: %s", rule.id, crash)
            breaches.covered(rule.id, rule.about, not_asked=len(table), could_not_run=crash)
            return pd.Series(True, index=table.index)
        complete = np.logical_and.reduce([table[name].notna().to_numpy() for name in rule.on])
        was_asked = complete & known
        broken = was_asked & ~told
        n_asked = int(was_asked.sum())
        breaches.covered(
            rule.id,
            rule.about,
            asked=n_asked,
            broken=int(broken.sum()),
            not_asked=len(table) - n_asked,
            why_not_asked=_why_left_out(len(table), int(complete.sum()), n_asked),
        )
        return pd.Series(~broken, index=table.index)

    return pa.Check(holds, name=rule.id, n_failure_cases=1, ignore_na=False)


def _why_left_out(rows: int, complete: int, asked: int) -> str | None:
    if asked == rows:
        return None
    return "blank" if asked == complete else "does_not_apply"


def _silence(rules: Breaches, columns: Breaches) -> None:
    """One problem, one finding: a rule is not asked where a cell it reads is already wrong."""
    wrong: dict[str, pd.Index] = {}
    for breach in columns.rows:
        name, rows = str(breach["column"].iloc[0]), pd.Index(breach["row"])
        wrong[name] = wrong.get(name, rows).union(rows)
    for position, breach in enumerate(rules.rows):
        rule = CATALOGUE[str(breach["rule_id"].iloc[0])]
        names = sorted({*rule.on, *rule.shows})
        silent = pd.concat([breach["row"].isin(wrong.get(name, [])) for name in names], axis=1).any(
            axis=1
        )
        rules.rows[position] = breach[~silent]
        if silent.any():
            _move_to_not_asked(rules, rule.id, int(silent.sum()))
    rules.rows = [breach for breach in rules.rows if len(breach)]


def _move_to_not_asked(breaches: Breaches, rule_id: str, rows: int) -> None:
    for covered in breaches.coverage:
        if covered["rule_id"] == rule_id:
            for count, change in (("asked", -rows), ("broken", -rows), ("not_asked", rows)):
                covered[count] = int(str(covered[count])) + change
            covered["why_not_asked"] = "already_wrong"
