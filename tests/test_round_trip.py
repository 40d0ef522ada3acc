"""From delivery to delivery, as registry and centre live it: only the real verbs and files.

registry run → workbook.xlsx → answered by hand → registry answers → registry approve
registry run → what each answer has become, in ledger, workbook, report and release
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from registry.release import open_release
from registry.report.workbook_wording import COLUMNS
from registry.rules import CATALOGUE
from registry.store import Store
from tests.deliveries import delivery

pytestmark = pytest.mark.prefect

CK = {"RIGHT": 250_000, "MOVES": 260_000, "MENDED": 240_000, "UNKNOWN": 230_000}  # queries
PLAIN, AS_USUAL = "PLAIN", 1_000  # nothing is asked of this patient
ANSWERS = {
    "RIGHT": ("confirmed correct", "marathon the\nday before"),
    "MOVES": ("confirmed correct", "=SUM(1)"),
    "MENDED": ("corrected", None),
    "UNKNOWN": ("cannot be determined", None),
}


def registry(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run(store: Store, n: int, ck: Mapping[str, float]) -> Path:
    """Deliver; gives the folder in which the registry keeps what it wrote for the centre."""
    package = delivery(store.root.parent / str(n), [*CK, PLAIN], ck=ck, version=str(n))
    done = registry("run", package, "--store", store.root)
    assert done.exit_code == 0, done.output
    receipt = store.accepted("DE01")
    assert receipt is not None
    return store.folder("DE01", receipt.submission)


def asked(sheet: Any) -> dict[str, dict[str, Any]]:
    """The findings of a workbook: patient → cells by the column's key."""
    keys = {heading: key for key, heading in COLUMNS["en"].items()}
    header, *rows = sheet.iter_rows()
    found = [{keys[h.value]: c for h, c in zip(header, row, strict=True)} for row in rows]
    return {row["patient_id"].value: row for row in found}


def answered(workbook: Path, back: Path) -> Path:
    """What a person does: open it, type into two columns, save it."""
    book = openpyxl.load_workbook(workbook)
    for patient, row in asked(book["Findings"]).items():
        row["answer"].value, row["comment"].value = ANSWERS[patient]
    book.save(back)
    return back


@pytest.fixture(scope="module")
def store(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Four queries, answered in the workbook, the waivers approved; then the next delivery."""
    folder = tmp_path_factory.mktemp("round trip")
    store = Store(folder / "store")
    first = run(store, 1, CK)
    assert released(store) == [AS_USUAL], "the other four are held back"
    back = answered(first / "workbook.xlsx", folder / "back.xlsx")

    read = registry("answers", back, "--store", store.root)
    said = (
        "Answers of DE01 read: 1 cannot_be_determined, 2 confirmed, 1 corrected. New among them: 4."
    )
    assert said in read.output
    assert read.exit_code == 0, read.output
    assert [registry("approve", n, "--store", store.root).exit_code for n in (1, 2)] == [0, 0]

    run(store, 2, CK | {"MOVES": 270_000, "MENDED": AS_USUAL})
    return store


def released(store: Store) -> list[float]:
    return sorted(open_release(store.published).pandas("labs")["value"])


def current(store: Store) -> Path:
    receipt = store.accepted("DE01")
    assert receipt is not None
    return store.folder("DE01", receipt.submission)


def test_each_answer_has_become_what_it_means(store: Store) -> None:
    lives = store.ledger.lives("DE01", current(store).name)
    became = {row.patient_id: (row.life, row.status) for row in lives.itertuples()}

    assert became == {
        "RIGHT": ("persisting", "waived"),
        "MOVES": ("changed", "open"),
        "MENDED": ("resolved", "verified"),
        "UNKNOWN": ("persisting", "answered"),
    }
    listed = registry("queries", "--store", store.root, "--status", "waived").output
    assert "1 queries" in listed
    assert "confirmed: marathon the day before" in listed


def test_what_was_confirmed_holds_nothing_back(store: Store) -> None:
    assert released(store) == [AS_USUAL, AS_USUAL, CK["RIGHT"]]
    page = (current(store) / "report.html").read_text(encoding="utf-8")
    assert "2 of 30 rows are held back." in page
    assert "Besides, confirmed as correct: 1 finding." in page


def test_the_next_workbook_asks_what_is_open_and_holds_what_was_answered(store: Store) -> None:
    rows = asked(openpyxl.load_workbook(current(store) / "workbook.xlsx")["Findings"])

    told = {
        patient: tuple(row[key].value for key in ("life", "status", "answer", "comment"))
        for patient, row in rows.items()
    }
    assert told == {
        "MOVES": ("value changed, still wrong", "open", None, None),
        "UNKNOWN": ("persisting", "answered", "cannot be determined", None),
        "RIGHT": (
            "persisting",
            "confirmed as correct",
            "confirmed correct",
            "marathon the day before",
        ),
    }
    assert next(iter(told)) == "MOVES", "what waits for an answer is first"


def test_sent_back_as_it_came_it_says_nothing_new(store: Store) -> None:
    again = registry("answers", current(store) / "workbook.xlsx", "--store", store.root)

    said = "Answers of DE01 read: 1 cannot_be_determined, 1 confirmed. New among them: 0."
    assert said in again.output
    assert len(store.ledger.waivers("DE01")) == 2
    assert registry("audit", "verify", "--store", store.root).exit_code == 0


def test_an_answer_about_a_rule_that_has_changed_since_is_told_and_waives_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.load_workbook(current(store) / "workbook.xlsx")
    asked(book["Findings"])["MOVES"]["answer"].value = "confirmed correct"
    book.save(tmp_path / "back.xlsx")
    another = replace(CATALOGUE["LAB-07"], expected="ck ≤ 100,000 U/L")
    monkeypatch.setitem(CATALOGUE, "LAB-07", another)

    read = registry("answers", tmp_path / "back.xlsx", "--store", store.root)

    assert "Row 2: rule LAB-07 has changed since this workbook was written." in read.output
    assert "Answers of DE01 read: none. New among them: 0." in read.output
    assert read.exit_code == 1
    assert len(store.ledger.waivers("DE01")) == 2
