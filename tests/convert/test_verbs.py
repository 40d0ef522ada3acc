"""`registry template`, `convert` and `answers` as a person runs them: processes, exit codes, texts."""

from pathlib import Path

import openpyxl
import pytest

from flows import path
from registry.report.workbook_wording import COLUMNS
from registry.store import Store
from tests.convert.conftest import Registry
from tests.convert.files import csv_file
from tests.packages import package
from tests.test_cli import registry as in_its_own_process

HEAD = "lab_id,patient_id,collected_date,analyte,value"


@pytest.mark.parametrize(
    ("row", "code", "text"),
    [
        ("L1,P1,2025-12-31,ck,5", 0, "Package written"),
        (
            "L1,P1,2025-12-31,ck,5 mg",
            2,
            "labs.csv line 2 · labs row 2 · L1 · patient P1 · value = 5 mg · expected a number",
        ),
        ("L1,P1", 3, "No package was written. Mend"),
        ("L1,P1,01/02/2025,ck,5", 3, "Say --date-order day or --date-order month."),
    ],
)
def test_convert_tells_and_ends_as_it_says(
    row: str, code: int, text: str, registry: Registry, tmp_path: Path
) -> None:
    labs = csv_file(tmp_path, f"{HEAD}\n{row}")

    answer = registry(
        "convert",
        labs,
        "--centre",
        "DE01",
        "--data-cut",
        "2026-09-30",
        "--output",
        tmp_path / "package",
    )

    assert answer.returncode == code, answer.stdout + answer.stderr
    assert text in answer.stdout
    assert answer.stderr == "", "nobody looks at a terminal: no progress bar"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--centre", "XX99"], "XX99 is no centre code"),
        (["--centre", "DE01", "--date-order", "year"], "--date-order is one of day month"),
        (["--centre", "DE01", "--data-cut", "soon"], "soon is no day"),
        (
            ["--centre", "DE01", "--encoding", "klingon", "--data-cut", "2026-09-30"],
            "There is no encoding klingon",
        ),
    ],
)
def test_a_wrong_option_is_a_sentence(
    arguments: list[str], sentence: str, registry: Registry, tmp_path: Path
) -> None:
    labs = csv_file(tmp_path, f"{HEAD}\nL1,P1,2025-12-31,ck,5")

    answer = registry("convert", labs, *arguments, "--output", tmp_path / "package")

    assert answer.returncode == 3
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_template_is_written_where_it_is_wanted(registry: Registry, tmp_path: Path) -> None:
    answer = registry("template", "--language", "de", "--output", tmp_path / "vorlage")

    assert answer.returncode == 0
    assert answer.stdout.splitlines()[0] == str(tmp_path / "vorlage/vorlage.xlsx")
    assert registry("template", "--language", "fr", "--output", tmp_path).returncode == 3


@pytest.fixture
def ingested(no_suites: None, tmp_path: Path) -> tuple[Store, Path]:
    """A submission with findings in a store, and the workbook its centre answered."""
    events = {"event_id": ["E1", "E2"], "event_type": ["?", "?"]}
    store = Store(tmp_path / "store")
    receipt = path.ingest(package(tmp_path / "package", columns={"events": events}), store)
    book = openpyxl.load_workbook(store.folder("DE01", receipt.submission) / "workbook.xlsx")
    sheet = book["Findings"]
    place = [cell.value for cell in sheet[1]].index(COLUMNS["en"]["answer"]) + 1
    sheet.cell(2, place).value, sheet.cell(3, place).value = "corrected", "perhaps"
    book.save(tmp_path / "back.xlsx")
    return store, tmp_path / "back.xlsx"


def test_answers_are_taken_down_and_what_is_none_is_told(
    registry: Registry, ingested: tuple[Store, Path]
) -> None:
    store, book = ingested

    answer = registry("answers", book, "--store", store.root)

    assert "Row 3: “perhaps” is no answer." in answer.stdout
    assert "Answers of DE01 read: 1 corrected. New among them: 1." in answer.stdout
    assert answer.returncode == 1


def test_a_workbook_of_a_submission_nobody_has_is_a_sentence(
    registry: Registry, ingested: tuple[Store, Path], tmp_path: Path
) -> None:
    _, book = ingested
    (tmp_path / "other").mkdir()

    answer = registry("answers", book, "--store", tmp_path / "other")

    assert answer.returncode == 3
    assert "The registry has no submission of DE01. Nothing was read." in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("answers nothing.xlsx", "There is no file nothing.xlsx."),
        ("queries --status done", "--status is one of open answered waived verified closed"),
        ("queries --centre DE10", "The store has no submission of DE10."),
        ("approve 7", "There is no waiver 7."),
        ("diff 2026.1.0 2026.2.0", "There is no release 2026.1.0."),
    ],
)
def test_what_is_not_there_is_a_sentence(
    arguments: str, sentence: str, registry: Registry, tmp_path: Path
) -> None:
    done = registry(*arguments.split(), "--store", tmp_path)

    assert done.stderr.startswith(sentence)
    assert done.returncode == 3


def test_a_rule_about_the_whole_is_waived_at_the_command_line(
    ingested: tuple[Store, Path],
) -> None:
    store, _ = ingested
    (receipt,) = store.ledger.receipts("DE01")

    answer = in_its_own_process(
        *("waive", "--store", store.root, "--centre", "DE01", "--rule", "VOL-01"),
        *("--submission", receipt.submission, "--reason", "moved to another registry"),
    )

    assert "Waiver 1 is proposed. `registry approve 1` puts it into force." in answer.stdout
    assert answer.returncode == 0


def test_a_withdrawal_says_whether_anybody_was_found(
    registry: Registry, ingested: tuple[Store, Path]
) -> None:
    store, _ = ingested

    def withdraw(patient: str) -> str:
        asked = ("--store", store.root, "--centre", "DE01", "--patient", patient)
        return registry("withdraw", *asked, "--reason", "by letter").stdout

    assert "No submission of DE01 held this patient: if one should have, check" in withdraw("P0O1")
    assert "The patient is purged from DE01" in withdraw("patients-1")
