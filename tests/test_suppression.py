"""What stands in the public tables, and what an attacker with a solver makes of it: nothing."""

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import Bounds, LinearConstraint, milp

from registry.release.public import (
    RESPONSES,
    TOTAL,
    UNTREATED,
    PublicTable,
    patient_facts,
    public_tables,
    values,
    wide,
)
from registry.release.suppression import withheld

# --- one table with its totals ------------------------------------------------------------------


def with_totals(table: np.ndarray) -> np.ndarray:
    """The table with a column and a row of totals; of any number of tables at once."""
    across = np.concatenate([table, table.sum(axis=-1, keepdims=True)], axis=-1)
    return np.concatenate([across, across.sum(axis=-2, keepdims=True)], axis=-2)


def sums_of(rows: int, columns: int) -> np.ndarray:
    """Every row and column of such a table as one sum: parts +1, total -1."""
    cells = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    lines = [*cells, *cells.T]
    sums = np.zeros((len(lines), cells.size), dtype="int64")
    for sum_, line in zip(sums, lines, strict=True):
        sum_[line[:-1]], sum_[line[-1]] = 1, -1
    return sums


def protected(table: list[list[int]] | np.ndarray, smallest: int = 11) -> np.ndarray:
    """Which of a table's counts and totals are withheld."""
    whole = with_totals(np.array(table))
    rows, columns = whole.shape
    hidden = withheld(whole.ravel(), sums_of(rows - 1, columns - 1), smallest)
    return hidden.reshape(whole.shape)


def drawn(table: list[list[int]]) -> list[str]:
    """The table as it is shown, a dot for what is withheld."""
    shown = np.where(protected(table), "·", with_totals(np.array(table)).astype("str"))
    return [" ".join(row) for row in shown]


def test_a_small_count_takes_a_rectangle_with_it() -> None:
    assert drawn([[30, 3], [20, 25]]) == [
        "· · 33",
        "· · 45",
        "50 28 78",
    ]


def test_large_counts_and_zeros_are_shown() -> None:
    assert drawn([[12, 13], [0, 15]]) == [
        "12 13 25",
        "0 15 15",
        "12 28 40",
    ]


def test_two_small_counts_whose_sum_is_small_are_not_each_others_cover() -> None:
    """3 + 2 in a row of 45 would tell that each is at most 5."""
    hidden = protected([[3, 2, 40], [20, 15, 12], [0, 30, 14]])

    assert hidden[0].tolist() == [True, True, True, False]


def test_a_small_total_is_withheld_like_any_count() -> None:
    assert drawn([[1, 2], [3, 1]]) == ["· · ·", "· · ·", "· · ·"]


def test_counts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        withheld(np.array([1, 1, 3]), np.array([[1, 1, -1]]))


@cache
def every_table(rows: int, columns: int, below: int) -> np.ndarray:
    """All tables of counts under `below`, with their totals, one per line."""
    cells = itertools.product(range(below), repeat=rows * columns)
    every = np.array(list(cells), dtype="int64").reshape(-1, rows, columns)
    return with_totals(every).reshape(len(every), -1)


@settings(max_examples=60)
@given(
    st.sampled_from([(2, 2), (1, 4), (2, 3)]).flatmap(
        lambda s: arrays("int64", s, elements=st.integers(0, 5))
    )
)
def test_who_tries_every_table_that_agrees_learns_nothing_narrow(table: np.ndarray) -> None:
    """Brute force, with 1 and 2 as the small counts so that all tables can be tried."""
    hidden = protected(table, smallest=3).ravel()
    whole = with_totals(table).ravel()
    every = every_table(*table.shape, below=8)

    agree = every[(every == whole)[:, ~hidden].all(axis=1)]

    small = (whole > 0) & (whole < 3)
    assert hidden[small].all()
    assert (agree[:, small].min(axis=0) <= 1).all()
    assert (agree[:, small].max(axis=0) >= 2).all()
    spread = agree[:, hidden].max(axis=0) - agree[:, hidden].min(axis=0)
    assert (spread >= 1).all()


# --- the public tables, linked by their totals --------------------------------------------------


def registry_of(
    drawn_facts: list[tuple[str, str, int | None, str | None, str | None]],
) -> dict[str, pd.DataFrame]:
    """Published tables with one patient per (subtype, sex, birth year, regimen, response)."""
    facts = pd.DataFrame(drawn_facts, columns=["subtype", "sex", "birth_year", "regimen", "tis"])
    who = pd.Series([f"P{n}" for n in range(len(facts))], dtype="str")
    patients = pd.DataFrame(
        {
            "patient_id": who,
            "subtype": facts["subtype"].astype("str"),
            "sex": facts["sex"].astype("str"),
            "birth_year": facts["birth_year"].astype("Int64"),
        }
    )
    lines = pd.DataFrame(
        {
            "patient_id": who,
            "line": pd.Series(1, index=who.index, dtype="Int64"),
            "regimen": facts["regimen"].astype("str"),
            "tis_category_6m": facts["tis"].astype("str"),
        }
    )
    return {"patients": patients, "treatment_outcomes": lines[lines["regimen"].notna()]}


def test_a_patient_counts_by_the_most_specific_therapy_of_the_first_line() -> None:
    tables = registry_of(
        [
            ("anti_srp", "female", 1949, "methotrexate+prednisolone", "major"),
            ("anti_srp", "male", 1950, "ivig+methotrexate", None),
            ("anti_srp", "male", None, "prednisone+rituximab", "none"),
            ("anti_srp", "male", 1999, None, None),
        ]
    )

    facts = patient_facts(tables["patients"], tables["treatment_outcomes"])

    assert facts["first_therapy"].tolist() == [
        "immunosuppressant",
        "immunoglobulin",
        "biologic_or_other_targeted",
        "untreated",
    ]
    assert facts["response_6m"].tolist() == ["major", "not_measured", "none", "untreated"]
    assert facts["birth_years"].tolist() == ["before_1950", "1950_1959", "unknown", "1980_or_later"]


def attackers_ranges(tables: tuple[PublicTable, ...]) -> pd.DataFrame:
    """Smallest and largest value of every withheld count that agrees with all public tables.

    Written from what is published only. The unknowns are the single cells; a total is their sum,
    the same in every table; who has no first line has no response to it either.
    """
    known = values()
    names = [(t.name, r, c) for t in tables for r in known[t.rows] for c in known[t.columns]]
    at = {name: position for position, name in enumerate(names)}

    def as_sum(table: PublicTable, row: str, column: str) -> np.ndarray:
        rows = known[table.rows] if row == TOTAL else [row]
        columns = known[table.columns] if column == TOTAL else [column]
        vector = np.zeros(len(names))
        vector[[at[table.name, r, c] for r in rows for c in columns]] = 1
        return vector

    facts, values_, asked = [], [], []
    totals: dict[tuple[str, str], np.ndarray] = {}
    for table in tables:
        listed = set()
        for row, column, patients in table.counts.itertuples(index=False):
            listed.add((row, column))
            if pd.isna(patients):
                asked.append((table.name, row, column, as_sum(table, row, column)))
            else:
                facts.append(as_sum(table, row, column))
                values_.append(int(patients))
        for row, column in itertools.product(known[table.rows], known[table.columns]):
            if (row, column) not in listed:  # cannot be: e.g. untreated with a response
                facts.append(as_sum(table, row, column))
                values_.append(0)
        sides = [(table.rows, r, (r, TOTAL)) for r in known[table.rows]]
        sides += [(table.columns, c, (TOTAL, c)) for c in known[table.columns]]
        for dimension, value, cell in [*sides, ("", "", (TOTAL, TOTAL))]:
            same = ("first_therapy", UNTREATED) if value == UNTREATED else (dimension, value)
            vector = as_sum(table, *cell)
            facts.append(vector - totals.setdefault(same, vector))
            values_.append(0)
    by_name = {table.name: table for table in tables}
    for subtype in known["subtype"]:
        therapy = as_sum(by_name["first_therapy_by_subtype"], UNTREATED, subtype)
        facts.append(therapy - as_sum(by_name["response_by_subtype"], UNTREATED, subtype))
        values_.append(0)
    agree = LinearConstraint(np.array(facts), values_, values_)

    def extreme(vector: np.ndarray, sign: int) -> int:
        found = milp(
            sign * vector,
            integrality=np.ones(len(names)),
            bounds=Bounds(0, 2000),
            constraints=agree,
        )
        assert found.x is not None, found.message
        return round(float(vector @ found.x))

    rows = [(t, r, c, extreme(v, 1), extreme(v, -1)) for t, r, c, v in asked]
    return pd.DataFrame(rows, columns=["table", "row", "column", "low", "high"])


def cohort_of(patients: int, seed: int) -> dict[str, pd.DataFrame]:
    """Patients drawn at random, unevenly, some without a first line."""
    draw = np.random.default_rng(seed)

    def some(choices: list[str | None]) -> list[str | None]:
        weights = draw.dirichlet(np.full(len(choices), 0.7))
        return [choices[n] for n in draw.choice(len(choices), size=patients, p=weights)]

    regimens = ["prednisone", "methotrexate+prednisone", "ivig", "rituximab", None]
    years = draw.integers(1930, 2000, patients).tolist()
    facts = zip(
        some(["anti_srp", "anti_hmgcr", "seronegative", None]),
        some(["female", "male"]),
        years,
        some(regimens),
        some([*RESPONSES[:4], None]),
        strict=True,
    )
    return registry_of(list(facts))


@settings(max_examples=4, phases=(Phase.generate,))  # a smaller cohort is not a simpler one
@given(st.integers(12, 600), st.integers(0, 10**6))
def test_who_has_all_public_tables_and_a_solver_learns_nothing_narrow(
    patients: int, seed: int
) -> None:
    tables = cohort_of(patients, seed)
    published = public_tables(tables)
    plain = {t.name: t.counts for t in public_tables(tables, smallest=1)}  # nothing is small

    ranges = attackers_ranges(published)

    truth = [
        int(plain[t].set_index(list(plain[t].columns[:2])).loc[(r, c), "patients"])
        for t, r, c in ranges[["table", "row", "column"]].itertuples(index=False)
    ]
    small = pd.Series(truth, index=ranges.index).between(1, 10)
    assert (ranges["low"] <= truth).all()
    assert (ranges["high"] >= truth).all()
    assert (ranges.loc[small, "low"] <= 1).all()
    assert (ranges.loc[small, "high"] >= 10).all()
    assert (ranges["high"] - ranges["low"] >= 9).all()
    for table in published:
        assert not table.counts["patients"].between(1, 10).any()


def test_a_table_is_shown_with_labels_and_dots() -> None:
    tables = registry_of(
        [("anti_srp", "female", 1960, None, None)] * 20
        + [("anti_hmgcr", "male", 1960, None, None)] * 30
    )

    by_sex = wide(public_tables(tables)[0]).set_index("subtype")

    assert by_sex.loc["Anti-SRP myopathy"].tolist() == ["20", "0", "0", "0", "20"]
    assert by_sex.loc["Total"].tolist() == ["20", "30", "0", "0", "50"]
