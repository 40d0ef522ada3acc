"""A patient withdraws: out of every package, finding and report, and never in again.

A withdrawn patient is known by a keyed hash only. In every package of the centre the patient's rows
go, and rows of others that hang from them; what is left is a submission of its own (other content,
other id), and the ledger says which one it took the place of. So the original is recognised when it
is sent again, and what is in force is what was left of it.

    ledger: on the list → per package: answers and waivers forgotten, the new folder in its place,
    ledger: replaced → the old folder gone → ledger: purged, database files rewritten

Each step may be the last one of a run that is killed: the list says what is not yet purged, and
what still holds the patient is found again by its content.
"""

import hashlib
import hmac
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from registry import cells
from registry.contract import Contract
from registry.files import is_local, put, remove, unfinished, writing
from registry.findings import SCHEMA, Breaches, Findings
from registry.links import among
from registry.package import MANIFEST, open_package
from registry.report.files import read_files, records, write_tables
from registry.store import Store
from registry.submission import Submission, receive, submission_id

DELETE = "withdrawn_delete"  # of codelists/consent_status.csv

SAID = ("created", "version", "registry:contract", "registry:centre", "registry:data_cut")
TEXTS = ("key", "patient_id", "value", "expected")  # of a finding


def keyed(centre: str, patients: pd.Series, key: bytes) -> pd.Series:
    """HMAC-SHA-256 of each patient of a centre; blank stays blank."""

    def one(patient: str) -> str:
        return hmac.digest(key, f"{centre}\x1f{patient}".encode(), hashlib.sha256).hex()

    hashes: pd.Series = patients.map(one, na_action="ignore").astype("str")
    return hashes


def respect(submission: Submission, store: Store, contract: Contract) -> Submission:
    """The submission without patients who withdrew, now or before; itself where there are none.

    Who withdraws with this submission is purged from all earlier ones first.
    """
    ledger, centre = store.ledger, submission.centre
    said = _withdrawing(submission)
    if ledger.withdraw(centre, said, f"{DELETE} in a submission"):
        purge(store, centre, contract)
    gone = ledger.withdrawn(centre, _patients(submission.tables))
    if not gone:
        return submission
    known = store.folder(centre, ledger.resolve(submission.id))
    if known.name != submission.id and known.is_dir():  # sent again: what was left of it then
        return _still_wrong(receive(store.package_in(known), contract), submission, gone)
    with _incoming(store, centre) as staged:
        _write_package(submission, gone, contract, staged / "package")
        new, folder = _place(store, centre, staged)
    left = receive(folder / "package", contract)
    before = submission.id, submission.package.content_hash
    ledger.replaced(before, (new, left.package.content_hash), centre)
    return _still_wrong(left, submission, gone)


def _still_wrong(left: Submission, sent: Submission, gone: Collection[str]) -> Submission:
    """What is left of a package is as wrong as the package: taking a patient out mends nothing.

    Written anew it shows no damaged file and no wrong hash, and it lacks columns that could not be
    read. So of the package itself only that is told which was wrong with it as it came. As in
    `_renumbered` the value stays behind.
    """
    was, is_now = _about_the_whole(sent.breaches), _about_the_whole(left.breaches)
    silent = was[~_are_told(was, is_now) & ~_mentions(was["column"], gone)].copy()
    silent["value"] = pd.Series(pd.NA, index=silent.index, dtype="str")
    silent["expected"] = silent["expected"].mask(_mentions(silent["expected"], gone))
    of_ours = is_now[~_are_told(is_now, was)]
    left.breaches.rows = [
        *(rows[rows["row"].notna() | _are_told(rows, was)] for rows in left.breaches.rows),
        silent,
    ]
    more = silent["rule_id"].value_counts().sub(of_ours["rule_id"].value_counts(), fill_value=0)
    for covered in left.breaches.coverage:
        n = int(more.get(covered["rule_id"], 0))
        covered |= {count: cast(int, covered[count]) + n for count in ("asked", "broken")}
    left.absent |= {name: why for name, why in sent.absent.items() if name in left.absent}
    return left


def _are_told(breaches: pd.DataFrame, others: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each breach is among others: the same rule, table and column."""
    place = ["rule_id", "table", "column"]
    known = pd.MultiIndex.from_frame(others[place])
    told: npt.NDArray[np.bool_] = pd.MultiIndex.from_frame(breaches[place]).isin(known)
    return told


def _about_the_whole(breaches: Breaches) -> pd.DataFrame:
    """What broke a rule about a package or a file, and not about rows of it."""
    nothing = pd.DataFrame(columns=["row", "rule_id", "table", "column", "value", "expected"])
    rows = pd.concat([nothing.astype("str").astype({"row": "Int64"}), *breaches.rows])
    return rows[rows["row"].isna()]


def _withdrawing(submission: Submission) -> list[str]:
    patients = submission.tables.get("patients")
    if patients is None:
        return []
    said = patients.loc[patients["consent_status"] == DELETE, "patient_id"]
    return sorted(said.dropna().unique())


def _patients(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Every patient named in any table, once."""
    named = [table["patient_id"].dropna() for table in tables.values() if "patient_id" in table]
    every: pd.Series = pd.concat([pd.Series([], dtype="str"), *named]).drop_duplicates()
    return every


def purge(store: Store, centre: str, contract: Contract) -> None:
    """Every submission of a centre without the patients on the list. Under the centre's lock."""
    for left in (store.root / "incoming").glob(f"{centre}-*"):
        remove(left)  # of a run that was killed: nobody else works on the centre
    for folder in store.submissions(centre):
        _purge_submission(store, centre, folder, contract)
    with store.one_at_a_time(""):  # refused packages that do not say whose they are
        for folder in store.submissions(""):
            remove(folder)
    store.ledger.purged(centre)


def _purge_submission(store: Store, centre: str, folder: Path, contract: Contract) -> None:
    from registry.ledger import lives

    ledger, old = store.ledger, folder.name
    if ledger.resolve(old) != old or not (is_local(folder) or ledger.has(old)):
        _remove_submission(store, folder)  # a run was killed that was removing it, or sending it
        return
    submission = receive(store.package_in(folder), contract)
    memory = lives.read(folder)
    named = pd.concat([_patients(submission.tables), memory["patient_id"].dropna()])
    gone = ledger.withdrawn(centre, named.drop_duplicates())
    unsearchable = _unsearchable(submission, contract)
    if not gone and not unsearchable:
        return
    about_them = memory["patient_id"].isin(gone) | _mentions(memory["key"], gone)
    ledger.forget(centre, memory.loc[about_them, "identity"], gone)
    if not unsearchable and not _patients(submission.tables).isin(gone).any():
        with writing(folder) as local:
            lives.write(memory[~about_them], local)
        _drop_reports(folder)  # they may tell of findings that are gone by now
        return
    with _incoming(store, centre) as staged:
        lost = _write_package(submission, gone, contract, staged / "package")
        left = open_package(staged / "package")
        new, content = submission_id(left), left.content_hash
        counts = _write_findings(folder, staged, lost, gone, new)
        lives.write(memory[~about_them], staged)
        _place(store, centre, staged)
    rows = {name: len(t) - len(lost.get(name, ())) for name, t in submission.tables.items()}
    before = old, submission.package.content_hash
    ledger.replaced(before, (new, content), centre, rows, counts)
    if new != old:
        _remove_submission(store, folder)


def _remove_submission(store: Store, folder: Path) -> None:
    """Out of sight in one step, where there is one, then removed."""
    away = store.root / "incoming" / f"{folder.parent.name}-dropped-{folder.name}"
    if is_local(folder):
        away.parent.mkdir(exist_ok=True)
        folder = folder.rename(away)
    remove(folder)


def _drop_reports(folder: Path) -> None:
    """What can be made again from findings and lives."""
    kept = {"package", "findings.json", "findings.parquet", "coverage.parquet", "lives.parquet"}
    for left in [path for path in folder.iterdir() if path.name not in kept]:
        remove(left) if left.is_dir() else left.unlink()


def _unsearchable(submission: Submission, contract: Contract) -> list[str]:
    """Files of which nobody can say who is in them: damaged, or no table of the contract."""
    known = {MANIFEST} | {path for _, path in _readable(submission, contract)}
    return sorted(set(submission.package.files) - known)


def _readable(submission: Submission, contract: Contract) -> Iterator[tuple[str, str]]:
    """(contract table, path in the package) of every file whose rows name their patients."""
    for name in submission.tables:
        if "patient_id" not in submission.unsent.get(name, set()):
            resource = submission.package.resources[submission.mapping.resource(name)]
            yield name, resource.path


def _incoming(store: Store, centre: str) -> AbstractContextManager[Path]:
    """An empty folder in which the left-over of a package is written before it has a name."""
    return unfinished(store.root / "incoming", f"{centre}-purged-{os.getpid()}")


def _place(store: Store, centre: str, staged: Path) -> tuple[str, Path]:
    """Its id and folder, now that it is whole; the same left-over twice is one submission."""
    package = open_package(staged / "package")
    new = submission_id(package)
    folder = store.folder(centre, new)
    is_there = folder.is_dir()
    if is_there and _names(folder) >= _names(staged) and store.holds(folder / "package", package):
        return new, folder
    if is_there and is_local(folder):
        remove(folder)
    put(staged, folder)
    return new, folder


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- a package ----------------------------------------------------------------------------------


def _write_package(
    submission: Submission, gone: Collection[str], contract: Contract, folder: Path
) -> dict[str, pd.Index]:
    """Write what is left of a package; gives the row numbers lost by table.

    Unsearchable files stay behind, and so do the manifest's free words.
    """
    lost = _lost(submission.tables, gone, contract)
    folder.mkdir(parents=True)
    entries = []
    for name, _ in _readable(submission, contract):
        resource = submission.package.resources[submission.mapping.resource(name)]
        assert resource.table is not None
        kept = _without(resource.table, lost[name], gone)
        path = folder / f"{resource.name}.parquet"
        pq.write_table(kept, path, compression="zstd")
        entries.append(_entry(resource.name, path, kept.num_rows))
    said = {name: submission.package.manifest.get(name) for name in (*SAID, "registry:language")}
    kept_words = {k: v for k, v in said.items() if isinstance(v, str) and not _mention(v, gone)}
    manifest = {"name": f"purged-{submission.centre.lower()}", **kept_words, "resources": entries}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return lost


def _lost(
    tables: Mapping[str, pd.DataFrame], gone: Collection[str], contract: Contract
) -> dict[str, pd.Index]:
    """Row numbers of the patients' rows, and of rows that hang from one of those by any link."""
    patients = pd.Series(sorted(gone), dtype="str")
    lost = {name: among(table["patient_id"], patients) for name, table in tables.items()}
    while True:
        before = sum(int(rows.sum()) for rows in lost.values())
        for name, table in tables.items():
            for column, parent in contract[name].links.items():
                if parent in tables and column in table:
                    keys = tables[parent].loc[lost[parent], contract[parent].key].astype("str")
                    lost[name] |= among(table[column].astype("str"), keys)
        if sum(int(rows.sum()) for rows in lost.values()) == before:
            return {name: rows.index[rows] for name, rows in lost.items()}


def _without(table: pa.Table, lost: pd.Index, gone: Collection[str]) -> pa.Table:
    """The other rows, flat: a dictionary would still hold the values of rows that are gone.

    A cell of another patient's row that names one who is gone is blanked.
    """
    stays = np.ones(table.num_rows, dtype=bool)
    stays[lost.to_numpy(dtype="int64") - 1] = False
    kept = table.filter(pa.array(stays)).combine_chunks()
    names, columns = [], []
    for name, column in zip(kept.schema.names, kept.columns, strict=True):
        if not cells.usable(column.type):
            continue
        flat = column.cast(column.type.value_type) if _is_dictionary(column.type) else column
        if pa.types.is_string(flat.type) or pa.types.is_large_string(flat.type):
            named = pc.match_substring_regex(flat, _pattern(gone))
            flat = pc.if_else(named, pa.scalar(None, flat.type), flat)
        names.append(name)
        columns.append(flat)
    return pa.Table.from_arrays(columns, names=names)


def _is_dictionary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind))


def _entry(name: str, path: Path, rows: int) -> dict[str, Any]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    facts = {"name": name, "path": path.name, "format": "parquet", "hash": f"sha256:{digest}"}
    return {**facts, "registry:rows": rows}


# --- findings -----------------------------------------------------------------------------------


def _write_findings(
    folder: Path, staged: Path, lost: Mapping[str, pd.Index], gone: Collection[str], new: str
) -> dict[str, int] | None:
    """The findings of what is left, rows numbered anew; gives their counts, None where none were.

    A finding about the whole keeps its rule, not its statistic: a median is a patient's value.
    """
    if not (folder / "findings.json").is_file():
        return None
    found = read_files(folder)
    kept = Findings(_renumbered(found.rows, lost, gone), found.coverage)
    write_tables(kept, staged)
    document = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    counts = {severity.value: n for severity, n in kept.counts().items()}
    document |= {"submission": new, "counts": counts, "findings": records(kept.rows)}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (staged / "findings.json").write_text(text + "\n", encoding="utf-8")
    return counts


def _renumbered(
    rows: pd.DataFrame, lost: Mapping[str, pd.Index], gone: Collection[str]
) -> pd.DataFrame:
    about_them = rows["patient_id"].isin(gone)
    for text in TEXTS:
        about_them |= _mentions(rows[text], gone)
    for table, numbers in lost.items():
        about_them |= (rows["table"] == table) & rows["row"].isin(numbers)
    kept = rows[~about_them].copy()
    kept["value"] = kept["value"].where(kept["row"].notna())
    for table, numbers in lost.items():
        mine = (kept["table"] == table) & kept["row"].notna()
        before = np.searchsorted(numbers.sort_values(), kept.loc[mine, "row"].astype("int64"))
        kept.loc[mine, "row"] -= before
    numbered: pd.DataFrame = kept[SCHEMA.names].reset_index(drop=True)
    return numbered


def _pattern(gone: Collection[str]) -> str:
    """Any of the ids as a word of its own: P0001 is not in P00012, but it is in P0001-V03."""
    ids = "|".join(re.escape(patient) for patient in sorted(gone))
    return rf"(^|[^A-Za-z0-9])({ids})([^A-Za-z0-9]|$)"


def _mentions(texts: pd.Series, gone: Collection[str]) -> pd.Series:
    if not gone:
        return pd.Series(False, index=texts.index)
    named = pc.match_substring_regex(pa.array(texts, pa.string(), from_pandas=True), _pattern(gone))
    found = named.fill_null(False).to_numpy(zero_copy_only=False)
    return pd.Series(found, index=texts.index, dtype=bool)


def _mention(text: str, gone: Collection[str]) -> bool:
    return bool(gone) and re.search(_pattern(gone), text) is not None
