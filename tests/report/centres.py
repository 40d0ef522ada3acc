"""Findings and submissions to report on, in one call."""

import string
from functools import cache
from pathlib import Path

import pandas as pd

import expectations.submitted  # noqa: F401  (declares its rules)
from flows import path
from registry.findings import Breaches, Findings
from registry.submission import Submission
from schemas.submitted import CONTRACT
from tests.packages import package

SAMPLES = Path("sample_data")


@cache
def checked(name: str) -> tuple[Findings, Submission]:
    """(row findings, submission) of a sample."""
    submission = path.receive(SAMPLES / name)
    return path.check_rows(submission), submission


def received(folder: Path, **changes: object) -> tuple[Findings, Submission]:
    """(row findings, submission) of a package built by `tests.packages.package`."""
    submission = path.receive(package(folder, **changes))  # type: ignore[arg-type]
    return path.check_rows(submission), submission


def many(n: int, rule_ids: list[str]) -> Findings:
    """`n` findings of these rules, in turn, on made-up visits."""
    at = pd.Series(range(n))
    number = (at + 1).astype("str")
    text = {
        "rule_id": at.map(lambda i: rule_ids[i % len(rule_ids)]),
        "severity": at.map(lambda _: "note"),
        "table": at.map(lambda _: "visits"),
        "key": "V" + number,
        "patient_id": "P" + (at // 100).astype("str"),
        "column": at.map(lambda _: "mmt_score mmt_max"),
        "value": number + " | 80",
        "expected": at.map(lambda _: string.ascii_letters),
        "identity": number.str.zfill(20),
        "value_hash": number.str.zfill(20),
    }
    rows = pd.DataFrame({**text, "row": (at + 1).astype("Int64")})
    coverage = Breaches()
    for rule_id in rule_ids:
        coverage.covered(rule_id, "visits", asked=n, broken=n // len(rule_ids))
    none = Findings.none()
    told = pd.DataFrame(coverage.coverage).astype(none.coverage.dtypes.to_dict())
    return Findings(rows[none.rows.columns].astype(none.rows.dtypes.to_dict()), told)


__all__ = ["CONTRACT", "SAMPLES", "checked", "many", "received"]
