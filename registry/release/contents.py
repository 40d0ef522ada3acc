"""What stands in a release beside its tables: made of the tables and the passport, nothing else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import yaml

from registry.contract import Contract
from registry.files import write_json, write_text
from registry.release import changes, disclosure, parquet, public, quality
from registry.release.croissant import croissant
from registry.release.datapackage import data_package
from registry.release.markdown import markdown
from registry.release.odcs import data_contract
from registry.release.passport import Passport
from registry.release.read import Release
from registry.release.readme import PUBLIC_README, readme

Frames = Mapping[str, pd.DataFrame]


def write_both(table: pa.Table, stem: Path, release: str) -> None:
    """The same table as Parquet and as CSV."""
    stem.parent.mkdir(exist_ok=True)
    parquet.write(table, stem.with_suffix(".parquet"), {"registry:release": release})
    as_csv = parquet.in_memory(table).to_csv(index=False, lineterminator="\n")
    write_text(stem.with_suffix(".csv"), as_csv)


def statement(passport: Passport) -> dict[str, Any]:
    """What the manifest says of findings: open ones by centre and severity, waivers in force."""
    found = quality.frame(quality.OPEN, passport.get("open_findings", ()))
    waivers = quality.frame(quality.WAIVERS, passport.get("waivers", ()))
    return {
        "open_findings": quality.counts_by_severity(found),
        "waivers": waivers.astype(object).where(waivers.notna(), None).to_dict("records"),
    }


def write_descriptions(
    staged: Path,
    about: Mapping[str, Any],
    specs: Contract,
    files: Mapping[str, Mapping[str, Any]],
) -> None:
    """The same tables in the words of four standards, all from the models' own."""
    facts = (about["release"], about["created"], specs)
    hashes = {name: str(file["sha256"]) for name, file in files.items()}
    write_json(staged / "datapackage.json", data_package(*facts, hashes))
    write_json(staged / "croissant.json", croissant(*facts, files))
    write_text(staged / "contract.odcs.yaml", _as_yaml(data_contract(*facts)))
    write_text(staged / "README.md", readme(about["release"]))


def _as_yaml(content: Any) -> str:
    fast = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten times, where libyaml is there
    text: str = yaml.dump(content, Dumper=fast, sort_keys=False, allow_unicode=True, width=100)
    return text


def write_changes(
    staged: Path,
    about: Mapping[str, Any],
    specs: Contract,
    tables: Mapping[str, pa.Table],
    previous: Release | None,
) -> None:
    keys = {name: spec.keys for name, spec in specs.items()}
    found = changes.difference(previous, tables, keys)
    log = changes.change_log(about, tables, previous, found)
    write_text(staged / "CHANGELOG.md", log)
    parquet.write(
        changes.as_arrow(found),
        staged / "changes.parquet",
        {"registry:release": about["release"]},
    )


def write_quality(staged: Path, release: str, tables: Frames, passport: Passport) -> None:
    """What became of every centre's rows, what is open, how complete each field is."""
    accounts = pd.DataFrame(passport.get("accounts", ()), columns=quality.ACCOUNT)
    rows = quality.rows_statement(tables, accounts)
    fields = quality.fields_statement(tables)
    found = quality.frame(quality.OPEN, passport.get("open_findings", ()))
    waivers = quality.frame(quality.WAIVERS, passport.get("waivers", ()))
    made = {
        "rows": (quality.ROWS, rows),
        "fields": (quality.FIELDS, fields),
        "open": (quality.OPEN, found),
        "waivers": (quality.WAIVERS, waivers),
    }
    _write_all(made, staged / "quality", release)
    text = quality.quality_readme(release, rows, fields, found, waivers)
    write_text(staged / "quality" / "README.md", text)


def write_disclosure(staged: Path, release: str, tables: Frames) -> None:
    """The public tier, and how easily somebody could be found in either tier."""
    published = public.public_tables(tables)
    write_public(staged / "public", release, published)
    risk, sizes = disclosure.disclosure(tables["patients"])
    made = {"risk": (disclosure.RISK, risk), "small_cells": (disclosure.SIZES, sizes)}
    _write_all(made, staged / "disclosure", release)
    by_name = {table.name: table for table in published}
    text = disclosure.disclosure_readme(release, risk, sizes, by_name)
    write_text(staged / "disclosure" / "README.md", text)


def write_public(folder: Path, release: str, tables: Sequence[public.PublicTable]) -> None:
    """A folder that stands by itself: it may be given to anybody."""
    text = [PUBLIC_README.substitute(version=release)]
    for table in tables:
        write_both(_as(table.schema, table.counts), folder / table.name, release)
        text += [f"## {table.name}", "", markdown(public.wide(table))]
    write_text(folder / "README.md", "\n".join(text))


def _write_all(
    made: Mapping[str, tuple[pa.Schema, pd.DataFrame]], folder: Path, release: str
) -> None:
    for name, (schema, table) in made.items():
        write_both(_as(schema, table), folder / name, release)


def _as(schema: pa.Schema, table: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(table, schema=schema, preserve_index=False)
