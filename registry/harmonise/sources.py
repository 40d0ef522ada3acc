"""Where harmonised values come from: row, submission, mapping, and what the centre wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from registry.contract import TableSpec

if TYPE_CHECKING:  # reading a package needs the mappings of this folder: no import back
    from registry.submission import Submission

PROVENANCE = ("submission_id", "source_row", "mapping_version")

# Columns without a code list that harmonising changes. Coded ones are kept in any case.
CONVERTED = {
    "labs": ("value", "upper_limit_normal", "lower_limit_normal"),
    "therapies": ("atc", "atc_version"),
    "exposures": ("atc",),
}


def with_sources(table: pd.DataFrame, spec: TableSpec, submission: Submission) -> pd.DataFrame:
    """The table with PROVENANCE and, for every column in another's words, `source_<column>`.

    The table's index is the row number in the submitted file. Sources are text, as submitted.
    """
    index = table.index
    converted = CONVERTED.get(spec.name, ())
    changed = [c.name for c in spec.columns.values() if c.codes or c.name in converted]
    sources = {f"source_{c}": _as_submitted(index, spec.name, c, submission) for c in changed}
    return table.assign(
        submission_id=pd.Series(submission.id, index=index, dtype="str"),
        source_row=pd.Series(index, index=index, dtype="Int64"),
        mapping_version=pd.Series(submission.mapping.version, index=index, dtype="str"),
        **sources,
    )


def _as_submitted(rows: pd.Index, table: str, column: str, submission: Submission) -> pd.Series:
    own = submission.own_columns.get(table, {}).get(column)
    submitted = submission.submitted.get(table)
    if submitted is None or own not in submitted:
        return pd.Series(None, index=rows, dtype="str")
    return as_text(submitted[own].reindex(rows))


def as_text(values: pd.Series) -> pd.Series:
    """Values as people write them: 5.0 is "5", yes is "true", a day is ISO; blank stays blank."""
    if values.dtype.kind == "M":
        return pd.Series(values.dt.strftime("%Y-%m-%d"), dtype="str")
    if values.dtype == "str":
        return values
    text = pa.array(values, from_pandas=True).cast(pa.string()).to_pandas()
    return pd.Series(text.set_axis(values.index), dtype="str")


def centre_wide(ids: pd.Series, centre: str) -> pd.Series:
    """A centre's own ids as ids that no other centre has: DE01:P001; blank stays blank."""
    return f"{centre}:" + ids


def with_centre_wide_ids(table: pd.DataFrame, spec: TableSpec, centre: str) -> pd.DataFrame:
    """The table with its key, and every key of another table that it holds, made centre-wide."""
    ids = [c.name for c in spec.columns.values() if c.is_id]
    return table.assign(**{name: centre_wide(table[name], centre) for name in ids})
