"""Suites on a whole: every rule as drawn, denominators, what is not asked, and the JSON of them."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable

import pandas as pd
import pytest

import tests.rules.whole  # noqa: F401  (draws)
from expectations import engine, gx
from expectations.engine import check_release, check_rule, check_whole
from expectations.released import RELEASED
from expectations.submitted import SUITES
from expectations.suite import Given, spread
from expectations.suites import HERE, written
from registry.findings import Breaches
from registry.profile import profile, slip_factors
from registry.report.wording import WHY
from registry.rules import CATALOGUE, Home, rules_of
from registry.tables import empty
from sample_data import french, generate
from sample_data.columns import Tables
from sample_data.defects import plant_all
from sample_data.defects.whole import delivery_before
from schemas.published import PUBLISHED
from schemas.submitted import CONTRACT
from tests.drawing import EXAMPLES, draw

RULES = [rule_id for suite in (*SUITES, *RELEASED) for rule_id in suite.rules]


def given(text: str, previous: str = "", release: bool = False) -> Given:
    """Drawn tables; a column that is blank throughout counts as not sent."""
    contract = PUBLISHED if release else CONTRACT
    tables = draw(text, contract).tables
    before = draw(previous, contract).tables if previous else None
    unsent = {name: set(table.columns[table.isna().all()]) for name, table in tables.items()}
    return Given(tables, before, unsent=unsent)


def asked(rule_id: str, text: str) -> Breaches:
    """The rule asked of its example's `holds` or `breaks`."""
    example = EXAMPLES[rule_id]
    return check_rule(
        rule_id, given(getattr(example, text), example.previous, rule_id.startswith("REL"))
    )


def found(breaches: Breaches) -> list[tuple[str, str, str, str]]:
    """(rule, column, value, expected) of every breach."""
    columns = ["rule_id", "column", "value", "expected"]
    return [tuple(row) for b in breaches.rows for row in b[columns].itertuples(index=False)]


def why_not(breaches: Breaches) -> dict[str, str]:
    """Rule → why it was not asked at all."""
    coverage = pd.DataFrame(breaches.coverage)
    silent = coverage[coverage.groupby("rule_id")["asked"].transform("sum") == 0]
    return dict(silent[["rule_id", "why_not_asked"]].dropna().itertuples(index=False, name=None))


# --- the rules as drawn -----------------------------------------------------------------------


@pytest.mark.parametrize("rule_id", RULES)
def test_holds_as_drawn(rule_id: str) -> None:
    answer = asked(rule_id, "holds")

    assert found(answer) == []
    assert any(covered["asked"] for covered in answer.coverage)
    assert not any(covered["could_not_run"] for covered in answer.coverage)


@pytest.mark.parametrize("rule_id", RULES)
def test_breaks_as_drawn_once_and_about_no_single_row(rule_id: str) -> None:
    answer = asked(rule_id, "breaks")

    (broken,) = answer.rows
    assert list(broken["row"].isna()) == [True]
    assert broken[["value", "expected"]].notna().all(axis=None)
    assert sum(int(str(covered["broken"])) for covered in answer.coverage) > 0


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_stands_in_one_suite_and_in_its_home(rule_id: str) -> None:
    assert RULES.count(rule_id) == 1
    assert CATALOGUE[rule_id].home is (Home.RELEASE if rule_id.startswith("REL") else Home.WHOLE)


def test_every_whole_rule_is_in_a_suite() -> None:
    assert {rule.id for rule in rules_of(Home.WHOLE)} <= set(RULES)


@pytest.mark.parametrize(
    ("rule_id", "finding"),
    [
        ("CMP-02", ("haq_di", "80 % (8/10)", "≥ 90 %")),
        ("CMP-04", ("upper_limit_normal", "ck: 90 % (18/20)", "≥ 95 %")),
        ("POP-01", ("subtype", "anti_hmgcr: 80 % (16/20)", "5 % … 75 %")),
        ("POP-03", ("value", "2460 U/L (n = 20)", "2500 U/L … 12000 U/L")),
        ("POP-08", ("value", "crp: 2023: × 10 (n = 20)", "× 0.11 … × 9.09")),
        ("VOL-01", ("patient_id", "85 % (17/20)", "≥ 90 %")),
        ("DRF-02", ("birth_year", "0 % → 15 %", "≤ 10 %")),
        ("REL-02", ("tis tis_attainable", "50 % (1/2)", "tis ≤ tis_attainable")),
    ],
)
def test_a_finding_says_what_was_found_and_what_was_expected_in_signs(
    rule_id: str, finding: tuple[str, str, str]
) -> None:
    assert found(asked(rule_id, "breaks")) == [(rule_id, *finding)]


# --- denominators, and what is not asked ------------------------------------------------------


def test_a_reason_counts_as_an_answer_and_not_as_a_row_asked() -> None:
    answer = asked("CMP-02", "breaks")

    (covered,) = answer.coverage
    assert (covered["column"], covered["asked"], covered["broken"]) == ("haq_di", 10, 2)


def test_too_few_are_not_judged() -> None:
    few = given("""
        patients
        patient_id | sex    | contact_for_research | *
        P          | female | .                    | 8
        P          | female | true                 | 1
    """)

    assert why_not(check_rule("POP-02", few)) == {"POP-02": "too_few_rows"}
    assert why_not(check_rule("CMP-01", few)) == {"CMP-01": "too_few_rows"}


def test_without_tables_columns_or_an_earlier_submission_nothing_is_asked() -> None:
    answer = check_whole({}, absent={"labs": "table_unreadable"})
    assert found(answer) == []
    assert set(why_not(answer)) == {rule.id for rule in rules_of(Home.WHOLE)}
    assert why_not(answer)["POP-03"] == "table_unreadable"
    assert why_not(answer)["POP-01"] == "table_not_sent"

    first = given(EXAMPLES["VOL-01"].breaks)
    assert why_not(check_rule("VOL-01", first)) == {"VOL-01": "no_previous_submission"}
    assert why_not(check_rule("POP-02", first)) == {"POP-02": "column_not_sent"}


def test_every_reason_has_words() -> None:
    reasons = {"no_previous_submission", "too_few_rows", "nothing_to_ask", "column_not_sent"}
    assert all(reasons <= set(words) for words in WHY.values())


@pytest.mark.parametrize(
    ("rule_id", "spoilt"),
    [
        ("CMP-02", {"haq_di": 1.5}),  # a row condition on a column that is not there
        ("REL-04", {"tis": 20.0}),
        ("REL-03", {"tis": "Erika M.", "response_group": "adult", "tis_category": "none"}),
    ],
)
def test_a_crash_is_could_not_run_with_its_class_only(
    rule_id: str, spoilt: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    table = pd.DataFrame(spoilt, index=range(1, 21))

    with caplog.at_level(logging.WARNING):
        answer = check_rule(rule_id, Given({CATALOGUE[rule_id].about: table}))

    crashes = {str(covered["could_not_run"]) for covered in answer.coverage} - {"None"}
    assert crashes
    assert all(crash.isidentifier() for crash in crashes)
    assert "Erika" not in caplog.text + str(answer)


def test_a_gate_rule_that_could_not_run_has_broken() -> None:
    outcomes = pd.DataFrame({"patient_id": ["P1"]})

    answer = check_release({"visit_outcomes": outcomes})

    assert "REL-01" in {rule_id for rule_id, *_ in found(answer)}


def test_a_frame_that_cannot_be_made_is_could_not_run() -> None:
    answer = check_rule("POP-02", Given({"patients": pd.DataFrame({"sex": ["female"]})}))

    assert [covered["could_not_run"] for covered in answer.coverage] == ["KeyError"]


# --- clean centres ----------------------------------------------------------------------------


@pytest.mark.parametrize("made", [generate.german_tables, generate.swedish_tables])
def test_a_clean_centre_and_the_same_again_break_nothing(made: Callable[[], Tables]) -> None:
    tables = made()

    answer = check_whole(tables, previous=tables)

    assert found(answer) == []
    assert not any(covered["could_not_run"] for covered in answer.coverage)


def test_fr01_breaks_every_whole_rule_exactly_once() -> None:
    clean = french.french_before()

    answer = check_whole(plant_all(clean), previous=delivery_before(clean))

    assert sorted(rule_id for rule_id, *_ in found(answer)) == sorted(
        rule.id for rule in rules_of(Home.WHOLE)
    )


def test_tables_without_rows_leave_nothing_to_ask() -> None:
    nobody = {name: empty(spec) for name, spec in CONTRACT.items()}

    answer = check_whole(nobody, previous=nobody)

    assert found(answer) == []
    assert not any(covered["could_not_run"] for covered in answer.coverage)
    assert set(why_not(answer).values()) <= {"too_few_rows", "nothing_to_ask"}


def test_values_in_another_unit_that_says_so_are_no_slip() -> None:
    tables = generate.german_tables()
    labs = tables["labs"]
    is_ck = labs["analyte"] == "ck"
    katal = labs.assign(
        value=labs["value"].mask(is_ck, labs["value"] / 60), unit=labs["unit"].mask(is_ck, "ukat/L")
    )

    answer = check_whole({**tables, "labs": katal}, previous=tables)

    assert {rule_id for rule_id, *_ in found(answer)} == {"DRF-05"}


def test_one_year_in_another_unit_that_does_not_say_so_is_a_slip() -> None:
    tables = generate.german_tables()
    labs = tables["labs"]
    slipped = (labs["analyte"] == "creatinine") & (labs["collected_date"].dt.year == 2024)
    spoilt = labs.assign(
        value=labs["value"].mask(slipped, labs["value"] * slip_factors()["creatinine"])
    )

    answer = check_whole({**tables, "labs": spoilt})

    assert {rule_id for rule_id, *_ in found(answer)} == {"POP-08"}


def test_shuffled_rows_say_the_same() -> None:
    tables = {
        name: table.sample(frac=1, random_state=1)
        for name, table in generate.german_tables().items()
    }

    assert profile(tables).equals(profile(generate.german_tables()))


# --- the suites as Great Expectations' own ----------------------------------------------------


def test_the_suites_as_json_are_current() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.json")}

    assert kept == written(), "run: python -m expectations.suites"


@pytest.mark.parametrize("rule_id", ["CMP-02", "POP-01"])
def test_whoever_has_only_great_expectations_finds_the_same(rule_id: str) -> None:
    name = "whole_visits.json" if rule_id == "CMP-02" else "whole_population.json"
    suite = gx.ExpectationSuite(**json.loads((HERE / name).read_text(encoding="utf-8")))
    suite.expectations = [e for e in suite.expectations if e.meta["rule"] == rule_id]
    tables = given(EXAMPLES[rule_id].breaks).tables
    frame = tables["visits"] if rule_id == "CMP-02" else spread(profile(tables), suite.expectations)

    result = gx.context().data_sources.pandas_default.read_dataframe(frame).validate(suite)

    broken = [r.expectation_config.kwargs["column"] for r in result.results if not r.success]
    assert ("haq_di" in broken) if rule_id == "CMP-02" else broken == ["subtype_share.anti_hmgcr"]


def test_declaring_rules_imports_no_engine() -> None:
    code = """
import sys, expectations.submitted, expectations.released, expectations.engine
from registry.rules import CATALOGUE
assert "CMP-01" in CATALOGUE and "REL-01" in CATALOGUE
print([name for name in ("great_expectations", "pandera", "prefect") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_telemetry_and_progress_bars_are_off() -> None:
    """1.24.1 sends nothing any more; the pin allows other versions."""
    assert gx.context().variables.progress_bars == {"globally": False}
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


def test_severity_goes_along() -> None:
    for suite in (*SUITES, *RELEASED):
        for expectation in engine.as_gx(suite).expectations:
            rule = CATALOGUE[expectation.meta["rule"]]
            assert expectation.severity == engine.GX_SEVERITY[rule.severity]
            assert rule.message("de") in expectation.notes
