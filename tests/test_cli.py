"""The command line as a user runs it: real processes, exit codes, whole texts."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from flows.cli import app

SAMPLES = Path("sample_data")


def registry(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `registry …` as its own process, as a site does; warnings are errors."""
    return subprocess.run(
        [
            sys.executable,
            "-W",
            "error::DeprecationWarning:flows",
            "-m",
            "flows.cli",
            *map(str, arguments),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", **environment},
        timeout=300,
    )


@pytest.fixture(scope="module")
def de01(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("de01")
    return registry("check", SAMPLES / "DE01", "--output", folder), folder


def test_a_clean_package_ends_with_0_or_1(de01) -> None:  # type: ignore[no-untyped-def]
    answer, folder = de01

    assert answer.returncode in (0, 1), answer.stdout + answer.stderr
    assert answer.stderr == ""
    assert "Lieferung DE01-" in answer.stdout, "a German centre reads German"
    counts = json.loads((folder / "findings.json").read_text())["counts"]
    assert counts["refuse"] == counts["hold"] == counts["query"] == 0


def test_json_and_parquet_say_the_same(de01) -> None:  # type: ignore[no-untyped-def]
    _, folder = de01
    told = json.loads((folder / "findings.json").read_text())

    assert len(told["findings"]) == len(pd.read_parquet(folder / "findings.parquet"))
    assert len(told["coverage"]) == len(pd.read_parquet(folder / "coverage.parquet")) > 200


def test_a_zip_gives_the_same_bytes_as_its_folder(de01, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    _, folder = de01
    with zipfile.ZipFile(tmp_path / "DE01.zip", "w") as archive:
        for file in sorted((SAMPLES / "DE01").iterdir()):
            archive.write(file, f"DE01/{file.name}")

    registry("check", tmp_path / "DE01.zip", "--output", tmp_path / "out")

    for name in ("findings.json", "findings.parquet", "coverage.parquet", "workbook.xlsx"):
        assert (tmp_path / "out" / name).read_bytes() == (folder / name).read_bytes()


def test_a_path_that_is_no_package_is_a_sentence_in_both_languages(tmp_path: Path) -> None:
    answer = registry("check", tmp_path / "nothing")

    assert answer.returncode == 3
    assert "neither a folder nor a zip" in answer.stderr
    assert "weder ein Ordner noch eine Zip-Datei" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_empty_folder_is_refused_not_crashed(tmp_path: Path) -> None:
    answer = registry("check", tmp_path, "--language", "en")

    assert answer.returncode == 3
    assert "SUB-11" in answer.stdout
    assert "SUB-13" in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES / "DE01", tmp_path / "DE01"))


def test_a_truncated_file_is_a_finding_and_the_other_tables_are_still_checked(
    damaged: Path, tmp_path: Path
) -> None:
    labs = damaged / "labs.parquet"
    labs.write_bytes(labs.read_bytes()[:1000])

    answer = registry("check", damaged, "--output", tmp_path / "out")

    told = json.loads((tmp_path / "out/findings.json").read_text())
    assert answer.returncode == 3
    assert {f["rule_id"] for f in told["findings"] if f["severity"] == "refuse"} == {
        "SUB-01",
        "SUB-17",
    }
    asked = {c["table"] for c in told["coverage"] if c["asked"]}
    assert {"patients", "visits", "therapies"} <= asked
    assert "Die Datei lässt sich nicht als Parquet öffnen" in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


def test_rules_and_tables_are_told() -> None:
    def said(*arguments: str) -> str:
        return CliRunner().invoke(app, arguments).stdout

    assert "TX-02" in said("rules")
    assert "The therapy stops before it starts." in said("rules", "TX-10")
    assert "OHDSI" in said("rules", "TX-10")
    assert "mmt_score" in said("tables", "visits")
    unknown = registry("rules", "XX-99")
    assert unknown.returncode == 3
    assert "no rule XX-99" in unknown.stderr


def test_check_imports_neither_prefect_nor_great_expectations_before_row_findings() -> None:
    code = """
import sys
from pathlib import Path
from flows import cli, path
path.check_rows(path.receive(Path("sample_data/DE01")))
print([name for name in ("prefect", "great_expectations") if name in sys.modules])
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[]"
