"""A table is its columns and its rules, and both are plain Pandera to whoever knows Pandera.

    class Therapies(Table):
        start_date: Date = column("First day at this dose.", "Erster Tag …", required=True)

    @Therapies.rule("TX-10", QUERY, PLAUSIBILITY, on="start_date stop_date", …)
    def stops_no_earlier_than_it_starts(therapies): …

Column constraints are Pandera's own (`nullable`, `isin`, `ge`, `le`), and every rule is a check
registered under its id, whose statistics say what it reads: `Model.validate` asks it, and Pandera's
YAML keeps it. The path asks the same questions faster, in `schemas.rows`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.api.extensions import register_check_method
from pandera.dtypes import immutable
from pandera.engines import pandas_engine

from registry.codelists import codelist
from registry.contract import Column, Contract, TableSpec
from registry.rules import CATALOGUE, Category, Home, Severity, declare, rules_of
from registry.tables import PANDAS
from schemas.standing import STANDING, Asked, Standing


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
    def constraints(cls) -> pa.DataFrameSchema:
        """The columns alone, without rules; shared by all callers: never edit it."""
        return super().to_schema()

    @classmethod
    def to_schema(cls) -> pa.DataFrameSchema:
        """Everything there is to ask of the table's rows, for whoever knows Pandera only.

        `with asking(asked): Labs.validate(labs, lazy=True)` reports each broken rule under its id.
        What needs other tables or facts of the submission holds where nobody is asking.
        """
        bare, name = cls.constraints(), cls.table_name()
        columns = {}
        for column in cls.spec().columns.values():
            field, fits = bare.columns[column.name], [r for r in STANDING if r.fits(column)]
            own = [_check(rule.id, table=name, column=column.name) for rule in fits]
            columns[column.name] = field.set_checks([*field.checks, *own])
        rules = [_check(r.id, on=[*r.on], ignore_na=False) for r in rules_of(Home.ROW, name)]
        return pa.DataFrameSchema(columns, checks=[*bare.checks, *rules], name=bare.name)

    @classmethod
    def table_name(cls) -> str:
        """`OrganFindings` is the table `organ_findings`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def spec(cls, required: bool = True) -> TableSpec:
        """The table in plain words, for every step that needs no pandera."""
        fields = cls.constraints().columns
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
        compares_patients: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a rule about the rows of this table; its function's first parameter is the table.

        The function gets tables, named by its parameters, and answers for every row of the first
        whether the rule holds, or blank (`registry.tables.when`) where it does not apply to the
        row. Of the first table it gets all rows of some patients; all there are if the rule
        `compares_patients`. The others are whole.
        """
        declared = declare(
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
            compares_patients=compares_patients,
        )

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            declared(function)
            if cls.home() is Home.ROW:
                _register_rule(id)
            return function

        return register


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


# --- the same questions as plain Pandera --------------------------------------------------

_ASKING: ContextVar[Asked | None] = ContextVar("asking", default=None)


@contextmanager
def asking(asked: Asked) -> Iterator[None]:
    """What `Model.validate` may look at beside the table it is given."""
    token = _ASKING.set(asked)
    try:
        yield
    finally:
        _ASKING.reset(token)


def _register(name: str, statistics: list[str], of: type) -> Callable[[Any], None]:
    """Make a function a check of Pandera's by that name; its YAML keeps nothing of a plain one."""

    def register(holds: Any) -> None:
        holds.__name__ = name
        register_check_method(holds, statistics=statistics, supported_types=of)

    return register


def _register_rule(rule_id: str) -> None:
    """The rule, true of every row that is not asked."""

    @_register(rule_id, ["on"], pd.DataFrame)
    def holds(table: pd.DataFrame, *, on: list[str]) -> pd.Series:
        rule, asked = CATALOGUE[rule_id], _ASKING.get()
        others = {} if asked is None else asked.tables
        blank = table[on].isna().any(axis="columns")
        if blank.all() or not set(rule.tables[1:]) <= set(others):
            return pd.Series(True, index=table.index)
        answer = rule.function(table, *(others[name] for name in rule.tables[1:]))
        return pd.Series(answer.to_numpy(dtype=bool, na_value=True), index=table.index) | blank


def _register_standing(rule: Standing) -> None:
    """The same of a standing rule, asked of one column."""

    @_register(rule.id, ["table", "column"], pd.Series)
    def holds(values: pd.Series, *, table: str, column: str) -> pd.Series:
        if asked := _ASKING.get():
            spec = asked.contract[table].columns[column]
            if spec.links is None or spec.links in asked.tables:
                return rule.holds(values, spec, asked)
        return pd.Series(True, index=values.index)


for _rule in STANDING:
    _register_standing(_rule)


def _check(rule_id: str, **options: Any) -> pa.Check:
    """The registered check of a rule, which Pandera reports under its id.

    `n_failure_cases=1`: Pandera's own list of failure cases repeats every column of every failing
    row, and costs forty times as much as the mask in `SchemaError.check_output`.
    """
    check: pa.Check = getattr(pa.Check, rule_id)(error=rule_id, n_failure_cases=1, **options)
    return check


def errors_of(schema: pa.DataFrameSchema, table: pd.DataFrame) -> list[Any]:
    """Every SchemaError of one lazy validation; none when the table is right."""
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return list(errors.schema_errors)
    return []
