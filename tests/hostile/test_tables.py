"""Parquet files that want memory, time or trust: each is a finding, and the next table is read."""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from registry.intake.limits import Limits
from registry.package import open_package
from registry.report.files import as_json, write_files
from registry.submission import Submission, receive
from schemas.submitted import CONTRACT
from tests.hostile import makers, measure
from tests.hostile.measure import BOMBS, another
from tests.packages import package, parquet, table_of

THERAPIES = CONTRACT["therapies"]

UNREADABLE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "noise": makers.noise,
    "magic only": lambda: b"PAR1PAR1",
    "a footer that lies": makers.footer_that_lies,
    "encrypted footer": makers.encrypted_footer,
    "feather": makers.feather,
    "arrow stream": makers.arrow_stream,
    "nested beyond reading": lambda: makers.nested(60),
    "cut off": lambda: parquet(table_of(THERAPIES))[:-10],
}


def hostile(folder: Path, content: bytes) -> Path:
    """A package whose therapies are these bytes; everything else is in order."""
    made = package(folder, files={"therapies.parquet": content})
    manifest = json.loads((made / "datapackage.json").read_text())
    for resource in manifest["resources"]:
        if resource["name"] == "therapies":
            opened = open_package(made).resources["therapies"]
            resource["hash"] = opened.actual_hash
    (made / "datapackage.json").write_text(json.dumps(manifest))
    return made


def rules_of(received: Submission, table: str = "therapies") -> set[str]:
    rows = received.breaches.rows
    return {str(r["rule_id"].iloc[0]) for r in rows if r["table"].iloc[0] == table}


@pytest.fixture(scope="module")
def process() -> Iterator[ProcessPoolExecutor]:
    with another() as running:
        yield running


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts address space")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_finding_and_the_parent_stays_small(
    name: str, process: ProcessPoolExecutor, tmp_path: Path
) -> None:
    bomb = BOMBS[name]
    path = bomb.make(tmp_path)

    told = process.submit(measure.received, path).result()

    assert bomb.rule in told["rules"]
    assert told["grows"] < 200
    if bomb.file == "therapies.parquet":
        assert {"labs", "patients", "serology", "visits"} <= told["tables"], "the rest is read"


def test_what_is_small_by_itself_is_refused_where_all_of_it_is_too_much(tmp_path: Path) -> None:
    """Each table fits; what a package may hold, it holds in all its tables together."""
    values = [float(row) for row in range(5_000)]
    every = package(tmp_path, columns={"labs": {"value": values}})
    tables = [resource.table for resource in open_package(every).resources.values()]
    most = sum(table.nbytes for table in tables if table is not None) - 1

    resources = open_package(every, Limits(decoded=most)).resources.values()

    refused = [resource.refusal for resource in resources]
    assert [refusal.why for refusal in refused if refusal is not None] == ["decoded"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_parquet_is_one_finding_without_a_traceback(name: str, tmp_path: Path) -> None:
    received = receive(hostile(tmp_path, UNREADABLE[name]()), CONTRACT)

    assert rules_of(received) == {"SUB-01"}
    assert received.absent["therapies"] == "table_unreadable"
    assert {"labs", "patients"} <= set(received.tables)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[10.0, 12.5]]),
        pa.array([{"low": 10.0}]),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        pa.array([b"\x80abc"]),
        pa.array([1], pa.time64("us")),
    ],
    ids=["list", "struct", "map", "binary", "time"],
)
def test_what_is_not_flat_is_not_handed_over(values: pa.Array, tmp_path: Path) -> None:
    received = receive(package(tmp_path, columns={"therapies": {"dose": values}}), CONTRACT)

    assert rules_of(received) == {"SUB-21"}
    assert received.unsent["therapies"] == {"dose"}


class Evil(pa.ExtensionType):
    """A type whose reading would run code of ours, if anybody looked it up."""

    def __init__(self) -> None:
        super().__init__(pa.string(), "evil")

    def __arrow_ext_serialize__(self) -> bytes:
        return b"import os"

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: pa.DataType, told: bytes) -> "Evil":
        raise AssertionError("looked up")


def test_an_extension_type_is_its_storage(tmp_path: Path) -> None:
    drugs = pa.ExtensionArray.from_storage(Evil(), pa.array(["prednisone"]))

    received = receive(package(tmp_path, columns={"therapies": {"drug": drugs}}), CONTRACT)

    assert rules_of(received) == set()
    assert received.tables["therapies"]["drug"].tolist() == ["prednisone"]


@pytest.mark.parametrize(
    "block",
    [b"{", b'{"index_columns": ["drug"], "columns": []}', b"\xff\xfe", b"[" * 10_000],
    ids=["broken", "an index", "not utf-8", "deep"],
)
def test_a_pandas_block_is_not_believed(block: bytes, tmp_path: Path) -> None:
    table = table_of(THERAPIES, {"drug": ["prednisone"]}).replace_schema_metadata(
        {b"pandas": block}
    )

    received = receive(package(tmp_path, tables={"therapies": table}), CONTRACT)

    assert rules_of(received) == set()
    assert received.tables["therapies"]["drug"].tolist() == ["prednisone"]


HOSTILE_NAMES = (
    '=HYPERLINK("https://example.org")',
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "a\x00b",
    "[red]x[/red]",
    "{{7*7}}",
    "dose",
    "dose",
    "",
    "x" * 100_000,
)


def test_hostile_column_names_are_findings_and_their_files_can_be_written(tmp_path: Path) -> None:
    plain = table_of(THERAPIES, {"drug": ["prednisone"]})
    for name in HOSTILE_NAMES:
        plain = plain.append_column(name, pa.array(["y"]))
    received = receive(package(tmp_path / "package", tables={"therapies": plain}), CONTRACT)

    assert rules_of(received) == {"SUB-16"}
    from flows import path

    findings = path.check_rows(received)
    write_files(findings, tmp_path / "out", path.about(received))
    text = (tmp_path / "out" / "findings.json").read_text(encoding="utf-8")
    assert "\u202e" not in text
    assert "\x00" not in text
    assert json.loads(text) == as_json(findings, path.about(received))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary file, whatever the files were."""
    aside = tmp_path / "tmp"
    aside.mkdir()
    monkeypatch.setenv("TMPDIR", str(aside))
    monkeypatch.setattr("tempfile.tempdir", str(aside))

    for number, make in enumerate((makers.noise, makers.dictionary_bomb, makers.many_row_groups)):
        made = package(tmp_path / str(number), files={"therapies.parquet": make()})
        receive(made, CONTRACT)

    assert list(aside.iterdir()) == []
