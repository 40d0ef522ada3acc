"""The public tier: how many patients, never which. Small counts, and what betrays them, stay here.

All tables count the same patients, each once, and are made safe together: see `suppression`.
Therapy and response are those of the first line, so that a line is a patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from registry.codelists import codelist
from registry.release.suppression import SMALLEST_SHOWN, Counts, withheld

TOTAL, UNKNOWN, UNTREATED, NOT_MEASURED = "total", "unknown", "untreated", "not_measured"

# (table, what its rows are, what its columns are)
TABLES = (
    ("subtype_by_sex", "subtype", "sex"),
    ("subtype_by_birth_years", "subtype", "birth_years"),
    ("first_therapy_by_subtype", "first_therapy", "subtype"),
    ("response_by_subtype", "response_6m", "subtype"),
    ("response_by_first_therapy", "response_6m", "first_therapy"),
)

# The most specific class of drugs of the first line decides: the first group that it has.
THERAPIES = {
    "biologic_or_other_targeted": (
        "biologic",
        "cell_therapy",
        "complement_inhibitor",
        "fcrn_inhibitor",
        "jak_inhibitor",
        "plasma_exchange",
    ),
    "immunoglobulin": ("immunoglobulin",),
    "immunosuppressant": ("immunosuppressant",),
    "glucocorticoid": ("glucocorticoid",),
    "other": ("antimalarial", "supportive", "statin_withdrawal"),
}
BIRTH_YEARS = {
    "before_1950": (0, 1949),
    "1950_1959": (1950, 1959),
    "1960_1969": (1960, 1969),
    "1970_1979": (1970, 1979),
    "1980_or_later": (1980, 9999),
}
RESPONSES = ("major", "moderate", "minimal", "none", NOT_MEASURED, UNTREATED)


@dataclass(frozen=True)
class PublicTable:
    """`counts`: a row per cell and total, the two columns and `patients`, blank where withheld."""

    name: str
    rows: str
    columns: str
    counts: pd.DataFrame

    @property
    def schema(self) -> pa.Schema:
        return pa.schema(
            [(self.rows, pa.string()), (self.columns, pa.string()), ("patients", pa.int64())]
        )


def values() -> dict[str, tuple[str, ...]]:
    """Every value of each breakdown, in order, whether or not anybody has it."""
    return {
        "subtype": (*codelist("subtypes").codes, UNKNOWN),
        "sex": (*codelist("sex").codes, UNKNOWN),
        "birth_years": (*BIRTH_YEARS, UNKNOWN),
        "first_therapy": (*THERAPIES, UNTREATED),
        "response_6m": RESPONSES,
    }


def public_tables(
    tables: Mapping[str, pd.DataFrame], smallest: int = SMALLEST_SHOWN
) -> tuple[PublicTable, ...]:
    """The public tables of a release's `patients` and `treatment_outcomes`."""
    facts = patient_facts(tables["patients"], tables["treatment_outcomes"])
    crossed = {name: _cells(facts, rows, columns) for name, rows, columns in TABLES}
    every = pd.concat(crossed.values()).drop_duplicates("cell").set_index("cell")["patients"]
    sums = np.concatenate([_sums(table, every.index) for table in crossed.values()])
    hidden = pd.Series(withheld(every.to_numpy(), sums, smallest), index=every.index)
    return tuple(
        PublicTable(name, rows, columns, _shown(crossed[name], hidden))
        for name, rows, columns in TABLES
    )


def patient_facts(patients: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """One row per patient, one column per breakdown, no blanks."""
    who = patients["patient_id"]
    first = treatments[treatments["line"].eq(1)].set_index("patient_id")
    facts = {
        "subtype": patients["subtype"].fillna(UNKNOWN),
        "sex": patients["sex"].fillna(UNKNOWN),
        "birth_years": _birth_years(patients["birth_year"]),
        "first_therapy": _therapy(first["regimen"]).reindex(who).fillna(UNTREATED).array,
        "response_6m": first["tis_category_6m"]
        .fillna(NOT_MEASURED)
        .reindex(who)
        .fillna(UNTREATED)
        .array,
    }
    return pd.DataFrame(facts, index=patients.index)


def _birth_years(years: pd.Series) -> pd.Series:
    ends = [last for _, last in BIRTH_YEARS.values()]
    known = years.astype("float64")
    bands = pd.Series(np.array([*BIRTH_YEARS, UNKNOWN])[np.searchsorted(ends, known)])
    return bands.set_axis(years.index).where(known.notna(), UNKNOWN)


def _therapy(regimens: pd.Series) -> pd.Series:
    """patient_id → group of the regimen, e.g. methotrexate+prednisolone: immunosuppressant."""
    groups = {drug_class: group for group, classes in THERAPIES.items() for drug_class in classes}
    classes = codelist("drugs").table.set_index("code")["drug_class"]
    drugs = regimens.str.split("+").explode()
    group = drugs.map(classes).map(groups).fillna("other")
    ranked = group.astype(pd.CategoricalDtype(list(THERAPIES), ordered=True))
    first = ranked.cat.codes.groupby(level=0).min()
    return pd.Series(np.array(list(THERAPIES))[first], index=first.index)


# --- counts that belong together --------------------------------------------------------------


def _cells(facts: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """Cells and totals: the two columns, `patients`, and `cell`, the same for the same count."""
    known = values()
    grid = pd.crosstab(facts[rows], facts[columns]).reindex(
        index=known[rows], columns=known[columns], fill_value=0
    )
    grid.loc[TOTAL] = grid.sum()
    grid[TOTAL] = grid.sum(axis="columns")
    made = grid.melt(ignore_index=False, var_name=columns, value_name="patients").reset_index()
    made["cell"] = [
        _cell({rows: row, columns: column})
        for row, column in made[[rows, columns]].itertuples(index=False)
    ]
    return made[made["cell"].ne(_IMPOSSIBLE)]


_IMPOSSIBLE = "impossible"


def _cell(what: Mapping[str, str]) -> str:
    """One name per count: who has no first line has neither its therapy nor its response."""
    limits = {of: value for of, value in what.items() if value != TOTAL}
    treated = [value != UNTREATED for of, value in limits.items() if of != "subtype"]
    about_line = {"first_therapy", "response_6m"} <= set(limits)
    if about_line and len(set(treated)) == 2:
        return _IMPOSSIBLE
    if limits.get("response_6m") == UNTREATED:
        limits["first_therapy"] = limits.pop("response_6m")
    return " & ".join(f"{of}={value}" for of, value in sorted(limits.items())) or TOTAL


def _sums(table: pd.DataFrame, cells: pd.Index) -> Counts:
    """Every row and column of a table as a sum over all `cells`: parts +1, total -1."""
    rows, columns = table.columns[:2]
    positions = cells.get_indexer(pd.Index(table["cell"]))
    made = []
    for along, across in ((rows, columns), (columns, rows)):
        lines, names = pd.factorize(table[along])
        sums = np.zeros((len(names), len(cells)), dtype="int64")
        np.add.at(sums, (lines, positions), np.where(table[across].eq(TOTAL), -1, 1))
        made.append(sums)
    return np.concatenate(made)


def _shown(table: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    secret = hidden.reindex(table["cell"]).to_numpy()
    patients = table["patients"].astype("Int64").mask(secret)
    return table.drop(columns="cell").assign(patients=patients).reset_index(drop=True)


# --- to be read -------------------------------------------------------------------------------

WITHHELD = "·"

LABELS = {
    TOTAL: "Total",
    UNKNOWN: "Unknown",
    UNTREATED: "No first line",
    NOT_MEASURED: "Not measured",
    "before_1950": "Before 1950",
    "1950_1959": "1950-1959",
    "1960_1969": "1960-1969",
    "1970_1979": "1970-1979",
    "1980_or_later": "1980 or later",
    "biologic_or_other_targeted": "Biologic or other targeted therapy",
    "immunoglobulin": "Immunoglobulin, none of these",
    "immunosuppressant": "Immunosuppressant, none of these",
    "glucocorticoid": "Glucocorticoid alone",
    "other": "Other",
    "major": "Major",
    "moderate": "Moderate",
    "minimal": "Minimal",
    "none": "None",
}


def wide(table: PublicTable) -> pd.DataFrame:
    """A public table as people read it: labels for codes, a dot for what is withheld."""
    patients = table.counts["patients"]
    text = patients.astype("str").where(patients.notna(), WITHHELD)
    grid = table.counts.assign(patients=text).pivot(
        index=table.rows, columns=table.columns, values="patients"
    )
    order = values()
    ordered = grid.reindex(
        index=[*order[table.rows], TOTAL], columns=[*order[table.columns], TOTAL]
    ).fillna("")
    labels = LABELS | codelist("subtypes").labels("en") | codelist("sex").labels("en")
    return ordered.rename(index=labels, columns=labels).rename_axis(columns=None).reset_index()
