"""The workbook: every finding a row, bad cells marked, nothing submitted alive; answers come back."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from openpyxl.utils.escape import unescape

from flows import path
from registry.convert.sheet import CannotConvert
from registry.findings import Findings
from registry.report.answers import known, read_answers
from registry.report.cells import SEALED, texts
from registry.report.wording import SEVERITY
from registry.report.workbook import FINDINGS, Shown, write_workbook
from registry.report.workbook_wording import ANSWERS, COLUMNS
from registry.submission import Submission
from tests.packages import package
from tests.report.centres import many

LANGUAGES = ("en", "de")

PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "{=1+1}",
    "http://evil.example/x",
    "mailto:a@evil.example",
    "internal:Findings!A1",
    "external:c:\\temp\\x.xlsx",
    "_x003D_1+1",
    "<script>alert(1)</script>&amp;]]>",
    "\u202egnirts\u202c",
    "a\x00\x01\x0b\x1fb",
    "\ufffe\uffff\ue000",
    "x" * 4_000,
    "12345678901234567890",
]


def checked(folder: Path) -> tuple[Submission, Findings]:
    submission = path.receive(folder)
    return submission, path.check_rows(submission)


def shown(submission: Submission, findings: Findings, language: str = "en") -> Shown:
    return Shown(
        findings,
        path.about(submission),
        submission.submitted,
        language,
        submission.made_on,
        path.sources_of(submission),
    )


FR01 = tuple[Submission, Findings]


@pytest.fixture(scope="module")
def fr01() -> FR01:
    return checked(Path("sample_data/FR01"))


@pytest.fixture(scope="module")
def books(fr01: FR01, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """FR01's workbook in each language."""
    folder = tmp_path_factory.mktemp("books")
    for language in LANGUAGES:
        write_workbook(folder / f"{language}.xlsx", shown(*fr01, language))
    return {language: folder / f"{language}.xlsx" for language in LANGUAGES}


def hostile(folder: Path) -> Path:
    """A package whose every payload is a code that is not in its list: each becomes a finding."""
    n = len(PAYLOADS)
    columns = {
        "lab_id": [f"L{i}" for i in range(n)],
        "analyte": PAYLOADS,
        "loinc": PAYLOADS,
        "value": pa.array(PAYLOADS),
    }
    return package(folder, columns={"labs": columns})


def rows_of(book: Path | openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    """A sheet as openpyxl reads it, by its header."""
    opened = openpyxl.load_workbook(book) if isinstance(book, Path) else book
    header, *rows = opened[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_no_submitted_value_is_a_formula_or_a_link(tmp_path: Path) -> None:
    submission, findings = checked(hostile(tmp_path / "package"))

    write_workbook(tmp_path / "workbook.xlsx", shown(submission, findings))

    with zipfile.ZipFile(tmp_path / "workbook.xlsx") as archive:
        parts = {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith((".xml", ".rels", ".vml"))
        }
    assert [
        name
        for name, part in parts.items()
        if re.search(r"<f[ >/]|<hyperlink|relationships/hyperlink|externalLink", part)
    ] == []
    held = rows_of(tmp_path / "workbook.xlsx", "labs")
    assert [row["loinc"] for row in held][:6] == PAYLOADS[:6], "they are there, as text"
    assert unescape(held[13]["loinc"]) == "_x003D_1+1", "Excel's own escape does not become a sign"
    assert held[16]["loinc"] == "a\\u0000\\u0001\\u000b\\u001fb"
    assert held[15]["loinc"] == "\\u202egnirts\\u202c"
    assert held[18]["loinc"] == "x" * 2_000 + "…"
    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx")
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {
        "s",
        "n",
        "d",
        "b",
        "inlineStr",
    }
    assert all(cell.hyperlink is None for sheet in book for row in sheet for cell in row)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_a_row_with_all_it_takes_and_a_place_for_the_answer(
    language: str, fr01: FR01, books: dict[str, Path]
) -> None:
    _, findings = fr01
    book = openpyxl.load_workbook(books[language])
    sheet, words = book.worksheets[1], COLUMNS[language]

    rows = rows_of(book, sheet.title)

    assert sorted(row[words["identity"]] for row in rows) == sorted(findings.rows["identity"])
    methotrexate = next(row for row in rows if row[words["rule_id"]] == "TX-02")
    assert methotrexate[words["value"]] == "daily"
    assert methotrexate[words["patient_id"]] == "P0106"
    assert methotrexate[words["row"]] == 2315
    assert methotrexate[words["what"]].startswith(
        {"en": "Methotrexate every day", "de": "Methotrexat an jedem Tag"}[language]
    )
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:R{len(rows) + 1}"
    (choices,) = sheet.data_validations.dataValidation
    assert choices.formula1.strip('"').split(",") == list(ANSWERS[language].values())
    assert str(choices.sqref) == f"M2:M{len(rows) + 1}"
    line = [cell.value for cell in book["therapies"]["A"]].index(2315) + 1
    cell = book["therapies"].cell(
        line, 1 + [c.value for c in book["therapies"][1]].index("frequency")
    )
    assert cell.value == "daily"
    assert cell.fill.fgColor.rgb == "FFF9D0B4", "marked as held back"
    assert "TX-02" in cell.comment.text


def test_the_summary_counts_with_denominators_and_says_what_blocks(
    fr01: FR01, books: dict[str, Path]
) -> None:
    submission, findings = fr01

    summary = [
        list(row)
        for row in openpyxl.load_workbook(books["en"])["Summary"].iter_rows(values_only=True)
    ]
    rows = sum(len(table) for table in submission.submitted.values())
    held = findings.counts()[next(s for s in findings.counts() if s.value == "hold")]
    assert [row[:4] for row in summary if row[0] == "held back"] == [
        ["held back", held, held, rows]
    ]
    assert ["TX-02", 1, 300] in [row[:3] for row in summary]
    blocking = summary[summary.index(["What blocks you", None, None, None, None]) + 1]
    assert blocking[0] == "SEC-01"


def test_days_excel_cannot_hold_numbers_it_would_round_and_blanks(tmp_path: Path) -> None:
    folder = package(
        tmp_path / "package",
        columns={
            "patients": {
                "patient_id": ["P1", "P2", "P3"],
                "birth_year": pa.array([1960, 2**60, None]),
                "onset_date": pa.array(["1850-01-01", "2025-12-31", None]).cast(pa.date32()),
                "biosample": [True, False, None],
            },
            "visits": {
                "visit_id": ["V1", "V2"],
                "patient_id": ["P1", "P1"],
                "weight_kg": [float("inf"), float("nan")],
            },
        },
    )
    submission, findings = checked(folder)

    write_workbook(tmp_path / "workbook.xlsx", shown(submission, findings))

    rows = rows_of(tmp_path / "workbook.xlsx", "patients")
    assert [row["birth_year"] for row in rows] == [1960, str(2**60), None]
    assert [str(row["onset_date"])[:10] for row in rows] == ["1850-01-01", "2025-12-31", "None"]
    assert [row["biosample"] for row in rows] == [True, False, None]
    assert [row["weight_kg"] for row in rows_of(tmp_path / "workbook.xlsx", "visits")] == [
        "inf",
        None,
    ]


def test_a_letter_in_a_cell_is_a_finding_and_does_not_flood_it(tmp_path: Path) -> None:
    labs = {"lab_id": ["L1", "L2"], "analyte": ["ck", "x" * 10_000], "loinc": ["1", "x" * 4_096]}
    submission, findings = checked(package(tmp_path / "package", columns={"labs": labs}))

    write_workbook(tmp_path / "workbook.xlsx", shown(submission, findings))

    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx")
    (told,) = [row for row in rows_of(book, "Findings") if row["rule"] == "SEC-05"]
    assert [told[key] for key in ("table", "column", "value", "expected")] == [
        *("labs", "analyte", "9.77 KiB", "≤ 4 KiB")
    ]
    held = rows_of(book, "labs")
    assert "analyte" not in held[0], "the column was not read"
    assert held[1]["loinc"] == "x" * 2_000 + "…", "the longest that can reach it"


def test_a_package_without_findings_and_findings_without_expectations_are_workbooks_too(
    tmp_path: Path,
) -> None:
    submission, _ = checked(package(tmp_path / "package"))
    blank = checked(
        package(tmp_path / "blank", columns={"visits": {"visit_date": pa.nulls(1, pa.date32())}})
    )
    assert blank[1].rows["expected"].isna().any()
    assert blank[1].rows.loc[blank[1].rows["table"] == "visits", "expected"].isna().all()

    write_workbook(tmp_path / "none.xlsx", shown(submission, Findings.none()))
    write_workbook(tmp_path / "blank.xlsx", shown(*blank))

    assert rows_of(tmp_path / "none.xlsx", "Findings") == []
    assert "COL-01" in openpyxl.load_workbook(tmp_path / "blank.xlsx")["visits"]["E2"].comment.text


def test_what_does_not_fit_is_left_out_gravest_last_and_said(fr01: FR01, tmp_path: Path) -> None:
    submission, findings = fr01

    write_workbook(tmp_path / "workbook.xlsx", shown(submission, findings), 100, cells=200, notes=5)

    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx")
    listed = [row["consequence"] for row in rows_of(book, "Findings")]
    every = [
        SEVERITY["en"][severity] for severity, n in findings.counts().items() for _ in range(n)
    ]
    assert listed == every[:100]
    cells = sum(
        (sheet.max_row - 1) * (sheet.max_column - 1)
        for sheet in book.worksheets[2:]
        if sheet.max_row > 1
    )
    assert 100 < cells <= 200
    said = [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert (
        f"Only 100 of {len(findings.rows)} findings are listed, the gravest first; all are in findings.parquet."
        in said
    )
    assert "Only the first 5 cells carry a note; every cell in question is coloured." in said
    assert any(str(text).startswith("Table labs: 0 of 29,") for text in said)


@pytest.mark.parametrize("most", [FINDINGS, 5_000])
def test_many_findings_are_a_workbook_that_opens(most: int, tmp_path: Path) -> None:
    submission, _ = checked(package(tmp_path / "package"))
    found = shown(submission, many(20_000, ["CSM-01"]))

    write_workbook(tmp_path / "workbook.xlsx", found, findings=most)

    with zipfile.ZipFile(tmp_path / "workbook.xlsx") as archive:
        rows = archive.read("xl/worksheets/sheet2.xml").count(b"<row ") - 1
    assert rows == min(most, 20_000)
    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx", read_only=True)
    assert [cell.value for cell in next(book["Findings"].rows)][:2] == ["consequence", "rule"]
    book.close()


def test_the_same_package_gives_the_same_bytes_whenever(tmp_path: Path) -> None:
    package(tmp_path / "package", columns={"events": {"event_type": ["?"]}})
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"

    for book in (one, other):
        write_workbook(book, shown(*checked(tmp_path / "package")))

    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}, "no clock"
    said = openpyxl.load_workbook(one).properties
    assert {said.created.date(), said.modified.date()} == {date(2026, 10, 15)}, "its package's day"


# --- answers ------------------------------------------------------------------------------------


Change = Callable[[Any, dict[str, int]], None]


def changed(book: Path, back: Path, language: str, change: Change) -> Path:
    """A workbook changed by somebody with a spreadsheet, saved, and back again."""
    opened = openpyxl.load_workbook(book)
    sheet = opened.worksheets[1]
    keys = {heading: key for key, heading in COLUMNS[language].items()}
    change(sheet, {keys[str(cell.value)]: cell.column for cell in sheet[1]})
    opened.save(back)
    return back


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_come_back_by_finding_in_the_ledgers_words(
    language: str, fr01: FR01, books: dict[str, Path], tmp_path: Path
) -> None:
    expected = []

    def answer(sheet: Any, at: dict[str, int]) -> None:
        for row, (word, label) in enumerate(ANSWERS[language].items(), start=20):
            sheet.cell(row, at["answer"]).value = label
            sheet.cell(row, at["comment"]).value = (
                f"=comment {word}" if word == "confirmed" else None
            )
            expected.append(
                (
                    sheet.cell(row, at["identity"]).value,
                    word,
                    sheet.cell(row, at["value_hash"]).value,
                )
            )

    read = read_answers(changed(books[language], tmp_path / "back.xlsx", language, answer))

    assert read.problems == []
    assert (
        list(read.rows[["identity", "answer", "value_hash"]].itertuples(index=False, name=None))
        == expected
    )
    assert read.about["centre"] == "FR01"
    assert read.about["language"] == language
    assert len(known(read, fr01[1].rows, "FR01").rows) == 4


def test_what_cannot_be_read_is_told_row_by_row_and_the_others_go_on(
    fr01: FR01, books: dict[str, Path], tmp_path: Path
) -> None:
    def answer(sheet: Any, at: dict[str, int]) -> None:
        for row in range(20, 29):
            sheet.cell(row, at["answer"]).value = "corrected"
        sheet.cell(21, at["answer"]).value = "dunno"
        sheet.cell(22, at["answer"]).value, sheet.cell(22, at["comment"]).value = None, "see letter"
        sheet.cell(23, at["value"]).value = "7"
        sheet.cell(24, at["identity"]).value = None
        sheet.cell(25, at["value_hash"]).value = "0" * 20
        for column in (*SEALED, "seal"):
            sheet.cell(27, at[column]).value = sheet.cell(26, at[column]).value
        sheet.cell(27, at["answer"]).value = "not applicable"
        sheet.cell(28, at["rule_version"]).value = "0" * 12

    read = read_answers(changed(books["en"], tmp_path / "back.xlsx", "en", answer))

    assert len(read.rows) == 1
    assert read.rows["row"].tolist() == [20]
    assert [problem.partition(":")[0] for problem in read.problems] == [
        f"Row {n}" for n in range(21, 29)
    ]
    told = dict(enumerate(read.problems, start=21))
    assert (
        "“dunno” is no answer. Choose one of: corrected, confirmed correct, cannot be determined, not applicable."
        in told[21]
    )
    assert "a comment without an answer" in told[22]
    assert "were changed in the workbook" in told[23]
    assert "identity of the finding is missing" in told[24]
    assert "were changed in the workbook" in told[25]
    assert "has another answer in another row" in told[26]
    assert "has another answer in another row" in told[27]
    assert "were changed in the workbook" in told[28]


def test_an_answer_to_a_finding_or_a_value_the_registry_does_not_have_is_told(
    fr01: FR01, books: dict[str, Path], tmp_path: Path
) -> None:
    def answer(sheet: Any, at: dict[str, int]) -> None:
        for row in (20, 21, 22):
            sheet.cell(row, at["answer"]).value = "confirmed correct"

    read = read_answers(changed(books["en"], tmp_path / "back.xlsx", "en", answer))
    findings = fr01[1]
    first, second, third = read.rows["identity"]
    held = findings.rows[findings.rows["identity"] != first]
    held = held.assign(value_hash=held["value_hash"].mask(held["identity"] == second, "another"))

    met = known(read, held, "FR01")

    assert list(met.rows["identity"]) == [third]
    assert met.problems == [
        "Row 20: the registry knows no such finding of FR01. Not read.",
        "Row 21: the answer is about another value than the registry's last submission of FR01 holds. Not read.",
        f"Row 22: read, but confirming settles nothing here: rule {met.rows['rule_id'][0]} asks no question, the data have to be corrected. If they cannot, write to the registry.",
    ]


def test_rows_may_be_sorted_and_columns_moved(
    fr01: FR01, books: dict[str, Path], tmp_path: Path
) -> None:
    book = changed(
        books["en"],
        tmp_path / "back.xlsx",
        "en",
        lambda sheet, at: setattr(sheet.cell(30, at["answer"]), "value", "corrected"),
    )
    table = pd.read_excel(book, sheet_name="Findings", dtype=object).iloc[::-1]
    table[table.columns[::-1]].to_excel(tmp_path / "moved.xlsx", sheet_name="x", index=False)

    one, other = read_answers(book), read_answers(tmp_path / "moved.xlsx")

    assert len(one.rows) == 1
    assert list(other.rows["identity"]) == list(one.rows["identity"])


def test_a_value_with_blanks_around_it_and_a_long_comment_come_back_the_same(
    tmp_path: Path,
) -> None:
    submission, findings = checked(
        package(tmp_path / "package", columns={"labs": {"analyte": [" CK-MB "]}})
    )
    write_workbook(tmp_path / "workbook.xlsx", shown(submission, findings))

    def answer(sheet: Any, at: dict[str, int]) -> None:
        row = [cell.value for cell in sheet["K"]].index(" CK-MB ") + 1
        sheet.cell(row, at["answer"]).value = "confirmed correct"
        sheet.cell(row, at["comment"]).value = "two\nlines\u202e " + "x" * 4_000

    read = read_answers(changed(tmp_path / "workbook.xlsx", tmp_path / "back.xlsx", "en", answer))

    assert read.problems == []
    (comment,) = read.rows["comment"]
    assert comment.startswith(r"two lines\u202e xxx")
    assert texts(read.rows["comment"]).tolist() == [comment], "as the next workbook shows it"


def test_another_workbook_or_a_broken_one_is_a_sentence(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")

    assert "not a workbook of the registry" in read_answers(tmp_path / "other.xlsx").problems[0]
    with pytest.raises(CannotConvert, match="cannot be opened"):
        read_answers(tmp_path / "broken.xlsx")
