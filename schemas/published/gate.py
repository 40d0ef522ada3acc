"""Is every row of a release right? The same columns and rules as on submissions, other mistakes.

A submission is asked what a centre can get wrong; a release what publishing can: an identifier that
is no pseudonym, a date that got out, days counted from another day, outcomes that do not agree.
Rules about one centre's package do not apply here, and -1 is a day like any other.
"""

import copy
from collections.abc import Callable, Mapping

import pandas as pd
import pandera.pandas as pa

from registry.contract import Column, Contract, Kind, TableSpec
from registry.findings import Breaches
from registry.links import among
from registry.release.pseudonyms import LENGTH, PREFIX
from registry.release.shapes import is_shaped, is_uncoded_text
from registry.rules import Category, Home, Rule, RuleFunction, Severity, declare, rules_of
from schemas.engine import Table, errors_of
from schemas.rows import check_rule
from schemas.standing import STANDING, Asked, Standing

REFUSE, CONFORMANCE = Severity.REFUSE, Category.CONFORMANCE

PUBLISHED_ROWS = "PUB-"  # the release rules asked here; those of the released-data suite are REL-

ON_SUBMISSIONS_TOO = [rule for rule in STANDING if rule.id in ("COL-01", "COL-03", "COL-04")]


def _about_every_table(
    id: str, *, source: str, en: str, de: str
) -> Callable[[RuleFunction], RuleFunction]:
    return declare(
        id,
        REFUSE,
        CONFORMANCE,
        home=Home.RELEASE,
        about="every table",
        tables=(),
        source=source,
        en=en,
        de=de,
    )


@_about_every_table(
    "PUB-01",
    source="publication rules of the registry: keyed pseudonyms (HMAC-SHA-256)",
    en="A published identifier is not a pseudonym. Declare the column as a key or link of its "
    "table, so that publishing replaces it.",
    de="Eine veröffentlichte Kennung ist kein Pseudonym. Bitte die Spalte als Schlüssel oder "
    "Verweis ihrer Tabelle beschreiben, damit sie beim Veröffentlichen ersetzt wird.",
)
def is_a_pseudonym(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """The centre's own identifier leads back to a medical record."""
    prefix = PREFIX[column.links] if column.links else "[A-Z]"
    return values.str.fullmatch(rf"{prefix}[0-9a-f]{{{LENGTH}}}", na=False)


@_about_every_table(
    "PUB-02",
    source="OHDSI DataQualityDashboard, isPrimaryKey",
    en="A published row has the key of another one. Find out which step doubles rows, or whether "
    "two centres share a centre code.",
    de="Eine veröffentlichte Zeile hat den Schlüssel einer anderen. Bitte den Schritt suchen, der "
    "Zeilen verdoppelt, oder prüfen, ob zwei Zentren denselben Zentrumscode tragen.",
)
def has_a_key_of_its_own(table: pd.DataFrame, spec: TableSpec) -> pd.Series:
    """Joined to another table, a row that stands twice counts its patient twice."""
    return ~table.duplicated(list(spec.keys))


@_about_every_table(
    "PUB-03",
    source="publication rules of the registry: free text never leaves",
    en="A published text is neither a code nor a word of the registry; it may be free text or a "
    "date. Give the column a code list or a shape, or do not publish it.",
    de="Ein veröffentlichter Text ist weder ein Code noch ein Wort des Registers, vielleicht "
    "Freitext oder ein Datum. Bitte der Spalte eine Codeliste oder Form geben oder sie nicht "
    "veröffentlichen.",
)
def is_no_free_text(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """Free text can name the patient, a relative or a place, and no pseudonym mends that."""
    return is_shaped(values, column)


@_about_every_table(
    "PUB-04",
    source="own proposal",
    en="A published number is infinite. Find the division by zero and leave the value blank.",
    de="Eine veröffentlichte Zahl ist unendlich. Bitte die Division durch null suchen und den "
    "Wert leer lassen.",
)
def is_finite(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """One infinite value makes every mean and every range infinite."""
    return values.abs().lt(float("inf"))


def _links_resolve(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    parent = str(column.links)
    return among(values, asked.tables[parent][asked.contract[parent].key])


ON_COLUMNS = [
    *ON_SUBMISSIONS_TOO,
    Standing("SUB-04", (), lambda c: c.links is not None, _links_resolve),
    Standing("PUB-01", (), lambda c: c.kind is Kind.TEXT and c.is_id, is_a_pseudonym),
    Standing("PUB-03", (), is_uncoded_text, is_no_free_text),
    Standing("PUB-04", (), lambda c: c.kind is Kind.NUMBER, is_finite),
]


def ask(
    models: tuple[type[Table], ...], contract: Contract, tables: Mapping[str, pd.DataFrame]
) -> Breaches:
    """Ask every column, key and row rule of the published models.

    `tables` are as `registry.release.publishable` gives them. Any breach means that nothing may be
    published. Raises Pandera's SchemaError where a column is missing or of another type.
    """
    asked = Asked(tables, contract, latest=pd.Timestamp.max)
    breaches = Breaches()
    for model in models:
        spec = contract[model.table_name()]
        _ask_columns(model, spec, asked, breaches)
        _ask_key(spec, tables[spec.name], breaches)
        for rule in row_rules(spec.name):
            breaches.extend(_answered(check_rule(rule.id, asked)))
    return breaches


def _answered(answer: Breaches) -> Breaches:
    """A rule that could not run has broken for its whole table: a gate opens to answers only."""
    for covered in answer.coverage:
        if covered["could_not_run"]:
            answer.broke(str(covered["rule_id"]), str(covered["table"]))
    return answer


def row_rules(table: str) -> list[Rule]:
    """The rules about the rows of one published table."""
    return [rule for rule in rules_of(Home.RELEASE, table) if rule.id.startswith(PUBLISHED_ROWS)]


def _ask_columns(model: type[Table], spec: TableSpec, asked: Asked, breaches: Breaches) -> None:
    table = asked.tables[spec.name]
    broken = _broken_cells(model, spec, asked)
    for column in spec.columns.values():
        for rule in ON_COLUMNS:
            if rule.fits(column) or set(rule.constraint) & _constraints(column):
                wrong = broken.get((column.name, rule.id), table.index[:0])
                required = "not_nullable" in rule.constraint
                n = len(table) if required else int(table[column.name].notna().sum())
                breaches.covered(
                    rule.id,
                    spec.name,
                    column=column.name,
                    asked=n,
                    broken=len(wrong),
                    not_asked=len(table) - n,
                    why_not_asked="blank" if n < len(table) else None,
                )
                if len(wrong):
                    breaches.broke(rule.id, spec.name, wrong, column.name)


def _constraints(column: Column) -> set[str]:
    """Pandera's own constraints that a column has."""
    has = {
        "not_nullable": column.required or column.key,
        "isin": column.codes is not None,
        "greater_than_or_equal_to": column.at_least is not None,
        "less_than_or_equal_to": column.at_most is not None,
    }
    return {name for name, given in has.items() if given}


def _broken_cells(
    model: type[Table], spec: TableSpec, asked: Asked
) -> dict[tuple[str, str], pd.Index]:
    """Rows of each (column, rule) that Pandera reports."""
    table = asked.tables[spec.name]
    schema = copy.deepcopy(model.constraints())
    for column in spec.columns.values():
        own = [_as_check(rule, column, asked) for rule in ON_COLUMNS if rule.fits(column)]
        schema.columns[column.name].checks = [*schema.columns[column.name].checks, *own]
    broken: dict[tuple[str, str], pd.Index] = {}
    for error in errors_of(schema, table):
        name, check = str(error.schema.name), getattr(error.check, "name", error.check)
        rule = next((r.id for r in ON_COLUMNS if check == r.id or check in r.constraint), None)
        if rule is None:
            raise error  # a column is missing or has another type: the publishing code is wrong
        if check == "not_nullable":
            rows = table.index[table[name].isna()]
        else:
            rows = error.check_output.index[~error.check_output.astype(bool)]
        broken[(name, rule)] = broken.get((name, rule), table.index[:0]).union(rows)
    return broken


def _as_check(rule: Standing, column: Column, asked: Asked) -> pa.Check:
    return pa.Check(
        lambda values: rule.holds(values, column, asked), name=rule.id, n_failure_cases=1
    )


def _ask_key(spec: TableSpec, table: pd.DataFrame, breaches: Breaches) -> None:
    rows = table.index[~has_a_key_of_its_own(table, spec)]
    key = " ".join(spec.keys)
    breaches.covered("PUB-02", spec.name, column=key, asked=len(table), broken=len(rows))
    if len(rows):
        breaches.broke("PUB-02", spec.name, rows, key)
