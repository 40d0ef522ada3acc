"""What is new against the release before: by patient, table and field.

    changes.parquet   one row per published row that is new, gone or changed, and per changed field
    CHANGELOG.md      the same in counts

Values are in neither: they stand in the two releases, and one that was put right, or withdrawn,
must not live on in a change log. Therefore who is no longer published is a count, too, not an id.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.release import parquet
from registry.release.markdown import markdown
from registry.release.publishable import PROVENANCE
from registry.release.read import Release

CHANGES = pa.schema(
    [
        ("patient_id", pa.string()),
        ("table", pa.string()),
        ("key", pa.string()),
        ("column", pa.string()),
        ("change", pa.string()),
    ]
)

# New with every delivery or every version of the code, in every row: told once, not per row.
NOT_COMPARED = {*PROVENANCE, "algorithm_version"}

HEADER = (
    "| table | rows before | rows now | patients before | patients now | new | gone |",
    "|---|--:|--:|--:|--:|--:|--:|",
)

MADE_BY = {
    "rule_set": "rule set",
    "code": "code",
    "algorithm_version": "outcome algorithm",
    "contract": "contract",
}

Tables = Mapping[str, pa.Table]


def difference(
    previous: Release | None, tables: Tables, keys: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Changes from a release to these tables in the schema CHANGES; none without a release before.

    `change` is row_new, row_gone or field_changed, `key` the row's own, several joined by a space.
    """
    made = [pd.DataFrame(columns=CHANGES.names, dtype="str")]
    if previous is not None:
        still = _patients(tables["patients"])
        for name in [name for name in tables if name in previous.tables]:
            before = parquet.in_memory(previous.arrow(name))
            of_patients_still_there = before[before["patient_id"].isin(still)]
            now = parquet.in_memory(tables[name])
            made.append(_changes(of_patients_still_there, now, keys[name]).assign(table=name))
    every: pd.DataFrame = pd.concat(made, ignore_index=True)[CHANGES.names].astype("str")
    return every


def compare(before: Release, after: Release) -> tuple[str, pd.DataFrame]:
    """(change log in Markdown, changes) between any two releases."""
    tables = {name: after.arrow(name) for name in after.tables}
    keys = {name: after.keys(name) for name in after.tables}
    changes = difference(before, tables, keys)
    return change_log(after.manifest, tables, before, changes), changes


def as_arrow(changes: pd.DataFrame) -> pa.Table:
    """Changes in the schema CHANGES."""
    return pa.Table.from_pandas(changes, schema=CHANGES, preserve_index=False)


def _changes(before: pd.DataFrame, now: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    before, now = (t.assign(_who=t["patient_id"]).set_index(list(keys)) for t in (before, now))
    new, gone = now.index.difference(before.index), before.index.difference(now.index)
    both = now.index.intersection(before.index)
    columns = [
        c
        for c in now
        if c in before and c not in NOT_COMPARED and c != "_who" and now[c].dtype == before[c].dtype
    ]
    old, fresh = before.loc[both, columns], now.loc[both, columns]
    differs = (old.ne(fresh) & ~(old.isna() & fresh.isna())).fillna(True)
    row, column = np.nonzero(differs.to_numpy(dtype="bool"))
    return pd.concat(
        [
            _listed(now.loc[new], "row_new"),
            _listed(before.loc[gone], "row_gone"),
            _listed(now.loc[both].iloc[row], "field_changed", np.array(columns)[column]),
        ]
    )


def _listed(rows: pd.DataFrame, change: str, column: np.ndarray | None = None) -> pd.DataFrame:
    parts = rows.index.to_frame(index=False).astype("str")
    key = parts.iloc[:, 0].str.cat(parts.iloc[:, 1:], sep=" ") if len(parts.columns) > 1 else None
    return pd.DataFrame(
        {
            "patient_id": rows["_who"].array,
            "key": (parts.iloc[:, 0] if key is None else key).array,
            "column": column,
            "change": change,
        }
    )


def summary(changes: pd.DataFrame) -> pd.DataFrame:
    """Table, change, field → rows and patients concerned."""
    by = changes.fillna({"column": ""}).groupby(["table", "change", "column"], sort=False)
    counted = by.agg(rows=("key", "size"), patients=("patient_id", "nunique"))
    return counted.reset_index().rename(columns={"column": "field"})


def change_log(
    manifest: Mapping[str, Any], tables: Tables, previous: Release | None, changes: pd.DataFrame
) -> str:
    """CHANGELOG.md of a release; `previous` is None where there is none, or it is damaged."""
    lines = [
        f"# Changes in release {manifest['release']}",
        "",
        _compared(manifest, previous),
        "",
        *HEADER,
    ]
    lines += [_row(name, table, _before(previous, name)) for name, table in tables.items()]
    if previous is not None:
        lines += [
            f"| {name} | | (no longer published) | | | | |" for name in _gone(previous, tables)
        ]
        notes = [*_columns(tables, previous), *_made_by(manifest, previous)]
        lines += ["", *(notes or ["Columns, rule set, code and outcome algorithm are the same."])]
        lines += ["", *_of_fields(changes)]
    return "\n".join(lines) + "\n"


def _of_fields(changes: pd.DataFrame) -> list[str]:
    if not len(changes):
        return ["No row of a patient who was in both releases is new, gone or changed."]
    return [
        "## Patients in both releases",
        "",
        "By patient and row in `changes.parquet`, without values.",
        "",
        markdown(summary(changes)).rstrip(),
    ]


def _compared(manifest: Mapping[str, Any], previous: Release | None) -> str:
    if previous is not None:
        return f"Compared with {previous.version}."
    if manifest["supersedes"] is None:
        return "The first release."
    return f"Not compared with {manifest['supersedes']}: that release is damaged."


def _before(previous: Release | None, name: str) -> pa.Table | None:
    return previous.arrow(name) if previous is not None and name in previous.tables else None


def _gone(previous: Release, tables: Mapping[str, pa.Table]) -> list[str]:
    return [name for name in previous.tables if name not in tables]


def _row(name: str, now: pa.Table, before: pa.Table | None) -> str:
    is_now = _patients(now)
    if before is None:
        return f"| {name} | | {now.num_rows} | | {len(is_now)} | {len(is_now)} | |"
    was = _patients(before)
    counts = (
        before.num_rows,
        now.num_rows,
        len(was),
        len(is_now),
        len(is_now - was),
        len(was - is_now),
    )
    return f"| {name} | " + " | ".join(str(n) for n in counts) + " |"


def _patients(table: pa.Table) -> set[str]:
    return set(pc.unique(table["patient_id"]).to_pylist())


def _columns(tables: Mapping[str, pa.Table], previous: Release) -> Iterator[str]:
    for name in previous.tables:
        if name not in tables:
            continue
        now, before = tables[name].schema, previous.arrow(name).schema
        types = {field.name: field.type for field in before}
        for field in now:
            if field.name not in types:
                yield f"- {name}: column {field.name} is new."
            elif field.type != types[field.name]:
                yield f"- {name}: column {field.name} was {types[field.name]}, is {field.type}."
        for column in types:
            if column not in now.names:
                yield f"- {name}: column {column} is gone."


def _made_by(manifest: Mapping[str, Any], previous: Release) -> Iterator[str]:
    for key, words in MADE_BY.items():
        before, now = previous.manifest[key], manifest[key]
        if before != now:
            yield f"- {words}: was {before}, is {now}."
