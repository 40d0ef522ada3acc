"""Logs, exceptions, Prefect's database, artifacts and results carry no value of any patient.

A marker stands in every text column of a package, and every step fails on purpose with the marker in
what it raises; afterwards everything that was written outside the centre's own findings is searched.
"""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from flows import cli, path
from registry.contract import Kind
from registry.errors import UserError
from sample_data import generate
from sample_data.centres import GERMAN
from sample_data.package import write_package
from schemas.submitted import CONTRACT

MARKER = "Zitronenfalter"


def marked(folder: Path) -> Path:
    """DE01 with the marker in every text column: in all keys and texts, in one row of codes."""
    tables = {name: table.copy() for name, table in generate.german_tables().items()}
    for name, table in tables.items():
        for column in CONTRACT[name].columns.values():
            if column.kind is not Kind.TEXT or column.name == "centre_id":
                continue
            if column.key or column.links:
                table[column.name] = MARKER + "-" + table[column.name]
            elif column.codes is None:
                table[column.name] = MARKER
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


@pytest.mark.parametrize("step", ["receive", "check_rows", "check_whole", "about", "exit_code"])
@pytest.mark.parametrize("error", [ValueError, OSError, KeyError, MemoryError])
def test_a_crash_at_the_command_line_tells_where_and_never_what(
    step: str,
    error: type[Exception],
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def crash(*args: object, **kwargs: object) -> None:
        raise error(f"{MARKER} has a CK of 6431")

    monkeypatch.setattr(path, "check_whole", lambda *_: path.Findings.none())
    monkeypatch.setattr(path, step, crash)
    monkeypatch.setattr(sys, "argv", ["registry", "check", str(package), "--output", str(tmp_path)])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    said = capsys.readouterr().err
    assert ended.value.code == cli.INTERNAL_ERROR
    assert f"{error.__name__} at test_silence.py" in said
    assert MARKER not in said
    assert "6431" not in said


# Every step of both flows fails once, by turns with trouble of files and of values; then both end.
WALK = """
import sys
from pathlib import Path
from unittest import mock

package, store, marker = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
import flows
from flows import ingest, path, release
from flows.steps import step

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
release.release(store)
print("walked to the end")
"""


@pytest.mark.prefect
def test_prefect_hears_and_keeps_no_value(package: Path, tmp_path: Path) -> None:
    home, store = tmp_path / "prefect", tmp_path / "store"
    environment = {name: text for name, text in os.environ.items() if "PREFECT" not in name}
    environment |= {"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "DEBUG"}

    walked = subprocess.run(
        [sys.executable, "-c", WALK, str(package), str(store), MARKER],
        capture_output=True,
        text=True,
        env=environment,
        timeout=900,
    )

    said = walked.stdout + walked.stderr
    assert "walked to the end" in said, said[-3000:]
    assert said.count("failed as it should") == 7 + 5 + 2
    submission = path.receive(package).id
    assert holding(store, MARKER), "the centre's own findings quote it"
    assert holding(home, submission), "the search sees what stands in the database"
    assert MARKER not in said
    assert "CK of 6431" not in said
    assert holding(home, MARKER) == []
    assert holding(home, "CK of 6431") == []


def holding(folder: Path, text: str) -> list[Path]:
    """Files below a folder that hold a text, whatever kind of file they are."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [file for file in files if text.encode() in file.read_bytes()]


def test_errors_meant_for_a_person_say_nothing_of_a_patient() -> None:
    """Their text is shown as it is: each class builds it from paths, names and counts."""
    kinds = {kind.__name__ for kind in UserError.__subclasses__()}

    assert kinds >= {"StepFailed", "NotAPackage", "StoreBusy", "LimitError"}
