"""The life of every finding over five deliveries of one centre, written down beforehand."""

from pathlib import Path

import pandas as pd
import pytest

from flows import path
from registry.findings import COVERAGE_SCHEMA, SCHEMA, Findings
from registry.ledger import LIVES, lives
from registry.store import Receipt, Store
from schemas.submitted import CONTRACT
from tests.deliveries import delivery

pytestmark = pytest.mark.usefixtures("no_suites")

# Year of birth in each delivery; before 1900 it is a finding (COL-04), "-" is a patient not sent.
SCRIPT = """
        1     2     3     4     5
P1   1960  1890  1890  1880  1960
P2   1890  1960  1890     -     -
P3   1890  1890     -  1890  1880
P4   1960  1960  1960  1960  1960
P5      -     -  1890  1890  1890
P6   1890     -     -     -     -
"""

# patient, life, status, first seen in, last seen in, deliveries with it
EXPECTED = {
    1: [
        ("P2", "new", "open", 1, 1, 1),
        ("P3", "new", "open", 1, 1, 1),
        ("P6", "new", "open", 1, 1, 1),
    ],
    2: [
        ("P1", "new", "open", 2, 2, 1),
        ("P2", "resolved", "closed", 1, 1, 1),
        ("P3", "persisting", "open", 1, 2, 2),
        ("P6", "gone", "closed", 1, 1, 1),
    ],
    3: [
        ("P1", "persisting", "open", 2, 3, 2),
        ("P2", "reopened", "open", 1, 3, 2),
        ("P3", "gone", "closed", 1, 2, 2),
        ("P5", "new", "open", 3, 3, 1),
    ],
    4: [
        ("P1", "changed", "open", 2, 4, 3),
        ("P2", "gone", "closed", 1, 3, 2),
        ("P3", "reopened", "open", 1, 4, 3),
        ("P5", "persisting", "open", 3, 4, 2),
    ],
    5: [
        ("P1", "resolved", "closed", 2, 4, 3),
        ("P3", "changed", "open", 1, 5, 4),
        ("P5", "persisting", "open", 3, 5, 3),
    ],
}


def deliver_all(root: Path, store: Store) -> list[Receipt]:
    header, *rows = SCRIPT.strip().splitlines()
    drawn = pd.DataFrame([row.split() for row in rows], columns=["patient", *header.split()])
    receipts = []
    for n in header.split():
        sent = drawn[drawn[n] != "-"].set_index("patient")[n].astype(int)
        package = delivery(root / n, list(sent.index), born=sent.to_dict(), version=n)
        receipts.append(path.ingest(package, store))
    return receipts


def test_five_deliveries(database: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")

    receipts = deliver_all(tmp_path, store)

    assert [r.status for r in store.ledger.receipts("DE01")] == ["superseded"] * 4 + ["accepted"]
    number = {receipt.submission: n for n, receipt in enumerate(receipts, start=1)}
    at = {receipt.submission: receipt.received_at for receipt in receipts}
    for n, receipt in enumerate(receipts, start=1):
        told = store.ledger.lives("DE01", receipt.submission)
        assert list(told.columns) == list(LIVES)
        seen = [told["first_seen"].map(number), told["last_seen"].map(number)]
        facts = [told["patient_id"], told["life"], told["status"], *seen, told["n_submissions"]]
        assert list(zip(*facts, strict=True)) == EXPECTED[n], f"delivery {n}"
        assert told["first_seen_at"].tolist() == told["first_seen"].map(at).tolist()
        assert set(told["rule_id"]) == {"COL-04"}


def test_a_refused_delivery_is_told_and_not_remembered(database: str, tmp_path: Path) -> None:
    """Half a file must not make every other finding "gone", and then "reopened"."""
    store = Store(tmp_path / "store")
    first = path.ingest(delivery(tmp_path / "1", born={"P2": 1890}), store)
    half = delivery(tmp_path / "2", ["P1"], announced={"labs": {"registry:rows": 7}})
    refused = path.ingest(half, store)
    third = path.ingest(delivery(tmp_path / "3", born={"P2": 1890}, version="3"), store)

    told = {r.submission: store.ledger.lives("DE01", r.submission) for r in (first, refused, third)}

    assert refused.status == "refused"
    lives_of_col_04 = [
        rows.loc[rows["rule_id"] == "COL-04", "life"].tolist() for rows in told.values()
    ]
    assert lives_of_col_04 == [["new"], ["gone"], ["persisting"]]


def finding(rule_id: str, key: str) -> pd.DataFrame:
    facts = dict.fromkeys(SCHEMA.names, "") | {"identity": f"{rule_id} {key}", "key": key}
    return pd.DataFrame([facts | {"rule_id": rule_id, "table": "patients", "patient_id": key}])


def asked(rule_id: str, n: int) -> pd.DataFrame:
    facts = {"rule_id": rule_id, "table": "patients", "asked": n}
    return pd.DataFrame([facts], columns=COVERAGE_SCHEMA.names)


def test_a_rule_that_could_not_be_asked_resolves_nothing() -> None:
    """Not asked is neither passed nor broken: what was found waits until it can be asked again."""
    tables = {"patients": pd.DataFrame({"patient_id": ["P1"]})}
    deliveries = [
        Findings(finding("COL-04", "P1"), asked("COL-04", 1)),
        Findings(finding("COL-04", "P1").iloc[:0], asked("COL-04", 0)),
        Findings(finding("COL-04", "P1"), asked("COL-04", 1)),
    ]

    memory, told = lives.none(), []
    for n, found in enumerate(deliveries):
        memory = lives.follow(memory, found, tables, CONTRACT, f"DE01-{n}", "now")
        told.append(memory.loc[memory["told"], "life"].tolist())

    assert told == [["new"], [], ["persisting"]]
