"""What is new against the release before: rows and patients of every table, in counts only."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from registry.release.read import Release

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


def change_log(
    manifest: Mapping[str, Any], tables: Mapping[str, pa.Table], previous: Release | None
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
    return "\n".join(lines) + "\n"


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
