"""Personal data that should not be there: found by pattern and place, and never repeated."""

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from flows import path
from registry.findings import Findings
from registry.intake import personal
from registry.report.files import as_json
from tests.packages import package

LABELLED = Path(__file__).with_name("personal_data.csv")
PAGE = Path("docs/personal-data.md")


def labelled() -> list[dict[str, str]]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def patterns_in(text: str, place: str = "", country: str = "DE") -> list[str]:
    """English names of the patterns found in one text."""
    column = pa.chunked_array([pa.array([text])])
    return [name.split(" | ")[0] for name, _ in personal.found_in(column, place, country)]


def test_the_page_says_how_much_is_found_and_how_often_in_error() -> None:
    """If this fails, read the new table with care, then put it into the page."""
    kinds, found, alarms, harmless = Counter[str](), Counter[str](), 0, 0
    for line in labelled():
        country = {"de": "DE", "en": "GB"}[line["language"]]
        hits = patterns_in(line["text"], line["place"], country)
        if line["is"] == "none":
            harmless, alarms = harmless + 1, alarms + bool(hits)
        else:
            kinds[line["is"]] += 1
            found[line["is"]] += any(line["is"] in hit for hit in hits)
    lines = [f"| {kind} | {kinds[kind]} | {found[kind]} |" for kind in sorted(kinds)]
    lines.append(f"| **all** | **{kinds.total()}** | **{found.total()}** |")
    lines.append(f"| harmless texts | {harmless} | {alarms} in error |")

    assert "\n".join(lines) in PAGE.read_text(encoding="utf-8"), "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("DE89370400440532013000", True),
        ("FR14 2004 1010 0505 0001 3M02 606", True),
        ("DE89370400440532013001", False),
    ],
)
def test_an_account_number_is_one_by_its_check_digits(text: str, holds: bool) -> None:
    assert personal.is_iban(text) is holds


@pytest.mark.parametrize(("text", "holds"), [("A123456780", True), ("A123456781", False)])
def test_an_insurance_number_is_one_by_its_check_digit(text: str, holds: bool) -> None:
    assert personal.is_kvnr(text) is holds


def test_serial_numbers_that_pass_a_check_digit_by_chance_are_none() -> None:
    numbers = pa.chunked_array([pa.array([f"L{n:09d}" for n in range(300)])])
    by_chance = [text for text in numbers.to_pylist() if personal.is_kvnr(text)]

    assert len(by_chance) > 20
    assert list(personal.found_in(numbers, "key", "DE")) == []


@pytest.mark.parametrize(
    ("column", "is_telling"),
    [
        ("Vorname", True),
        ("patient_name", True),
        ("PATIENTENNAME", True),
        ("Straße", True),
        ("Date of Birth", True),
        ("prénom", True),
        ("personnummer", True),
        ("drug_name", False),
        ("birth_year", False),
        ("remark", False),
        ("", False),
    ],
)
def test_a_column_name_may_tell(column: str, is_telling: bool) -> None:
    assert personal.is_telling(column) is is_telling


def found(folder: Path) -> Findings:
    return path.check_rows(path.receive(folder))


SECRET = "Herr Adler, geb. 12.03.1961"


@pytest.mark.parametrize(
    ("rule", "table", "column"),
    [
        ("SUB-10", "labs", "lab_id"),
        ("SUB-10", "patients", "patient_id"),
        ("SUB-10", "therapies", "drug"),
        ("SUB-10", "therapies", "remark"),
        ("SUB-24", "serology", "kit"),
    ],
)
def test_a_finding_names_pattern_and_place_and_never_the_value(
    rule: str, table: str, column: str, tmp_path: Path
) -> None:
    own = {column: ["P-1", SECRET, "P-3"]}

    findings = found(package(tmp_path, columns={table: own}))

    rows = findings.rows[findings.rows["rule_id"] == rule]
    assert set(rows["value"]) >= {"name with title | Name mit Anrede"}
    assert set(rows["table"]) == {table}
    assert set(rows["row"]) == {2}
    assert set(rows["column"]) == {column}
    assert rows[["key", "patient_id"]].isna().all(axis=None) or rule == "SUB-24"
    told = json.dumps(as_json(Findings(rows, findings.coverage), {}), ensure_ascii=False)
    assert not any(part in told for part in ("Adler", "1961"))


def test_dictionary_columns_are_asked_by_their_distinct_values(tmp_path: Path) -> None:
    kits = pa.array(["a", "tel +49 30 23125012", None, "a", "tel +49 30 23125012"])

    findings = found(package(tmp_path, columns={"serology": {"kit": kits.dictionary_encode()}}))

    rows = findings.rows[findings.rows["rule_id"] == "SUB-24"]
    assert rows["row"].tolist() == [2, 5]


def test_a_telling_column_of_the_centres_own_is_found_by_its_name(tmp_path: Path) -> None:
    findings = found(package(tmp_path, columns={"patients": {"Vorname": ["x"]}}))

    (row,) = findings.rows[findings.rows["rule_id"] == "SUB-10"].to_dict("records")
    assert (row["column"], row["value"]) == ("Vorname", "column name | Spaltenname")


def test_free_text_is_in_no_published_table() -> None:
    """Texts that are neither code nor key of a submission have no column in a release."""
    from schemas.published import PUBLISHED
    from schemas.submitted import CONTRACT

    free = {"kit", "biobank_link"}
    sent = {column for spec in CONTRACT.values() for column in spec.columns}
    published = {column for spec in PUBLISHED.values() for column in spec.columns}

    assert free <= sent
    assert not free & published
