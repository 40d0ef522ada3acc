"""Logs, exceptions, Prefect's database, artifacts and results carry no value of any patient.

A marker stands in every text column of a package, and every step fails on purpose with the marker in
what it raises; afterwards everything that was written outside the centre's own findings is searched.
"""

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from flows import cli, path
from registry.contract import Kind
from registry.errors import UserError
from registry.report.workbook_wording import ANSWERS, COLUMNS
from sample_data import generate
from sample_data.centres import GERMAN
from sample_data.package import write_package
from schemas.submitted import CONTRACT

MARKER = "Zitronenfalter"


def marked(folder: Path) -> Path:
    """Some patients of DE01, the marker in every text column: all keys, half the texts, one code."""
    every = generate.german_tables()
    some = every["patients"]["patient_id"].head(12)
    tables = {n: table[table["patient_id"].isin(some)].copy() for n, table in every.items()}
    for name, table in tables.items():
        for column in CONTRACT[name].columns.values():
            if column.kind is not Kind.TEXT or column.name == "centre_id":
                continue
            if column.key or column.links:
                table[column.name] = MARKER + "-" + table[column.name]
            elif column.codes is None:
                table.loc[table.index[::2], column.name] = MARKER
            else:
                table.loc[table.index[-1], column.name] = MARKER
    write_package(
        tables,
        folder,
        centre=GERMAN.code,
        data_cut=GERMAN.data_cut,
        language=GERMAN.language,
        created=generate.CREATED,
    )
    (folder / f"{MARKER}.txt").write_text(MARKER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return marked(tmp_path_factory.mktemp("packages") / "DE01")


def test_the_marker_stands_in_every_text_column(package: Path) -> None:
    for name, table in path.receive(package).submitted.items():
        texts = [c.name for c in CONTRACT[name].columns.values() if c.kind is Kind.TEXT]
        for column in set(texts) - {"centre_id"}:
            said = pd.Series(table[column], dtype="str").str.contains(MARKER, na=False)
            assert said.any(), f"{name}.{column}"


def test_a_check_logs_no_value(package: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        submission = path.receive(package)
        findings = path.check_rows(submission) + path.check_whole(submission, None)

    assert findings.rows["value"].str.contains(MARKER, na=False).any(), "findings do quote"
    assert MARKER not in caplog.text


def called(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int | str | None, str]:
    """`registry` with these arguments: how it ends, and what it says on standard error."""
    monkeypatch.setattr(sys, "argv", ["registry", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, capsys.readouterr().err


CHECK = "check {package} --output {out}"
CRASHES = {
    "flows.path.receive": CHECK,
    "flows.path.check_rows": CHECK,
    "registry.report.terminal.show": CHECK,
    "flows.path.check_whole": CHECK,
    "flows.path.about": CHECK,
    "registry.report.files.write_files": CHECK,
    "flows.path.write_report": CHECK,
    "flows.path.write_workbook": CHECK,
    "flows.path.exit_code": CHECK,
    "registry.convert.build.convert": "convert {package} --centre DE01 --output {out}",
    "registry.template.write_template": "template --output {out}",
    "registry.report.answers.read_answers": "answers {package} --store {out}",
    "registry.ledger.open_ledger": "queries --store {out}",
    "flows.path.withdraw": "withdraw --store {out} --centre DE01 --patient P1 --reason asked",
    "flows.path.cut_release": "release --store {out}",
    "registry.release.releases": "releases --store {out}",
    "registry.release.open_release": "diff 2026.1.0 2026.2.0 --store {out}",
}
ERRORS = (ValueError, OSError, KeyError, MemoryError)


@pytest.mark.parametrize(
    ("place", "error"),
    [
        *(("flows.path.receive", error) for error in ERRORS),
        *zip(CRASHES, cycle(ERRORS)),
    ],
)
def test_a_crash_at_the_command_line_tells_where_and_never_what(
    place: str,
    error: type[Exception],
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def crash(*args: object, **kwargs: object) -> None:
        raise error(f"{MARKER} has a CK of 6431")

    monkeypatch.setattr(path, "check_whole", lambda *_: path.Findings.none())
    monkeypatch.setattr(place, crash)
    arguments = [word.format(package=package, out=tmp_path) for word in CRASHES[place].split()]

    ended, said = called(arguments, monkeypatch, capsys)

    assert ended == cli.INTERNAL_ERROR
    assert f"{error.__name__} at test_silence.py" in said
    assert MARKER not in said
    assert "6431" not in said


# Every step of both flows fails once, by turns with trouble of files and of values, and so does the
# release that takes the place of a withdrawn one; then all of them end.
WALK = """
import sys
from pathlib import Path
from unittest import mock

package, store, marker = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
import flows
from flows import ingest, path, release
from flows.steps import step
from registry import withdrawal
from registry.store import Store

def failing(error):
    def crash(*args, **kwargs):
        raise error(f"{marker} has a CK of 6431")
    return crash

def fails(flow, *arguments):
    try:
        flow(*arguments)
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        assert marker not in told and "6431" not in told, "an exception quotes"
        print("failed as it should:", told)
    else:
        raise SystemExit("did not fail")

def each(flow, steps, *arguments):
    for number, function in enumerate(reached):
        crash = failing((ValueError, OSError)[number % 2])
        with mock.patch.dict(steps._tasks, {function: step(crash)}):
            fails(flow, *arguments)

reached = [path.receive, path.respect, path.keep, path.previous_of, path.check_rows, path.check_whole, path.conclude]
each(ingest.ingest, ingest.steps, package, store)
for module, name in ((path, "already_concluded"), (ingest, "_tell")):
    with mock.patch.object(module, name, failing(ValueError)):
        fails(ingest.ingest, package, store)
receipt = ingest.ingest(package, store)
print(receipt.status, receipt.submission)
reached = [path.gather, path.derive, path.publishable, path.gate, path.publish]
each(release.release, release.steps, store)
assert release.release(store).published

Store(store).ledger.withdraw("DE01", [f"{marker}-P0001"], "asked for", "the registry", again=True)
with mock.patch.object(withdrawal, "purge", failing(OSError)):
    fails(ingest.ingest, package, store)
reached = [path.publish]
each(ingest.ingest, ingest.steps, package, store)
ingest.ingest(package, store)
print("walked to the end")
"""


@dataclass(frozen=True)
class Walked:
    """Both flows, on a Prefect of their own: what was said, Prefect's home and the store."""

    said: str
    home: Path
    store: Path


@pytest.fixture(scope="module")
def walked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = tmp_path_factory.mktemp("walked")
    home, store = folder / "prefect", folder / "store"
    environment = {name: text for name, text in os.environ.items() if "PREFECT" not in name}
    environment |= {"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "DEBUG"}
    ended = subprocess.run(
        [sys.executable, "-c", WALK, str(package), str(store), MARKER],
        capture_output=True,
        text=True,
        env=environment,
        timeout=900,
    )
    return Walked(ended.stdout + ended.stderr, home, store)


@pytest.mark.prefect
def test_prefect_hears_and_keeps_no_value(walked: Walked, package: Path) -> None:
    assert "walked to the end" in walked.said, walked.said[-3000:]
    assert walked.said.count("failed as it should") == 7 + 2 + 5 + 2
    submission = path.receive(package).id
    assert holding(walked.store, MARKER), "the centre's own findings quote it"
    assert holding(walked.home, submission), "the search sees what stands in the database"
    assert MARKER not in walked.said
    assert "CK of 6431" not in walked.said
    assert holding(walked.home, MARKER) == []
    assert holding(walked.home, "CK of 6431") == []


def answered(package: Path, folder: Path) -> Path:
    """The package's workbook, one finding confirmed with the marker as the comment."""
    submission = path.receive(package)
    book = path.write_workbook(submission, path.check_rows(submission), folder, "en")
    opened = openpyxl.load_workbook(book)
    sheet = opened.worksheets[1]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns[COLUMNS["en"]["answer"]]).value = ANSWERS["en"]["confirmed"]
    sheet.cell(2, columns[COLUMNS["en"]["comment"]]).value = MARKER
    opened.save(book)
    return book


def as_csv(package: Path, folder: Path) -> Path:
    """The package's tables as a centre without Parquet has them."""
    folder.mkdir()
    for file in package.glob("*.parquet"):
        pd.read_parquet(file).to_csv(folder / f"{file.stem}.csv", index=False)
    return folder


@pytest.mark.prefect
def test_no_verb_logs_a_value(
    walked: Walked,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    book, tables = answered(package, tmp_path), as_csv(package, tmp_path / "csv")
    store, patient = walked.store, f"{MARKER}-P0002"

    for arguments, ends in (
        (f"convert {tables} --centre DE01 --output {tmp_path / 'DE01'} --data-cut 2026-09-30", 0),
        (f"answers {book} --store {store} --actor somebody", 1),  # of a row that is held back
        (f"queries --store {store}", 0),
        (f"withdraw --store {store} --centre DE01 --patient {patient} --reason asked", 0),
        (f"release --store {store}", 0),
        (f"releases --store {store}", 0),
    ):
        with caplog.at_level(logging.DEBUG):
            ended, said = called(arguments.split(), monkeypatch, capsys)
        assert ended == ends, f"{arguments}: {said}"
        assert MARKER not in said
        assert MARKER not in caplog.text


def holding(folder: Path, text: str) -> list[Path]:
    """Files below a folder that hold a text, whatever kind of file they are."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [file for file in files if text.encode() in file.read_bytes()]


def test_errors_meant_for_a_person_say_nothing_of_a_patient() -> None:
    """Their text is shown as it is: each class builds it from paths, names and counts."""
    kinds = {kind.__name__ for kind in UserError.__subclasses__()}

    assert kinds >= {"StepFailed", "NotAPackage", "StoreBusy", "LimitError"}
