"""Harmonised tables and outcomes → the tables analysts get.

What leaves is what the published models name, and nothing else: of patients whose consent covers
it, under pseudonyms, with days counted from the patient's index day in place of dates.
"""

import logging
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.consent import COVERED, consent
from registry.contract import Column, Contract, Kind, TableSpec
from registry.links import among
from registry.outcomes import episode_lines
from registry.release.pseudonyms import pseudonyms
from registry.release.shapes import is_shaped, is_uncoded_text
from registry.tables import PANDAS, look_up

log = logging.getLogger(__name__)

NO_INDEX_DAY = "no_index_day"

PROVENANCE = ("centre_id", "submission_id", "source_row", "mapping_version")


def publishable(
    harmonised: Mapping[str, pd.DataFrame],
    visit_outcomes: pd.DataFrame,
    treatment_outcomes: pd.DataFrame,
    secret: bytes,
    published: Contract,
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """(published tables, patients left out by reason).

    `published` describes the tables (`schemas.published.PUBLISHED`); `secret` keys the pseudonyms
    (at least 16 bytes, ValueError otherwise) and must stay the same for one patient to keep one
    pseudonym. Rows are sorted by pseudonym, whatever the order of the input, and numbered from 1.

    Left out with all their rows are patients whose consent does not cover a release, and those
    without any day to count from. An optional link to a row that is not there is cleared.
    """
    tables = _with_outcomes(harmonised, visit_outcomes, treatment_outcomes)
    index = index_days(tables)
    patients = tables["patients"]
    reason = consent(patients)
    reason = reason.mask(reason.eq(COVERED) & index["day"].isna().to_numpy(), NO_INDEX_DAY)
    released = patients.loc[reason.eq(COVERED), "patient_id"]
    tables["patients"] = patients.assign(index_basis=index["basis"].array)
    kept = {
        name: t[among(t["patient_id"], released)] for name, t in tables.items() if name in published
    }
    linked = _resolved(kept, published)
    days = index.set_index("patient_id")["day"]
    made = {name: _published(linked[name], spec, days, secret) for name, spec in published.items()}
    return made, _counts(reason[reason.ne(COVERED)])


def _with_outcomes(
    harmonised: Mapping[str, pd.DataFrame], visits: pd.DataFrame, treatments: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """All tables; outcomes with where they come from, therapies with the line they belong to."""
    tables = dict(harmonised)
    tables["visit_outcomes"] = _traced(visits, "visit_id", harmonised["visits"])
    tables["treatment_outcomes"] = _traced(treatments, "patient_id", harmonised["patients"])
    therapies = harmonised["therapies"].rename(columns={"line": "submitted_line"})
    derived = episode_lines(harmonised["therapies"])["line"].array
    tables["therapies"] = therapies.assign(line=derived)
    return tables


def _traced(outcomes: pd.DataFrame, key: str, origin: pd.DataFrame) -> pd.DataFrame:
    """Derived rows with the centre, submission and row of what they were derived for."""
    found = {c: look_up(outcomes[key], origin, c, key) for c in PROVENANCE if c in origin}
    return outcomes.assign(**found)


def index_days(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Per row of `patients`: patient_id, day (datetime64[s]) and basis of day 0; blank where none.

    therapy_line: start of the first line; else visit: the first one; else diagnosis.
    """
    patients = tables["patients"]
    who = patients["patient_id"]
    starts = tables["treatment_outcomes"].groupby("patient_id")["start_date"].min()
    visits = tables["visits"].groupby("patient_id")["visit_date"].min()
    day = patients["diagnosis_date"].astype("datetime64[s]")
    basis = pd.Series("diagnosis", index=who.index, dtype="str").where(day.notna())
    for name, first in (("visit", visits), ("therapy_line", starts)):
        found = first.reindex(who).set_axis(who.index)
        day, basis = day.mask(found.notna(), found), basis.mask(found.notna(), name)
    return pd.DataFrame({"patient_id": who, "day": day, "basis": basis})


def _resolved(tables: Mapping[str, pd.DataFrame], published: Contract) -> dict[str, pd.DataFrame]:
    """Tables whose optional links all resolve, and without rows whose required links do not."""
    resolved = dict(tables)
    for name, spec in published.items():
        for column, parent in spec.links.items():
            table = resolved[name]
            there = among(table[column], resolved[parent][published[parent].key])
            if spec.columns[column].required:
                resolved[name] = table[there]
            else:
                resolved[name] = table.assign(**{column: table[column].where(there)})
    return resolved


def _published(
    table: pd.DataFrame, spec: TableSpec, days: pd.Series, secret: bytes
) -> pd.DataFrame:
    index = days.reindex(table["patient_id"]).set_axis(table.index)
    columns = {c.name: _values(table, c, index) for c in spec.columns.values()}
    for column in spec.columns.values():
        kind = column.links or (spec.name if column.key and column.kind is Kind.TEXT else None)
        if kind is not None:
            columns[column.name] = pseudonyms(columns[column.name], kind, secret)
    made = pd.DataFrame(columns, index=table.index)
    return made.take(_sorted(made, _order(spec))).set_axis(pd.RangeIndex(1, len(made) + 1))


def _sorted(table: pd.DataFrame, columns: list[str]) -> NDArray[np.uint64]:
    """Positions that sort by these columns, blanks last; later ones are read where others tie.

    pandas ranks every column first: of a key, as many texts as the table has rows.
    """
    keys = pa.table({name: pa.array(table[name], from_pandas=True) for name in columns})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in columns])
    return np.asarray(order)


def _order(spec: TableSpec) -> list[str]:
    """By patient and day, as people read; then by key, so that no two orders are possible."""
    days = [column.name for column in spec.columns.values() if column.name.endswith("_day")]
    return list(dict.fromkeys(["patient_id", *days[:1], *spec.keys]))


def _values(table: pd.DataFrame, column: Column, index: pd.Series) -> pd.Series:
    """A published column from the table's own, from its date, or blank where it has neither."""
    dated = column.name.removesuffix("_day") + "_date"
    if column.name.endswith("_day") and dated in table:
        return (table[dated] - index).dt.days.astype("Int64")
    if column.name not in table:
        return pd.Series(None, index=table.index, dtype=PANDAS[column.kind])
    values: pd.Series = pd.Series(table[column.name], dtype=PANDAS[column.kind])
    return _without_free_text(values, column) if is_uncoded_text(column) else values


def _without_free_text(values: pd.Series, column: Column) -> pd.Series:
    shaped = is_shaped(values, column)
    if not shaped.all():
        log.warning("%s: %d texts are no code and stay here", column.name, (~shaped).sum())
    return values.where(shaped)


def _counts(reasons: pd.Series) -> dict[str, int]:
    return {str(reason): int(n) for reason, n in reasons.value_counts().sort_index().items()}
