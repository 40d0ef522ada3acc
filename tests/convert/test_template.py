"""The template: what a person who knows only Excel fills in, and what becomes of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from flows import path
from registry.codelists import codelist
from registry.package import open_package
from registry.rules import Severity
from registry.template import write_template
from registry.template.examples import EXAMPLES, example
from registry.template.wording import FILE
from schemas.submitted import CONTRACT
from tests.convert.files import DE01, convert, tables_of

LANGUAGES = ("en", "de")


def template(folder: Path, language: str) -> Path:
    write_template(folder, language, CONTRACT)
    return folder / FILE[language]


def filled_in(
    book: Path, tables: dict[str, pd.DataFrame], change: Callable[[Any], None] | None = None
) -> Path:
    """Type a package's values into the template, from row 4 on, as a person does: days as days."""
    open_book = openpyxl.load_workbook(book)
    for name, table in tables.items():
        sheet = open_book[name]
        places = {cell.value: cell.column for cell in sheet[1]}
        for row, values in enumerate(table.to_dict("records"), start=4):
            for column, value in values.items():
                if not pd.isna(value):
                    sheet.cell(
                        row,
                        places[column],
                        "yes" if value is True else "no" if value is False else value,
                    )
    if change is not None:
        change(open_book)
    open_book.save(book)
    return book


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_a_sheet_with_its_columns_help_lists_and_an_example(
    language: str, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(template(tmp_path, language))

    assert book.sheetnames == [
        {"en": "Read me", "de": "Bitte lesen"}[language],
        *CONTRACT,
        {"en": "Codes", "de": "Codelisten"}[language],
    ]
    for name, spec in CONTRACT.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]][1:] == list(spec.columns)
        assert sheet.freeze_panes == "B3"
        helped = dict(zip(spec.columns, [cell.value for cell in sheet[2]][1:], strict=True))
        listed = {
            str(check.sqref).split(":")[0].rstrip("0123456789"): check
            for check in sheet.data_validations.dataValidation
        }
        for place, column in enumerate(spec.columns.values(), start=2):
            assert column.description[language] in helped[column.name]
            needed = {"en": "REQUIRED", "de": "PFLICHT"}[language] in helped[column.name]
            assert needed == (column.required and column.name != "centre_id")
            assert column.unit is None or column.unit in helped[column.name]
            if column.codes:
                check = listed[sheet.cell(1, place).column_letter]
                assert codes_at(book, check.formula1) == list(codelist(column.codes).codes)


def codes_at(book: Any, reference: str) -> list[str]:
    """The cells that a drop-down reads."""
    sheet, _, cells = reference.partition("!")
    return [row[0].value for row in book[sheet.strip("'=")][cells.replace("$", "")]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_row_holds_codes_and_columns_of_the_contract_and_is_not_sent(
    language: str, tmp_path: Path
) -> None:
    book = template(tmp_path, language)

    made = convert(book)

    assert made.findings.rows.empty
    assert made.package is not None
    assert {name: len(table) for name, table in tables_of(made.package).items()} == {
        name: 0 for name, spec in CONTRACT.items() if spec.required
    }


def test_the_example_itself_breaks_no_rule_above_a_note(tmp_path: Path) -> None:
    def unmark(book: Any) -> None:
        for name in CONTRACT:
            book[name].cell(3, 1).value = None

    made = convert(filled_in(template(tmp_path, "en"), {}, unmark))

    assert made.package is not None
    submission = path.receive(made.package)
    found = path.check_rows(submission).rows
    graver = found.loc[found["severity"] != Severity.NOTE.value, "rule_id"]
    assert list(graver) == ["SER-11"], "one row of serology cannot answer for both antibodies"
    assert {name.split(".")[-1] for name in EXAMPLES} <= {
        c for spec in CONTRACT.values() for c in spec.columns
    }
    assert all(
        example(s.name, c.name) in codelist(c.codes).codes
        for s in CONTRACT.values()
        for c in s.columns.values()
        if c.codes and example(s.name, c.name)
    )


def few(patients: int) -> dict[str, pd.DataFrame]:
    """DE01's first patients, with everything that hangs from them."""
    tables = tables_of(DE01)
    ids = set(tables["patients"]["patient_id"].head(patients))
    return {
        name: table[table["patient_id"].isin(ids)].drop(columns="centre_id")
        for name, table in tables.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_filled_in_is_a_package_like_the_centres_own(
    language: str, tmp_path: Path
) -> None:
    tables = few(4)

    made = convert(filled_in(template(tmp_path, language), tables))

    assert made.findings.rows.empty
    assert made.package is not None
    received = path.receive(made.package)
    own = path.receive(DE01)
    assert received.breaches.rows == []
    for name, table in received.tables.items():
        same = own.tables[name][
            own.tables[name]["patient_id"].isin(tables["patients"]["patient_id"])
        ]
        pd.testing.assert_frame_equal(table.reset_index(drop=True), same.reset_index(drop=True))


def test_planted_mistakes_are_found_in_the_row_of_the_sheet(tmp_path: Path) -> None:
    def plant(book: Any) -> None:
        labs, visits = book["labs"], book["visits"]
        where = {cell.value: cell.column for cell in labs[1]}
        labs.cell(7, where["value"]).value = "12 mg"
        labs.cell(9, where["analyte"]).value = "CK-MB"
        labs.cell(11, where["collected_date"]).value = date(2031, 1, 1)
        visits.cell(5, {cell.value: cell.column for cell in visits[1]}["haq_di"]).value = 30

    made = convert(filled_in(template(tmp_path, "en"), few(4), plant))

    assert list(made.findings.rows["place"]) == ["template.xlsx, sheet labs, row 7"]
    assert made.package is not None
    submission = path.receive(made.package)
    found = path.with_places(path.check_rows(submission), submission, "en").rows
    places = found.loc[found["severity"] == "hold"].groupby("rule_id")["place"].first().to_dict()
    assert places["COL-02"] == "template.xlsx, sheet labs, row 7"
    assert places["COL-03"] == "template.xlsx, sheet labs, row 9"
    assert places["SUB-05"] == "template.xlsx, sheet labs, row 11"
    assert places["COL-04"] == "template.xlsx, sheet visits, row 5"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_empty_package_and_the_csv_headers_are_the_contracts(
    language: str, tmp_path: Path
) -> None:
    template(tmp_path, language)

    package = open_package(tmp_path / "package")
    received = path.receive(tmp_path / "package")
    assert set(received.tables) == set(CONTRACT)
    assert {str(b["rule_id"].iloc[0]) for b in received.breaches.rows} == {"SUB-11"}, (
        "only what the centre has to fill in"
    )
    assert json.loads((package.path / "datapackage.json").read_text())["registry:centre"] == "XX00"
    for name, spec in CONTRACT.items():
        header = (tmp_path / "csv" / f"{name}.csv").read_text(encoding="utf-8-sig").strip()
        assert header.split({"en": ",", "de": ";"}[language]) == list(spec.columns)
