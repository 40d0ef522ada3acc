"""Findings for programs: JSON and Parquet, byte-identical for the same package and rule set."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from registry.findings import COVERAGE_SCHEMA, SCHEMA, Findings
from registry.report.inert import json_text
from registry.rules import CATALOGUE, fingerprint


def write_files(findings: Findings, folder: Path, about: dict[str, Any]) -> None:
    """findings.json, findings.parquet and coverage.parquet in `folder`, which is made if need be.

    `about` says whose findings these are: submission, centre, language, data cut.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows, coverage = findings.to_arrow()
    for name, table in (("findings", rows), ("coverage", coverage)):
        pq.write_table(
            table.replace_schema_metadata(None), folder / f"{name}.parquet", compression="zstd"
        )
    text = json.dumps(as_json(findings, about), ensure_ascii=False, indent=1)
    (folder / "findings.json").write_text(json_text(text) + "\n", encoding="utf-8")


def read_files(folder: Path) -> Findings:
    """What `write_files` wrote."""
    rows = pq.read_table(folder / "findings.parquet", schema=SCHEMA).to_pandas()
    coverage = pq.read_table(folder / "coverage.parquet", schema=COVERAGE_SCHEMA).to_pandas()
    none = Findings.none()
    return Findings(
        rows.astype(none.rows.dtypes.to_dict()), coverage.astype(none.coverage.dtypes.to_dict())
    )


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
        "findings": _records(findings.rows),
        "coverage": _records(findings.coverage),
        "rules": dict(sorted(rules.items())),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.astype(object).where(table.notna(), None).to_dict("records")  # type: ignore[return-value]
