"""Findings for programs, byte-identical for the same package and rule set; none holds a time.

findings.json, findings.parquet and coverage.parquet are exact; findings.csv, findings.junit.xml
and findings.sarif are for other people's programs (`registry.report.machine`).
"""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from registry.findings import COVERAGE_SCHEMA, SCHEMA, Findings
from registry.report.inert import json_text
from registry.rules import CATALOGUE, fingerprint


def write_files(findings: Findings, folder: Path, about: dict[str, Any]) -> None:
    """Every format in `folder`, which is made if need be.

    `about` says whose findings these are: submission, centre, language, data cut.
    """
    from registry.report.machine import as_csv, as_junit, as_sarif

    folder.mkdir(parents=True, exist_ok=True)
    write_tables(findings, folder)
    _write(folder / "findings.json", json_text(_lines(as_json(findings, about))))
    # The mark at its start is what makes a spreadsheet read UTF-8.
    _write(folder / "findings.csv", "\N{ZERO WIDTH NO-BREAK SPACE}" + as_csv(findings, about))
    _write(folder / "findings.junit.xml", as_junit(findings, about))
    _write(folder / "findings.sarif", as_sarif(findings, about))


def write_tables(findings: Findings, folder: Path) -> None:
    """findings.parquet and coverage.parquet in `folder`."""
    rows, coverage = findings.to_arrow()
    for name, table in (("findings", rows), ("coverage", coverage)):
        pq.write_table(
            table.replace_schema_metadata(None), folder / f"{name}.parquet", compression="zstd"
        )


def _lines(document: dict[str, Any]) -> str:
    """JSON with one fact, finding, coverage or rule a line: a difference shows as one."""
    dumps = partial(json.dumps, ensure_ascii=False)
    parts = []
    for name, fact in document.items():
        if isinstance(fact, list) and fact:
            text = "[\n" + ",\n".join(map(dumps, fact)) + "\n]"
        elif name == "rules" and fact:
            rules = (f"{dumps(rule_id)}: {dumps(rule)}" for rule_id, rule in fact.items())
            text = "{\n" + ",\n".join(rules) + "\n}"
        else:
            text = dumps(fact)
        parts.append(f"{dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _write(path: Path, text: str) -> None:
    """UTF-8; half a surrogate pair, which no encoding holds, is written out."""
    path.write_bytes(text.encode("utf-8", errors="backslashreplace"))


def read_files(folder: Path) -> Findings:
    """What `write_files` wrote."""
    none = Findings.none()
    rows = _read(folder / "findings.parquet", SCHEMA, none.rows)
    return Findings(rows, _read(folder / "coverage.parquet", COVERAGE_SCHEMA, none.coverage))


def _read(path: Path, schema: pa.Schema, like: pd.DataFrame) -> pd.DataFrame:
    table = pq.read_table(pa.BufferReader(path.read_bytes()), schema=schema)
    read: pd.DataFrame = table.to_pandas().astype(like.dtypes.to_dict())
    return read


def as_json(findings: Findings, about: dict[str, Any]) -> dict[str, Any]:
    """One document: who, counts, every rule that was asked with its message, findings, coverage."""
    named = set(findings.rows["rule_id"]) | set(findings.coverage["rule_id"])
    rules = {
        rule.id: {
            "severity": rule.severity.value,
            "category": rule.category.value,
            "message": dict(rule.messages),
            "reason": rule.reason,
            "source": rule.source,
        }
        for rule in CATALOGUE.values()
        if rule.id in named
    }
    return {
        **about,
        "rule_set": fingerprint(),
        "counts": {severity.value: n for severity, n in findings.counts().items()},
        "findings": records(findings.rows),
        "coverage": records(findings.coverage),
        "rules": dict(sorted(rules.items())),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON has them: blanks are null."""
    return table.astype(object).where(table.notna(), None).to_dict("records")  # type: ignore[return-value]
