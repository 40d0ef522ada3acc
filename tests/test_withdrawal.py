"""A patient withdraws: nothing of them is left anywhere in the store, and they never come back."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import path
from registry.errors import UserError
from registry.ledger import URL
from registry.release import NoRelease, ReleaseWithdrawn, open_release
from registry.release.pseudonyms import pseudonyms
from registry.release.read import verified
from registry.store import Store
from tests.deliveries import delivery
from tests.packages import zipped

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


def everything_in(root: Path) -> str:
    """Every byte below a folder as text, Parquet, zip and workbooks decoded; and a PostgreSQL ledger."""
    texts = []
    for file in sorted(p for p in root.rglob("*") if p.is_file()):
        texts += [file.as_posix(), file.read_bytes().decode("latin-1")]
        if file.suffix == ".parquet" and file.read_bytes().endswith(b"PAR1"):
            read = pq.read_table(file)
            texts += [str(read.schema.metadata), read.to_pandas().to_csv()]
        elif file.suffix in (".zip", ".xlsx"):
            unzipped = root.parent / "unzipped" / file.relative_to(root)
            shutil.unpack_archive(file, unzipped, "zip")
            texts.append(everything_in(unzipped))
    return "\n".join(texts)


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


@pytest.fixture
def store(database: str, no_suites: None, tmp_path: Path) -> Store:
    """Three deliveries, an answer, reports, two releases, leftovers of killed runs."""
    kept = Store(tmp_path / "store")
    sent = packages(tmp_path)
    for package in sent.values():
        path.ingest(package, kept)
        if package is not sent["refused"]:
            path.cut_release(kept)
    (kept.folder("", "unknown-1") / "package").mkdir(parents=True)
    (kept.folder("", "unknown-1") / "package" / "notes.txt").write_text(GONE)
    (kept.root / "incoming" / "DE01-1-99").mkdir(parents=True)
    (kept.root / "incoming" / "DE01-1-99" / "labs.parquet").write_text(GONE)
    for folder in kept.submissions("DE01"):
        (folder / "report.html").write_text(f"<td>{GONE}</td><td>{PLANTED}</td>")
    asked = kept.ledger.queries("DE01").query("rule_id == 'LAB-07'")
    given = asked[["identity"]].assign(
        answer="confirmed", comment=f"as told by {GONE}", value_hash=None, rule_version=None
    )
    kept.ledger.answer("DE01", given, "centre DE01")
    return kept


def traces(root: Path) -> list[str]:
    """What is still found of the patient: id, planted value, pseudonym."""
    everything = everything_in(root) + dumped()
    (pseudonym,) = pseudonyms(pd.Series([f"DE01:{GONE}"]), "patients", Store(root).release_key())
    named = everything.replace("KARL77", "")
    wanted = {"id": GONE, "value": "987654.25", "whole value": "987654", "pseudonym": pseudonym}
    return [name for name, text in wanted.items() if text in named]


def test_nothing_is_left_in_the_store(store: Store, tmp_path: Path) -> None:
    assert traces(store.root) == ["id", "value", "whole value", "pseudonym"]
    before = {receipt.submission for receipt in store.ledger.receipts("DE01")}

    cut = path.withdraw(store, "DE01", GONE, "asked for it in writing", "team")

    assert traces(store.root) == []
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


def test_what_is_left_is_a_whole_package_and_its_findings_fit_it(store: Store) -> None:
    path.withdraw(store, "DE01", GONE, "asked for it", "team")

    receipt = store.accepted("DE01")
    assert receipt is not None
    left = path.receive(store.package(receipt))
    assert left.breaches.rows == []
    assert left.id == receipt.submission
    assert left.tables["patients"]["patient_id"].tolist() == OTHERS
    kept = path.read_files(store.folder("DE01", receipt.submission))
    anew = path.check_rows(left)
    columns = ["rule_id", "table", "row", "key", "value"]
    same = [f.rows.loc[f.rows["row"].notna(), columns] for f in (kept, anew)]
    pd.testing.assert_frame_equal(*(rows.reset_index(drop=True) for rows in same))
    assert receipt.rows["labs"] == len(left.tables["labs"]) == len(OTHERS)
    told = json.loads((store.folder("DE01", receipt.submission) / "findings.json").read_text())
    assert told["submission"] == receipt.submission
    assert told["counts"] == receipt.counts


def test_the_original_sent_again_is_known_and_the_patient_stays_out(
    store: Store, tmp_path: Path
) -> None:
    path.withdraw(store, "DE01", GONE, "asked for it", "team")
    current = store.accepted("DE01")

    again = path.ingest(tmp_path / "current", store)
    old = path.ingest(tmp_path / "zip.zip", store)
    new = path.ingest(delivery(tmp_path / "next", [*OTHERS, GONE], version="next"), store)

    assert again == current
    assert old.status == "superseded"
    assert new.status == "accepted"
    assert new.rows["patients"] == len(OTHERS)
    assert traces(store.root) == []


def test_consent_withdrawn_in_a_submission_purges_the_earlier_ones(
    store: Store, tmp_path: Path
) -> None:
    leaving = delivery(tmp_path / "leaving", [*OTHERS, GONE], leaving=[GONE], version="4")

    receipt = path.ingest(leaving, store)

    assert receipt.status == "accepted"
    assert traces(store.root) == []
    assert open_release(store.published).version == "2026.2.1"
    assert path.ingest(leaving, store) == receipt
    assert store.ledger.audit_faults() == []


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

WALK = """
import os, signal, sys
from pathlib import Path
import registry.ledger.database as database
import registry.ledger.submissions as submissions
import registry.release.withdrawn as withdrawn
import registry.release.write as write
import registry.withdrawal as withdrawal
from flows import path
from registry.findings import Findings
from registry.store import Store

path.check_whole = lambda submission, previous: Findings.none()
path.gate = lambda published: Findings.none()

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

victims = {
    "listed": (withdrawal, "purge"),
    "package written": (withdrawal, "_write_findings"),
    "ledger": (submissions, "replace"),
    "database files": (database, "forget"),
    "patch": (write, "_point"),
    "old releases": (withdrawn, "replace_file"),
}
if sys.argv[2] in victims:
    setattr(*victims[sys.argv[2]], die)
path.withdraw(Store(Path(sys.argv[1])), "DE01", "KARL7", "asked for it", "team")
"""

VICTIMS = ("listed", "package written", "ledger", "database files", "patch", "old releases")


def test_killed_anywhere_and_finished_by_the_next_run(store: Store) -> None:
    """One withdrawal, killed at every step in turn: each run gets a step further than the last."""
    for victim in VICTIMS:
        command = [sys.executable, "-c", WALK, str(store.root), victim]
        killed = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert killed.returncode == -9, (victim, killed.stderr)

    path.cut_release(store)

    assert traces(store.root) == []
    assert store.ledger.audit_faults() == []
    assert store.ledger.to_be_purged() == []
    assert open_release(store.published).version == "2026.2.1"
    (accepted,) = store.ledger.current()
    kept = store.package(accepted)
    digest = hashlib.sha256((kept / "labs.parquet").read_bytes()).hexdigest()
    assert f"sha256:{digest}" in (kept / "datapackage.json").read_text()
