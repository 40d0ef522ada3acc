"""The published models: what they hold, and that the gate sees every mistake of publishing."""

import pandas as pd
import pytest

from registry.contract import Column, Kind
from registry.findings import Breaches
from registry.release.parquet import arrow_type
from registry.rules import CATALOGUE, Home, Severity, rules_of
from schemas.published import PUBLISHED, check_published
from schemas.published.gate import row_rules
from schemas.published.table import Published
from schemas.rows import check_rule
from schemas.standing import Asked
from schemas.submitted import CONTRACT
from tests.drawing import EXAMPLES, Drawn, draw, example
from tests.test_release import Tables, published

ROW_RULES = [rule.id for name in PUBLISHED for rule in row_rules(name)]
COLUMNS = [
    pytest.param(spec.name, column, id=f"{spec.name}.{column.name}")
    for spec in PUBLISHED.values()
    for column in spec.columns.values()
]

# What harmonising promises beyond the contract: codes it fills, units it converts to.
PROMISED_BY_HARMONISING = {("labs", "source_value"), ("therapies", "atc")}


# --- the models -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_is_portable_and_no_calendar_date(table: str, column: Column) -> None:
    assert column.kind is not Kind.DATE
    assert not column.name.endswith("_date")
    assert str(arrow_type(column)) in {"string", "bool", "int32", "int64", "double"}


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_that_counts_days_says_so(table: str, column: Column) -> None:
    if column.kind is Kind.WHOLE and column.name.endswith("_day"):
        assert column.unit == "d"
        assert arrow_type(column) == "int32"


@pytest.mark.parametrize("spec", PUBLISHED.values(), ids=lambda spec: spec.name)
def test_a_table_says_where_its_rows_come_from_last(spec) -> None:  # type: ignore[no-untyped-def]
    assert list(spec.columns)[-4:] == list(Published.__annotations__)
    assert next(iter(spec.columns)) == spec.keys[0]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_the_gate_asks_no_more_of_a_column_than_the_submission_did(
    table: str, column: Column
) -> None:
    """Else one cell that a centre was allowed to send would keep everybody's release from being cut."""
    sent = CONTRACT[table].columns if table in CONTRACT else {}
    own = sent.get(column.name) or sent.get(column.name.removesuffix("_day") + "_date")
    if own is None or column.name in Published.__annotations__:
        return
    assert column.codes in (None, own.codes)
    assert own.required or own.key or not (column.required or column.key)
    assert column.at_least is None or (own.at_least is not None and column.at_least <= own.at_least)
    assert column.at_most is None or (own.at_most is not None and column.at_most >= own.at_most)


def test_rules_of_releases_and_of_submissions_are_never_mixed() -> None:
    assert not [rule.id for rule in rules_of(Home.ROW) if rule.id.startswith("PUB-")]
    assert all(CATALOGUE[rule_id].severity is Severity.REFUSE for rule_id in ROW_RULES)


# --- the gate -------------------------------------------------------------------------------------


def broken(breaches: Breaches) -> set[tuple[str, str, str]]:
    """(rule, table, column) of everything that broke."""
    return {
        (breach["rule_id"].iloc[0], breach["table"].iloc[0], breach["column"].iloc[0])
        for breach in breaches.rows
    }


def changed(name: str, column: str, value: object) -> Tables:
    """A clean release but for the first row of one column."""
    tables = dict(published()[0])
    table = tables[name].copy()
    table.loc[1, column] = value
    return {**tables, name: table}


def test_a_clean_release_passes_and_every_row_rule_was_asked() -> None:
    answer = check_published(published()[0])

    assert broken(answer) == set()
    asked = {c["rule_id"] for c in answer.coverage if c["asked"]}
    assert not any(c["could_not_run"] for c in answer.coverage)
    assert set(ROW_RULES) - asked == set()


@pytest.mark.parametrize(
    ("name", "column", "value", "rule_id"),
    [
        ("visits", "visit_id", "DE01:V17", "PUB-01"),
        ("visits", "patient_id", "DE01:P17", "PUB-01"),
        ("labs", "visit_id", "P0123456789abcdef", "PUB-01"),
        ("labs", "loinc", "Frau Muster, geb. 3.4.1960", "PUB-03"),
        ("therapies", "atc", "2020-01-01", "PUB-03"),
        ("patients", "index_basis", "Day of diagnosis", "PUB-03"),
        ("patients", "centre_id", "Charité", "PUB-03"),
        ("labs", "upper_limit_normal", float("inf"), "PUB-04"),
        ("visits", "visit_day", pd.NA, "COL-01"),
        ("patients", "sex", "w", "COL-03"),
        ("visits", "haq_di", 3.5, "COL-04"),
        ("visits", "physician_global_vas", -1.0, "COL-04"),
        ("therapies", "patient_id", "P0123456789abcdef", "SUB-04"),
    ],
)
def test_a_cell_that_must_not_be_published_is_seen(
    name: str, column: str, value: object, rule_id: str
) -> None:
    assert (rule_id, name, column) in broken(check_published(changed(name, column, value)))


def test_a_row_that_stands_twice_is_seen() -> None:
    tables = published()[0]
    twice = pd.concat([tables["labs"], tables["labs"].tail(1)], ignore_index=True)

    answer = check_published({**tables, "labs": twice.set_axis(range(1, len(twice) + 1))})

    assert broken(answer) == {("PUB-02", "labs", "lab_id")}
    assert answer.rows[0]["row"].tolist() == [len(twice)]


@pytest.mark.parametrize(
    ("column", "value"), [("onset_day", -1), ("onset_day", -999), ("centre_id", "FR01")]
)
def test_minus_one_is_a_day_and_centres_differ(column: str, value: object) -> None:
    assert broken(check_published(changed("patients", column, value))) == set()


def test_a_rule_that_cannot_run_keeps_the_gate_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(labs: pd.DataFrame) -> pd.Series:
        raise ZeroDivisionError

    monkeypatch.setitem(vars(CATALOGUE["PUB-10"]), "function", crash)

    answer = check_published(published()[0])

    assert ("PUB-10", "labs") in {(rule_id, table) for rule_id, table, _ in broken(answer)}


# --- the rules, drawn -----------------------------------------------------------------------------


def ask(rule_id: str, drawn: Drawn) -> Breaches:
    return check_rule(rule_id, Asked(drawn.tables, PUBLISHED, pd.Timestamp("2026-06-30")))


@pytest.mark.parametrize("rule_id", ROW_RULES)
def test_holds_as_drawn(rule_id: str) -> None:
    answer = ask(rule_id, draw(EXAMPLES[rule_id].holds, PUBLISHED))

    (covered,) = answer.coverage
    assert covered["asked"]
    assert not covered["broken"]
    assert not covered["could_not_run"]


@pytest.mark.parametrize("rule_id", ROW_RULES)
def test_breaks_as_drawn(rule_id: str) -> None:
    drawn = draw(EXAMPLES[rule_id].breaks, PUBLISHED)

    answer = ask(rule_id, drawn)

    (rows,) = answer.rows
    assert list(rows["row"]) == drawn.broken[CATALOGUE[rule_id].about]


example(
    "PUB-05",
    holds="""
    patients
    consent_status | consent_scope
    granted        | research_reuse
    granted        | .
    restricted     | research_reuse_myositis
    """,
    breaks="""
    patients
    consent_status   | consent_scope  | !
    granted          | research_reuse |
    granted          | registry_only  | x
    withdrawn_delete | research_reuse | x
    restricted       | .              | x
    """,
)

example(
    "PUB-06",
    holds="""
    patients
    patient_id | index_basis  | diagnosis_day
    A          | therapy_line | -20
    B          | visit        | -5
    C          | diagnosis    | 0

    visits
    patient_id | visit_day
    A          | -3
    B          | 0
    B          | 90

    treatment_outcomes
    patient_id | line | start_day
    A          | 1    | 0
    A          | 2    | 200
    """,
    breaks="""
    patients
    patient_id | index_basis  | diagnosis_day | !
    A          | therapy_line | 0             | x
    B          | visit        | 0             | x
    C          | diagnosis    | 1             | x

    visits
    patient_id | visit_day
    A          | 0
    B          | 1

    treatment_outcomes
    patient_id | line | start_day
    A          | 1    | 3
    """,
)

example(
    "PUB-10",
    holds="""
    labs
    analyte | value | unit
    ck      | 6000  | U/L
    """,
    breaks="""
    labs
    analyte | value | unit   | !
    ck      | 100   | ukat/L | x
    """,
)

example(
    "PUB-11",
    holds="""
    therapies
    start_day | stop_day
    0         | 0
    -7        | .
    """,
    breaks="""
    therapies
    start_day | stop_day | !
    10        | 9        | x
    """,
)

example(
    "PUB-12",
    holds="""
    labs
    patient_id | visit_id
    A          | V1
    B          | .

    visits
    visit_id | patient_id
    V1       | A
    """,
    breaks="""
    labs
    patient_id | visit_id | !
    A          | V1       |
    B          | V1       | x

    visits
    visit_id | patient_id
    V1       | A
    """,
)

example(
    "PUB-20",
    holds="""
    visit_outcomes
    tis
    0
    47.5
    100
    """,
    breaks="""
    visit_outcomes
    tis   | !
    48    | x
    102.5 | x
    -2.5  | x
    """,
)

example(
    "PUB-21",
    holds="""
    visit_outcomes
    tis | tis_partial | tis_attainable
    80  | .           | 80
    .   | 30          | 57.5
    """,
    breaks="""
    visit_outcomes
    tis | tis_partial | tis_attainable | !
    100 | .           | 80             | x
    .   | 60          | 57.5           | x
    """,
)

example(
    "PUB-22",
    holds="""
    visit_outcomes
    tis | n_measures | tis_physician_global | tis_patient_global | tis_mmt | tis_haq_di | tis_muscle_enzyme | tis_extramuscular
    60  | 6          | 20                   | 10                 | 10      | 5          | 7.5               | 7.5
    """,
    breaks="""
    visit_outcomes
    tis | n_measures | tis_physician_global | tis_patient_global | tis_mmt | tis_haq_di | tis_muscle_enzyme | tis_extramuscular | !
    65  | 6          | 20                   | 10                 | 10      | 5          | 7.5               | 7.5               | x
    60  | 5          | 20                   | 10                 | 10      | 5          | 7.5               | 7.5               | x
    50  | 6          | 20                   | 10                 | 10      | .          | 2.5               | 7.5               | x
    """,
)

example(
    "PUB-23",
    holds="""
    visit_outcomes
    tis  | tis_category | response_group
    17.5 | none         | adult
    20   | minimal      | adult
    40   | moderate     | adult
    60   | major        | adult
    20   | none         | juvenile
    30   | minimal      | juvenile
    70   | major        | juvenile
    """,
    breaks="""
    visit_outcomes
    tis | tis_category | response_group | !
    60  | moderate     | adult          | x
    60  | major        | juvenile       | x
    0   | minimal      | adult          | x
    """,
)

example(
    "PUB-24",
    holds="""
    visit_outcomes
    patient_id | tis | tis_partial | tis_reason
    A          | 60  | .           | .
    A          | .   | 40          | haq_di_missing_at_visit
    A          | .   | .           | no_baseline_visit
    """,
    breaks="""
    visit_outcomes
    patient_id | tis | tis_partial | tis_reason        | !
    A          | .   | .           | .                 | x
    A          | 60  | .           | no_baseline_visit | x
    A          | 60  | 40          | .                 | x
    """,
)

example(
    "PUB-25",
    holds="""
    visit_outcomes
    patient_id | visit_id | visit_day
    A          | V1       | 90

    visits
    patient_id | visit_id | visit_day
    A          | V1       | 90
    """,
    breaks="""
    visit_outcomes
    patient_id | visit_id | visit_day | !
    A          | V1       | 89        | x
    B          | V1       | 90        | x
    A          | V2       | 90        | x

    visits
    patient_id | visit_id | visit_day
    A          | V1       | 90
    """,
)

example(
    "PUB-26",
    holds="""
    visit_outcomes
    patient_id | line
    A          | 1

    treatment_outcomes
    patient_id | line
    A          | 1
    """,
    breaks="""
    visit_outcomes
    patient_id | line | !
    A          | 2    | x
    B          | 1    | x

    treatment_outcomes
    patient_id | line
    A          | 1
    """,
)

example(
    "PUB-27",
    holds="""
    visit_outcomes
    patient_id | visit_day | ck_times_uln
    A          | 0         | 10
    A          | 104       | 2.5

    labs
    patient_id | analyte | collected_day | value | upper_limit_normal | value_comparator
    A          | ck      | 0             | 2000  | 200                | .
    A          | ck      | 90            | 500   | 200                | =
    """,
    breaks="""
    visit_outcomes
    patient_id | visit_day | ck_times_uln | !
    A          | 0         | 600          | x
    A          | 105       | 2.5          | x
    A          | 200       | 5            | x
    B          | 0         | 10           | x

    labs
    patient_id | analyte | collected_day | value | upper_limit_normal | value_comparator
    A          | ck      | 0             | 2000  | 200                | .
    A          | ck      | 90            | 500   | 200                | .
    A          | ck      | 200           | 1000  | 200                | >
    B          | ldh     | 0             | 2000  | 200                | .
    """,
)

example(
    "PUB-30",
    holds="""
    treatment_outcomes
    start_day | stop_day | days_to_start
    0         | .        | 0
    200       | 200      | 200
    """,
    breaks="""
    treatment_outcomes
    start_day | stop_day | days_to_start | !
    200       | 199      | 200           | x
    200       | .        | 0             | x
    """,
)

example(
    "PUB-31",
    holds="""
    treatment_outcomes
    patient_id | days_to_minimal | days_to_moderate | days_to_major
    A          | 90              | 90               | 180
    B          | .               | .                | .
    C          | 90              | .                | .
    """,
    breaks="""
    treatment_outcomes
    patient_id | days_to_minimal | days_to_moderate | days_to_major | !
    A          | 90              | 60               | .             | x
    B          | .               | .                | 90            | x
    """,
)

example(
    "PUB-32",
    holds="""
    treatment_outcomes
    patient_id | line | tis_best
    A          | 1    | 60
    A          | 2    | .

    visit_outcomes
    patient_id | line | tis
    A          | 1    | 20
    A          | 1    | 60
    A          | 2    | .
    """,
    breaks="""
    treatment_outcomes
    patient_id | line | tis_best | !
    A          | 1    | 60       | x
    B          | 1    | .        | x

    visit_outcomes
    patient_id | line | tis
    A          | 1    | 20
    B          | 1    | 40
    """,
)
