"""What a release's data are worth: rows and fields of every centre, each count with what it is of.

quality/rows      one row per centre and table: submitted, held back, left out, published
quality/fields    one row per centre, table and column: rows, filled, share
quality/open      one row per centre, table and rule: findings that are not resolved
quality/waivers   one row per waiver in force
quality/README.md the same to be read
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from registry.findings import Findings
from registry.release.markdown import markdown
from registry.rules import Severity

ROWS = pa.schema(
    [
        ("centre_id", pa.string()),
        ("table", pa.string()),
        ("submitted", pa.int64()),
        ("held_back", pa.int64()),
        ("left_out", pa.int64()),
        ("published", pa.int64()),
    ]
)
FIELDS = pa.schema(
    [
        ("centre_id", pa.string()),
        ("table", pa.string()),
        ("column", pa.string()),
        ("rows", pa.int64()),
        ("filled", pa.int64()),
        ("share", pa.float64()),
    ]
)
OPEN = pa.schema(
    [
        ("centre_id", pa.string()),
        ("table", pa.string()),
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("findings", pa.int64()),
    ]
)
# A waiver's reason is free text, and free text does not leave the registry.
WAIVERS = pa.schema(
    [
        ("centre_id", pa.string()),
        ("table", pa.string()),
        ("rule_id", pa.string()),
        ("rows", pa.int64()),
        ("approved", pa.string()),
        ("expires", pa.string()),
    ]
)

ACCOUNT = ["centre_id", "table", "submitted", "held_back"]


def frame(schema: pa.Schema, rows: Any = ()) -> pd.DataFrame:
    """A table in one of the schemas above, from rows (a frame, or a list of mappings)."""
    types = {pa.string(): "str", pa.int64(): "Int64", pa.float64(): "float64"}
    made = pd.DataFrame(rows if isinstance(rows, pd.DataFrame) else list(rows)).reset_index(
        drop=True
    )
    return made.reindex(columns=schema.names).astype({f.name: types[f.type] for f in schema})


def account(tables: Mapping[str, pd.DataFrame], held: pd.DataFrame, centre: str) -> pd.DataFrame:
    """Rows submitted and held back by table; `held` is that of `registry.findings.hold_back`."""
    submitted = pd.Series({name: len(table) for name, table in tables.items()}, dtype="int64")
    held_back = held["table"].value_counts().reindex(submitted.index, fill_value=0)
    columns = {"submitted": submitted, "held_back": held_back}
    counted = pd.DataFrame(columns).rename_axis("table").reset_index()
    return counted.assign(centre_id=centre)[ACCOUNT]


def in_force(waived: pd.DataFrame, waivers: pd.DataFrame, centre: str) -> pd.DataFrame:
    """Waivers that cover findings of a release, by table and rule: columns of `WAIVERS`.

    `waived` are the covered findings (identity, table, rule_id), `waivers` those of the ledger.
    """
    force = waivers[waivers["state"] == "in_force"]
    force = force.assign(approved=force["approved_at"].str[:10])[["rule_id", "approved", "expires"]]
    of_rule = force.groupby("rule_id").agg({"approved": "max", "expires": "min"})
    rows = waived.groupby(["table", "rule_id"]).size().rename("rows").reset_index()
    return frame(WAIVERS, rows.join(of_rule, on="rule_id").assign(centre_id=centre))


def open_findings(findings: Findings, centre: str) -> pd.DataFrame:
    """Unresolved findings of a centre's submission in the schema OPEN: counts, never values."""
    by = ["table", "rule_id", "severity"]
    counted = findings.rows.groupby(by, as_index=False, dropna=False).size()
    return frame(OPEN, counted.rename(columns={"size": "findings"}).assign(centre_id=centre))


def rows_statement(tables: Mapping[str, pd.DataFrame], accounts: pd.DataFrame) -> pd.DataFrame:
    """What became of each centre's rows, in the schema ROWS.

    `accounts` has centre_id, table, submitted and held_back. Left out are rows of patients without
    consent or index day, and rows whose parent is not published. Derived tables are not submitted.
    """
    counts = [t.groupby("centre_id").size().rename("published") for t in tables.values()]
    published = pd.concat(counts, keys=tables, names=["table"]).reset_index()
    both = accounts.merge(published, on=["centre_id", "table"], how="outer").convert_dtypes()
    both["published"] = both["published"].fillna(0)
    both["left_out"] = both["submitted"] - both["held_back"] - both["published"]
    order = {name: position for position, name in enumerate(tables)}
    return frame(ROWS, both).sort_values(
        ["centre_id", "table"], key=lambda c: c.map(order) if c.name == "table" else c
    )


def fields_statement(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """How completely each centre fills each published field, in the schema FIELDS."""
    of_tables = [_fields(name, table) for name, table in tables.items() if len(table)]
    return frame(FIELDS, pd.concat([frame(FIELDS), *of_tables]))


def _fields(name: str, table: pd.DataFrame) -> pd.DataFrame:
    centres = table["centre_id"]
    filled = table.drop(columns="centre_id").notna().groupby(centres).sum()
    long = filled.melt(ignore_index=False, var_name="column", value_name="filled").reset_index()
    rows = long["centre_id"].map(centres.value_counts())
    return long.assign(table=name, rows=rows, share=(long["filled"] / rows).astype("float64"))


def counts_by_severity(found: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Centre → severity → open findings."""
    return {
        str(centre): {
            severity.value: int(of.loc[of["severity"].eq(severity.value), "findings"].sum())
            for severity in Severity
        }
        for centre, of in found.groupby("centre_id")
    }


def quality_readme(
    version: str,
    rows: pd.DataFrame,
    fields: pd.DataFrame,
    found: pd.DataFrame,
    waivers: pd.DataFrame,
) -> str:
    """The statement to be read, in English; the tables beside it have every field and centre."""
    return "\n".join(
        [
            f"# Quality of release {version}",
            "",
            "*Deutsch:* Was aus den Zeilen jedes Zentrums wurde, was offen ist und wie vollständig "
            "die Felder sind. Jede Zahl steht mit ihrem Nenner; alle Felder und Zentren stehen in "
            "den Tabellen daneben.",
            "",
            "## What became of the rows",
            "",
            "Held back until the centre corrects or confirms; left out for want of consent, of a "
            "day to count from, or of the row they belong to. Derived tables are not submitted.",
            "",
            markdown(rows),
            "## Open findings",
            "",
            "Rows held back for a finding are not in the release; notes are.",
            "",
            markdown(found) if len(found) else "None.\n",
            "## Waivers in force",
            "",
            markdown(waivers) if len(waivers) else "None.\n",
            "## Fields",
            "",
            "Filled of all rows, and the centre that fills the smallest share. Blank is not always "
            "missing: a day of death is blank for the living.",
            "",
            markdown(_over_centres(fields)),
        ]
    )


def _over_centres(fields: pd.DataFrame) -> pd.DataFrame:
    """Table, field, "filled of rows (share)" over all centres, and the least complete centre."""
    by = ["table", "column"]
    whole = fields.groupby(by, sort=False)[["filled", "rows"]].sum().reset_index()
    least = fields.loc[fields.groupby(by, sort=False)["share"].idxmin()]
    return pd.DataFrame(
        {
            "table": whole["table"],
            "field": whole["column"],
            "filled": _of(whole["filled"], whole["rows"]),
            "least complete": least["centre_id"].array
            + ", "
            + _of(least["filled"], least["rows"]).array,
        }
    )


def _of(part: pd.Series, whole: pd.Series) -> pd.Series:
    percent = (100 * part / whole).astype("float64").map("{:.1f}".format)
    return part.astype("str") + " of " + whole.astype("str") + " (" + percent + " %)"
