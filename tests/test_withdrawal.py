"""A patient withdraws: nothing of them is left anywhere in the store, and they never come back."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import path
from registry import withdrawal
from registry.errors import UserError
from registry.ledger import URL, submissions
from registry.ledger import database as database_files
from registry.release import NoRelease, ReleaseWithdrawn, open_release, withdrawn, write
from registry.release.pseudonyms import pseudonyms
from registry.release.read import verified
from registry.store import Store
from tests.deliveries import delivery
from tests.killing import killed_at
from tests.packages import zipped
from tests.traces import figure, files_that_tell, word

GONE = "KARL7"  # the patient who withdraws
PLANTED = 987_654.25  # their CK; a query, so that findings quote it
OTHERS = ["P1", "P2", "KARL77"]  # the last one's id begins like that of who goes


def packages(folder: Path) -> dict[str, Path]:
    """Deliveries of one centre, in the order they are sent; the patient is in all but the last."""
    everyone, high = [*OTHERS, GONE], {GONE: PLANTED, "P1": 250_000}
    words = pa.array([f"brother of {GONE}", "none", "none", GONE]).dictionary_encode()
    free = {"patients": {"remarks": words}}
    damaged = {"broken.parquet": b"PAR1" + GONE.encode()}
    refused = delivery(folder / "refused", everyone, ck=high, version="2", files=damaged)
    notes = {"notes.txt": f"{GONE} {PLANTED}".encode()}
    born = {GONE: 1890}
    return {
        "zip": zipped(delivery(folder / "zip", everyone, ck=high, version="zip")),
        "refused": _with(refused, free),
        "current": delivery(
            folder / "current", everyone, ck=high, born=born, version="3", files=notes
        ),
    }


def _with(package: Path, columns: dict[str, dict[str, pa.Array]]) -> Path:
    """More columns than the contract knows: the submission is refused, and kept."""
    for table, more in columns.items():
        file = package / f"{table}.parquet"
        read = pq.read_table(file)
        for name, values in more.items():
            read = read.append_column(name, values)
        pq.write_table(read, file)
    return package


def dumped() -> str:
    """All rows of a PostgreSQL ledger; "" where it is in SQLite, whose files are in the store."""
    url = os.environ.get(URL)
    if url is None:
        return ""
    with psycopg.connect(url) as db:
        tables = db.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return "\n".join(str(db.execute(f"SELECT * FROM {t}").fetchall()) for (t,) in tables)  # type: ignore[call-overload]


def fill(folder: Path) -> None:
    """Three deliveries, reports, a workbook, an answer, two releases, leftovers of killed runs."""
    kept = Store(folder / "store")
    sent = packages(folder)
    for package in sent.values():
        receipt = path.ingest(package, kept)
        if package is not sent["refused"]:
            path.cut_release(kept)
    (kept.folder("", "unknown-1") / "package").mkdir(parents=True)
    (kept.folder("", "unknown-1") / "package" / "notes.txt").write_text(GONE)
    (kept.root / "incoming" / "DE01-1-99").mkdir(parents=True)
    (kept.root / "incoming" / "DE01-1-99" / "labs.parquet").write_text(GONE)
    submission, last = path.receive(sent["current"]), kept.folder("DE01", receipt.submission)
    path.write_workbook(submission, path.read_files(last), last, "en")
    asked = kept.ledger.queries("DE01").query("rule_id == 'LAB-07'")
    given = asked[["identity"]].assign(
        answer="confirmed", comment=f"as told by {GONE}", value_hash=None, rule_version=None
    )
    kept.ledger.answer("DE01", given, "centre DE01")


def leave(folder: Path) -> None:
    path.withdraw(Store(folder / "store"), "DE01", GONE, "asked for it", "team")


@pytest.fixture
def store(filled: Callable[..., Path]) -> Store:
    return Store(filled(fill) / "store")


@pytest.fixture
def left(filled: Callable[..., Path]) -> Store:
    """The same after the patient has left."""
    return Store(filled(fill, leave) / "store")


def found(store: Store) -> dict[str, set[str]]:
    """What is still found of the patient (id, planted value, pseudonym), and in which files."""
    (pseudonym,) = pseudonyms(pd.Series([f"DE01:{GONE}"]), "patients", store.release_key())
    wanted = {
        "id": word(GONE, longer="KARL77"),
        "value": figure(PLANTED),
        "pseudonym": word(pseudonym),
    }
    told = files_that_tell(store.root, wanted)
    for what, pattern in wanted.items():
        if pattern.search(dumped()):
            told[what].add("PostgreSQL")
    return told


NOTHING: dict[str, set[str]] = {"id": set(), "value": set(), "pseudonym": set()}


def test_the_search_sees_the_patient_in_every_kind_of_file(store: Store) -> None:
    """Before the withdrawal; JUnit and SARIF name neither patient nor value, and are searched too."""
    told = {
        what: {file.split("/", 3)[-1] for file in files} for what, files in found(store).items()
    }

    packed = "package/package.zip/labs.parquet"
    reports = {"report.html", "findings.json", "findings.csv", "findings.parquet"}
    assert told["id"] >= {*reports, packed, "package/notes.txt", "lives.parquet"}
    assert told["id"] & {"PostgreSQL", "ledger.sqlite"}, "the comment of an answer"
    assert told["value"] >= {*reports, packed}
    assert told["pseudonym"] >= {"data/patients.parquet", "data/visit_outcomes.parquet"}
    for what in ("id", "value"):
        assert any(file.startswith("workbook.xlsx/xl/worksheets/") for file in told[what])


def test_nothing_is_left_in_the_store(store: Store, tmp_path: Path) -> None:
    before = {receipt.submission for receipt in store.ledger.receipts("DE01")}

    cut = path.withdraw(store, "DE01", GONE, "asked for it in writing", "team")

    assert found(store) == NOTHING
    assert store.ledger.audit_faults() == []
    assert cut is not None
    assert (cut.version, cut.published) == ("2026.2.1", True)
    release = open_release(store.published)
    assert release.version == "2026.2.1"
    assert len(release.pandas("patients")) == len(OTHERS)
    for old in ("2026.1.0", "2026.2.0"):
        folder = store.published / "releases" / old
        assert [f.name for f in folder.iterdir()] == ["manifest.json"]
        with pytest.raises(ReleaseWithdrawn, match=r"Use 2026\.2\.1"):
            verified(folder)
    after = {receipt.submission for receipt in store.ledger.receipts("DE01")}
    assert len(after - before) == 3, "each purged package has its successor"
    assert [r.status for r in store.ledger.receipts("DE01") if r.submission in after - before] == [
        "superseded",
        "refused",
        "accepted",
    ]


def test_what_is_left_is_a_whole_package_and_its_findings_fit_it(left: Store) -> None:
    receipt = left.accepted("DE01")
    assert receipt is not None
    submission = path.receive(left.package(receipt))
    assert submission.breaches.rows == []
    assert submission.id == receipt.submission
    assert submission.tables["patients"]["patient_id"].tolist() == OTHERS
    kept = path.read_files(left.folder("DE01", receipt.submission))
    anew = path.check_rows(submission)
    columns = ["rule_id", "table", "row", "key", "value"]
    same = [f.rows.loc[f.rows["row"].notna(), columns] for f in (kept, anew)]
    pd.testing.assert_frame_equal(*(rows.reset_index(drop=True) for rows in same))
    assert receipt.rows["labs"] == len(submission.tables["labs"]) == len(OTHERS)
    told = json.loads((left.folder("DE01", receipt.submission) / "findings.json").read_text())
    assert told["submission"] == receipt.submission
    assert told["counts"] == receipt.counts


def test_the_original_sent_again_is_known_and_the_patient_stays_out(
    left: Store, tmp_path: Path
) -> None:
    current = left.accepted("DE01")

    again = path.ingest(tmp_path / "current", left)
    old = path.ingest(tmp_path / "zip.zip", left)
    new = path.ingest(delivery(tmp_path / "next", [*OTHERS, GONE], version="next"), left)

    assert again == current
    assert old.status == "superseded"
    assert new.status == "accepted"
    assert new.rows["patients"] == len(OTHERS)
    assert found(left) == NOTHING


def test_consent_withdrawn_in_a_submission_purges_the_earlier_ones(
    store: Store, tmp_path: Path
) -> None:
    leaving = delivery(tmp_path / "leaving", [*OTHERS, GONE], leaving=[GONE], version="4")

    receipt = path.ingest(leaving, store)

    assert receipt.status == "accepted"
    assert found(store) == NOTHING
    assert open_release(store.published).version == "2026.2.1"
    assert path.ingest(leaving, store) == receipt
    assert store.ledger.audit_faults() == []


def test_taking_a_patient_out_of_a_package_mends_no_file_of_it(
    database: str, no_suites: None, tmp_path: Path
) -> None:
    """What is left is written anew: whole files, right hashes, no column that cannot be read."""
    store, who = Store(tmp_path / "store"), [*OTHERS, GONE]
    sent = delivery(tmp_path / "sent", who, leaving=[GONE])
    cut_off = tmp_path / "cut_off"
    shutil.copytree(sent, cut_off)
    manifest = json.loads((cut_off / "datapackage.json").read_text())
    said = {"name": "events", "path": "events.parquet", "format": "parquet", "registry:rows": 1}
    manifest["resources"].append({**said, "hash": f"sha256:{'0' * 64}"})
    (cut_off / "datapackage.json").write_text(json.dumps(manifest))
    (cut_off / "events.parquet").write_bytes(b"PAR1" + GONE.encode())
    labs = pq.read_table(cut_off / "labs.parquet").drop_columns("loinc")
    labs = labs.append_column("loinc", pa.array([["x"]] * len(labs)))
    pq.write_table(labs, cut_off / "labs.parquet")

    refused = path.ingest(cut_off, store)

    at_home = path.check_rows(path.receive(cut_off)).rows
    kept = path.read_files(store.folder("DE01", refused.submission))
    place = ["rule_id", "table", "column"]
    told_at_home, told = (
        sorted(rows.loc[rows["row"].isna(), place].fillna("").itertuples(index=False, name=None))
        for rows in (at_home, kept.rows)
    )
    of_file = {"SUB-01": 1, "SUB-17": 2, "SUB-21": 1}
    assert set(of_file) <= {rule_id for rule_id, *_ in told}
    assert told == told_at_home
    assert refused.status == "refused"
    asked = kept.coverage.set_index("rule_id")
    assert asked.loc[list(of_file), "broken"].to_dict() == of_file
    assert (asked["broken"] <= asked["asked"]).all()
    assert found(store)["id"] == set()
    assert path.ingest(cut_off, store) == refused
    assert path.ingest(sent, store).status == "accepted", "the same rows, from a package in order"


def test_a_patient_nobody_knows_is_kept_out_all_the_same(
    database: str,
    no_suites: None,
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "store")

    assert path.withdraw(store, "DE01", "P2", "before any delivery", "team") is None

    assert path.ingest(delivery(tmp_path / "1"), store).rows["patients"] == 2
    with pytest.raises(NoRelease):
        open_release(store.published)


def test_the_reason_does_not_name_the_patient(database: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="leave the patient's id out"):
        path.withdraw(Store(tmp_path), "DE01", "P2", "P2 called", "team")


# --- killed -------------------------------------------------------------------------------------

VICTIMS: list[tuple[Any, str]] = [
    (withdrawal, "purge"),
    (withdrawal, "_write_findings"),
    (submissions, "replace"),
    (database_files, "forget"),
    (write, "_point"),
    (withdrawn, "replace_file"),
]


def test_killed_anywhere_and_finished_by_the_next_run(store: Store) -> None:
    """One withdrawal, killed at every step in turn: each run gets a step further than the last."""
    for victim in VICTIMS:
        killed_at(victim, path.withdraw, store, "DE01", GONE, "asked for it", "team")

    path.cut_release(store)

    assert found(store) == NOTHING
    assert store.ledger.audit_faults() == []
    assert store.ledger.to_be_purged() == []
    assert open_release(store.published).version == "2026.2.1"
    (accepted,) = store.ledger.current()
    kept = store.package(accepted)
    digest = hashlib.sha256((kept / "labs.parquet").read_bytes()).hexdigest()
    assert f"sha256:{digest}" in (kept / "datapackage.json").read_text()
