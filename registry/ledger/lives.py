"""The life of a finding across a centre's deliveries, told by its identity.

    new         not known before
    persisting  found before, and now with the same value
    changed     found before, and now with another value
    resolved    found before; its record is still sent and no longer breaks the rule
    gone        found before; its record is no longer in the submission
    reopened    resolved or gone once, and now found again

A submission's lives are the memory of its centre up to it: they follow those of the accepted
submission before it, whether it is itself accepted or not. A rule that could not be asked this
time resolves nothing: its findings wait, unlisted, until it can.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from registry.contract import Contract
from registry.findings import Findings
from registry.rules import CATALOGUE

SCHEMA = pa.schema(
    [
        ("identity", pa.string()),
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("table", pa.string()),
        ("key", pa.string()),
        ("patient_id", pa.string()),
        ("column", pa.string()),
        ("life", pa.string()),
        ("value_hash", pa.string()),
        ("rule_version", pa.string()),
        ("first_seen", pa.string()),  # a submission's id
        ("first_seen_at", pa.string()),  # UTC, ISO 8601
        ("last_seen", pa.string()),  # a submission's id
        ("n_submissions", pa.int64()),
        ("told", pa.bool_()),  # whether this submission's list names it; the rest is memory
    ]
)
FOUND = ("new", "persisting", "changed", "reopened")  # is there now
OVER = ("resolved", "gone")
_TYPES = dict.fromkeys(SCHEMA.names, "str") | {"n_submissions": "int64", "told": "bool"}

FILE = "lives.parquet"


def none() -> pd.DataFrame:
    """The lives before a centre's first submission."""
    return pd.DataFrame(columns=SCHEMA.names).astype(_TYPES)


def follow(
    before: pd.DataFrame,
    findings: Findings,
    tables: Mapping[str, pd.DataFrame],
    contract: Contract,
    submission: str,
    at: str,
) -> pd.DataFrame:
    """The lives of every finding known so far, in the order of `SCHEMA`.

    `before` are the lives of the accepted submission before; `findings` and `tables` are those of
    `submission`, received `at` (UTC, ISO 8601).
    """
    found = findings.rows.drop_duplicates("identity").set_index("identity")
    known = before.set_index("identity")
    now = _found(found, known, submission, at)
    missing = known[~known.index.isin(now.index)]
    left = _missing(missing, findings, tables, contract)
    every = pd.concat([now, left]).reset_index()
    lives: pd.DataFrame = every[SCHEMA.names].astype(_TYPES)
    order = ["table", "key", "rule_id", "column", "identity"]
    return lives.sort_values(order, ignore_index=True)


def _found(found: pd.DataFrame, known: pd.DataFrame, submission: str, at: str) -> pd.DataFrame:
    """Findings of this submission with the life each has reached."""
    was = known.reindex(found.index)
    is_known = was["life"].notna()
    life = pd.Series("persisting", index=found.index, dtype="str")
    life = life.mask(was["value_hash"] != found["value_hash"], "changed")
    life = life.mask(was["life"].isin(OVER), "reopened").where(is_known, "new")
    facts = ["rule_id", "severity", "table", "key", "patient_id", "column", "value_hash"]
    versions = {name: CATALOGUE[name].version for name in found["rule_id"].unique()}
    return found[facts].assign(
        life=life,
        rule_version=found["rule_id"].map(versions),
        first_seen=was["first_seen"].where(is_known, submission),
        first_seen_at=was["first_seen_at"].where(is_known, at),
        last_seen=submission,
        n_submissions=was["n_submissions"].fillna(0) + 1,
        told=True,
    )


def _missing(
    missing: pd.DataFrame,
    findings: Findings,
    tables: Mapping[str, pd.DataFrame],
    contract: Contract,
) -> pd.DataFrame:
    """Findings known before that are not among the findings now."""
    there = _records(tables, contract)
    record = pd.MultiIndex.from_frame(missing[["table", "key"]])
    is_gone = missing["key"].notna() & ~record.isin(there)
    rule = pd.MultiIndex.from_frame(missing[["rule_id", "table"]])
    ends = missing["life"].isin(FOUND) & (is_gone | ~rule.isin(_silent(findings)))
    ended = pd.Series("resolved", index=missing.index, dtype="str").mask(is_gone, "gone")
    return missing.assign(life=missing["life"].mask(ends, ended), told=ends)


def _silent(findings: Findings) -> pd.MultiIndex:
    """(rule_id, table) of every rule that nothing could be asked of this time."""
    asked = findings.coverage.groupby(["rule_id", "table"])["asked"].sum()
    silent = asked.index[asked.eq(0)]
    return pd.MultiIndex.from_tuples(silent, names=["rule_id", "table"])


def _records(tables: Mapping[str, pd.DataFrame], contract: Contract) -> pd.MultiIndex:
    """(table, key) of every row of the submission."""
    frames = [
        pd.DataFrame({"table": name, "key": table[contract[name].key].dropna().astype("str")})
        for name, table in tables.items()
    ]
    if not frames:
        return pd.MultiIndex.from_arrays([[], []])
    return pd.MultiIndex.from_frame(pd.concat(frames))


def write(lives: pd.DataFrame, folder: Path) -> None:
    """lives.parquet in a submission's folder: the old one or the new one, never half of it."""
    table = pa.Table.from_pandas(lives, schema=SCHEMA, preserve_index=False)
    new = folder / f".{FILE}.{os.getpid()}"
    pq.write_table(table.replace_schema_metadata(None), new, compression="zstd")
    new.replace(folder / FILE)


def read(folder: Path) -> pd.DataFrame:
    """What `write` wrote; no lives where it never did."""
    if not (folder / FILE).is_file():
        return none()
    content = pa.BufferReader((folder / FILE).read_bytes())
    lives: pd.DataFrame = pq.read_table(content, schema=SCHEMA).to_pandas().astype(_TYPES)
    return lives
