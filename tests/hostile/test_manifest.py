"""Manifests and mappings that are too large, too deep, ambiguous or no text: refused, never a crash."""

import json
from pathlib import Path

import pytest

from flows import path
from registry.harmonise.mapping import MappingError, mapping_of
from registry.intake.limits import Limits
from registry.intake.manifest import read_manifest
from registry.report.files import write_files
from registry.submission import receive
from schemas.submitted import CONTRACT
from tests.packages import MANIFEST, package

SMALL = json.dumps(MANIFEST).encode()


@pytest.mark.parametrize(
    "content",
    [
        SMALL + b" " * Limits().manifest,
        b'{"a": ' * 900 + b"1" + b"}" * 900,
        b'{"a": ' * 20 + b"1" + b"}" * 20,
        b"[" * 500_000,
        b'{"registry:centre": "DE01", "registry:centre": "FR01"}',
        b'{"registry:rows": NaN}',
        b'{"registry:rows": -Infinity}',
        b'{"name": "\\ud800"}',
        b'{"rows": ' + b"9" * 10_000 + b"}",
        b"\xff\xfe{\x00",
        SMALL[:-1],
        b'"text"',
    ],
    ids=lambda content: content[:12].decode(errors="replace"),
)
def test_such_a_manifest_is_none(content: bytes) -> None:
    assert read_manifest(content, Limits()) is None


def test_an_ordinary_manifest_is_read() -> None:
    assert read_manifest(SMALL, Limits()) == MANIFEST


@pytest.mark.parametrize(
    "resource",
    [
        {"name": "\u202egnp"},
        {"name": "a\nb"},
        {"name": "x" * 100_000},
        {"name": "=HYPERLINK(1)", "path": "../../etc/passwd"},
        {"name": "labs", "path": "https://example.org/labs.parquet"},
        {"name": "labs", "path": ["labs.parquet"]},
        {"name": "labs", "path": "datapackage.json"},
        {"name": "labs", "path": "labs.parquet\x00.txt"},
        {"name": "labs", "registry:rows": 1e400},
        {"name": "labs", "registry:rows": True, "hash": {"sha256": 1}},
        {"name": "labs", "hash": "sha256:" + "0" * 1_000_000},
    ],
    ids=lambda resource: str(list(resource.values()))[:30],
)
def test_a_hostile_resource_is_a_finding_that_can_be_written(
    resource: dict[str, object], tmp_path: Path
) -> None:
    made = package(tmp_path / "package", manifest={"resources": [resource]})
    received = path.receive(made)
    findings = path.check_rows(received)

    write_files(findings, tmp_path / "out", path.about(received))

    assert findings.refused
    assert findings.coverage["could_not_run"].isna().all()
    for kind in ("json", "junit.xml", "sarif", "csv"):
        text = (tmp_path / f"out/findings.{kind}").read_text(encoding="utf-8")
        assert "\u202e" not in text
    longest = findings.rows[["table", "column", "value", "expected"]].map(lambda t: len(str(t)))
    assert longest.max(axis=None) <= 128, "what was announced is not repeated at length"


def test_two_resources_of_one_file_are_found(tmp_path: Path) -> None:
    received = receive(package(tmp_path, announced={"visits": {"path": "labs.parquet"}}), CONTRACT)

    said = [rows.iloc[0]["column"] for rows in received.breaches.rows]
    assert "resources[].path" in said


@pytest.mark.parametrize("content", [b"a = " + b"[" * 10_000, b"\xff", b"a = 1\na = 2", b"\x00"])
def test_a_mapping_that_is_none_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "DE01.toml").write_bytes(content)

    with pytest.raises(MappingError):
        mapping_of("DE01", CONTRACT, tmp_path)
