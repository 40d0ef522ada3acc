"""Every declaration is policed: one parametrised test per property of all of them."""

import importlib
import itertools
import pkgutil
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.io.pandas_io import from_yaml, to_yaml

import expectations.submitted  # noqa: F401  (declares its rules)
import registry.convert.rules
import registry.submission  # noqa: F401
import schemas.submitted
from registry.codelists import codelist, names
from registry.contract import Column
from registry.rules import (
    CATALOGUE,
    LANGUAGES,
    RETIRED,
    RULE_ID,
    Home,
    Severity,
    declare,
    rules_of,
)
from registry.submission import PACKAGE
from registry.tables import empty
from schemas.engine import Table
from schemas.published import PUBLISHED
from schemas.rows import check_rows
from schemas.standing import STANDING, Asked
from schemas.submitted import CONTRACT, MODELS

RULES = sorted(CATALOGUE)
SUBMITTED = [rule.id for rule in CATALOGUE.values() if rule.home is not Home.RELEASE]
COLUMNS = [
    pytest.param(column, id=f"{spec.name}.{column.name}")
    for contract in (CONTRACT, PUBLISHED)
    for spec in contract.values()
    for column in spec.columns.values()
]
TABLES = [spec for contract in (CONTRACT, PUBLISHED) for spec in contract.values()]


def test_there_are_enough_rules_of_every_kind() -> None:
    by_home = {home: sum(rule.home is home for rule in CATALOGUE.values()) for home in Home}

    assert len(SUBMITTED) >= 60
    assert by_home[Home.WHOLE] >= 12
    assert all(by_home[home] for home in (Home.PACKAGE, Home.COLUMN, Home.ROW))


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_speaks_every_language_says_what_is_wrong_and_how_to_mend_it(rule_id: str) -> None:
    rule = CATALOGUE[rule_id]

    assert set(rule.messages) == set(LANGUAGES)
    for language in LANGUAGES:
        assert rule.what(language).endswith("."), "the first sentence says what is wrong"
        assert rule.mend(language), "the rest says how to mend it"
        assert rule.message(language).endswith((".", "?"))
    assert rule.message("en") != rule.message("de")


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_has_a_reason_a_source_and_a_name_that_is_a_statement(rule_id: str) -> None:
    rule = CATALOGUE[rule_id]

    assert len(rule.reason) > 20, "the docstring is the reason"
    assert rule.reason.endswith((".", "?"))
    assert rule.source
    assert not re.search(r"domain\.md|rules\.csv", rule.source), (
        "a source is something a reader can find"
    )
    assert re.fullmatch(r"[a-z][a-z0-9_]+", rule.name)


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_id_is_well_formed_and_not_retired(rule_id: str) -> None:
    assert RULE_ID.fullmatch(rule_id)
    assert rule_id not in RETIRED


@pytest.mark.parametrize("rule_id", [r.id for r in CATALOGUE.values() if r.home is Home.ROW])
def test_a_row_rule_reads_columns_and_tables_that_exist(rule_id: str) -> None:
    rule = CATALOGUE[rule_id]
    contract = PUBLISHED if rule_id.startswith("PUB-") else CONTRACT

    assert rule.tables[0] == rule.about
    assert set(rule.tables) <= set(contract)
    assert rule.on
    assert set(rule.on) | set(rule.group) <= set(contract[rule.about].columns)


def test_grades_of_one_line_get_graver_letter_by_letter() -> None:
    order = list(reversed(Severity))
    graded = sorted(rule_id for rule_id in CATALOGUE if rule_id[-1] in "abc")

    for milder, graver in itertools.pairwise(graded):
        if milder[:-1] == graver[:-1]:
            assert order.index(CATALOGUE[milder].severity) < order.index(CATALOGUE[graver].severity)


@pytest.mark.parametrize("rule_id", ["TX-10", "tx-1", "TX-1"])
def test_an_id_that_is_taken_or_malformed_is_refused(rule_id: str) -> None:
    like = CATALOGUE["TX-10"]
    again = declare(
        rule_id,
        like.severity,
        like.category,
        home=like.home,
        about="therapies",
        source="x",
        en="x",
        de="x",
    )

    with pytest.raises(ValueError, match=rule_id):
        again(lambda therapies: therapies)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_is_described_in_every_language(column: Column) -> None:
    assert set(column.description) == set(LANGUAGES)
    assert all(len(text) > 3 for text in column.description.values())


@pytest.mark.parametrize("column", [p for p in COLUMNS if p.values[0].codes])
def test_a_coded_column_has_a_code_list_with_labels(column: Column) -> None:
    listed = codelist(str(column.codes))

    assert listed.codes
    for language in LANGUAGES:
        assert set(listed.codes) <= set(listed.labels(language))


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_has_a_key_prose_and_links_that_resolve(spec) -> None:  # type: ignore[no-untyped-def]
    assert spec.keys
    assert spec.description
    for parent in spec.links.values():
        assert any(
            parent in contract and spec.name in contract for contract in (CONTRACT, PUBLISHED)
        )


def test_every_standing_rule_can_be_broken_by_some_column() -> None:
    nothing = {name: empty(spec) for name, spec in CONTRACT.items()}

    answer = check_rows(MODELS, Asked(nothing, CONTRACT, pd.Timestamp("2026-06-30")))

    assert {s.id for s in STANDING} <= {covered["rule_id"] for covered in answer.coverage}


def test_every_code_list_is_used() -> None:
    used = {c.values[0].codes for c in COLUMNS}
    source = "".join(
        Path(importlib.import_module(module.name).__file__ or "").read_text(encoding="utf-8")
        for package in ("registry", "schemas", "expectations")
        for module in pkgutil.walk_packages([package], f"{package}.")
        if not module.name.endswith(("suites", "__main__"))
    )

    unused = [name for name in names() if name not in used and f'"{name}"' not in source]
    assert unused == []


def test_package_findings_are_about_the_submission() -> None:
    assert {rule.about for rule in CATALOGUE.values() if rule.home is Home.PACKAGE} == {PACKAGE}
    assert schemas.submitted.MODELS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_rule_is_a_check_that_survives_panderas_yaml(model: type[Table]) -> None:
    """Checks are registered, with what they read as statistics: plain functions would be lost."""
    schema = model.to_schema()

    read = from_yaml(to_yaml(schema))

    assert checks_of(read) == checks_of(schema)
    assert {check.name for check in read.checks} == {
        rule.id for rule in rules_of(Home.ROW, model.table_name())
    }


def checks_of(schema: pa.DataFrameSchema) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    of_columns = {name: column.checks for name, column in schema.columns.items()}
    every = of_columns | {"": schema.checks}
    return {name: [(check.name, check.statistics) for check in of] for name, of in every.items()}
