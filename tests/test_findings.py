"""Findings: identity, values as submitted, denominators, and what is held back."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from registry.findings import Breaches, Findings, as_findings, hold_back
from schemas.rows import check_rows
from schemas.standing import Asked
from schemas.submitted import CONTRACT, MODELS
from tests.drawing import draw

LATEST = pd.Timestamp("2026-06-30")

GOOD = """
    patients
    patient_id
    P1
    P2

    visits
    visit_id | patient_id | visit_date
    V1       | P1         | 2024-01-01
    V2       | P2         | 2024-01-01

    labs
    lab_id | patient_id | visit_id | collected_date
    L1     | P1         | V1       | 2024-01-01
    L2     | P2         | V2       | 2024-01-01
    L3     | P2         | .        | 2024-02-01
"""


def tables_of(text: str) -> dict[str, pd.DataFrame]:
    return draw(text, CONTRACT).tables


def findings_of(
    breaches: Breaches, tables: dict[str, pd.DataFrame], centre: str = "DE01"
) -> Findings:
    return as_findings(
        breaches, centre=centre, contract=CONTRACT, tables=tables, submitted=tables, own_columns={}
    )


def broken(rule_id: str, table: str, *rows: int, column: str = "visit_date") -> Breaches:
    breaches = Breaches()
    breaches.broke(rule_id, table, pd.Index(rows), column)
    return breaches


def kept(tables: dict[str, pd.DataFrame], breaches: Breaches) -> dict[str, list[int]]:
    held = hold_back(tables, findings_of(breaches, tables), CONTRACT)
    return {name: list(table.index) for name, table in held.tables.items()}


def test_a_finding_says_where_whose_and_what() -> None:
    tables = tables_of(GOOD)

    found = findings_of(broken("SUB-05", "labs", 3, column="collected_date"), tables).rows.iloc[0]

    assert (found["table"], found["row"], found["key"], found["patient_id"]) == (
        "labs",
        3,
        "L3",
        "P2",
    )
    assert (found["column"], found["value"], found["severity"]) == (
        "collected_date",
        "2024-02-01",
        "hold",
    )


def test_identity_stays_when_rows_move_and_the_value_changes() -> None:
    before, after = tables_of(GOOD), tables_of(GOOD)
    after["labs"] = after["labs"].iloc[::-1].set_axis([1, 2, 3])
    after["labs"].loc[1, "collected_date"] = pd.Timestamp("2024-03-01")

    old = findings_of(broken("SUB-05", "labs", 3, column="collected_date"), before).rows.iloc[0]
    new = findings_of(broken("SUB-05", "labs", 1, column="collected_date"), after).rows.iloc[0]

    assert old["identity"] == new["identity"]
    assert old["value_hash"] != new["value_hash"]


def test_identity_differs_by_centre_rule_key_and_column() -> None:
    tables = tables_of(GOOD)
    seen = [
        findings_of(broken("SUB-05", "labs", 1, column="collected_date"), tables),
        findings_of(broken("SUB-05", "labs", 2, column="collected_date"), tables),
        findings_of(broken("COL-01", "labs", 1, column="collected_date"), tables),
        findings_of(broken("SUB-05", "labs", 1, column="lab_id"), tables),
        findings_of(broken("SUB-05", "labs", 1, column="collected_date"), tables, centre="FR01"),
    ]

    assert len({found.rows["identity"].iloc[0] for found in seen}) == len(seen)


def test_the_centres_own_words_are_shown() -> None:
    tables = tables_of(GOOD)
    own = {"labs": pd.DataFrame({"Datum": ["01.01.2024", "x", "1.2.24"]}, index=[1, 2, 3])}

    found = as_findings(
        broken("COL-02", "labs", 2, column="collected_date"),
        centre="SE01",
        contract=CONTRACT,
        tables=tables,
        submitted=own,
        own_columns={"labs": {"collected_date": "Datum"}},
    ).rows.iloc[0]

    assert (found["column"], found["value"]) == ("Datum", "x")


def test_nothing_broken_holds_nothing_back() -> None:
    assert kept(tables_of(GOOD), Breaches()) == {
        "patients": [1, 2],
        "visits": [1, 2],
        "labs": [1, 2, 3],
    }


def test_a_held_patient_holds_what_hangs_from_it() -> None:
    answer = kept(tables_of(GOOD), broken("SUB-05", "patients", 2, column="onset_date"))

    assert answer == {"patients": [1], "visits": [1], "labs": [1]}


def test_a_held_visit_does_not_hold_its_labs_but_their_link_is_cleared() -> None:
    tables = tables_of(GOOD)

    held = hold_back(tables, findings_of(broken("SUB-05", "visits", 2), tables), CONTRACT)

    assert list(held.tables["labs"].index) == [1, 2, 3]
    assert held.tables["labs"]["visit_id"].isna().tolist() == [False, True, True]
    assert tables["labs"]["visit_id"].notna().tolist() == [True, True, False], (
        "input stays as it was"
    )


def test_all_rows_of_a_repeated_key_are_held() -> None:
    tables = tables_of(GOOD)
    tables["labs"].loc[2, "lab_id"] = "L1"

    assert kept(tables, broken("SUB-03", "labs", 2, column="lab_id"))["labs"] == [3]


def test_all_results_of_a_test_are_held_where_one_contradicts_another() -> None:
    """They agree on what SUB-08 groups by; a blank agrees with nothing."""
    tables = tables_of("""
        patients
        patient_id
        P1

        labs
        lab_id | patient_id | collected_date | analyte | unit | value
        L1     | P1         | 2024-01-01     | ck      | U/L  | 100
        L2     | P1         | 2024-01-01     | ck      | U/L  | 900
        L3     | P1         | 2024-01-01     | ast     | U/L  | 900
        L4     | P1         | 2024-01-02     | ck      | U/L  | 900
        L5     | P1         | 2024-01-01     | ck      | .    | 900
    """)

    assert kept(tables, broken("SUB-08", "labs", 2, column="value"))["labs"] == [3, 4, 5]


def test_a_note_holds_nothing_back() -> None:
    assert kept(tables_of(GOOD), broken("SUB-20", "labs", 1))["labs"] == [1, 2, 3]


@given(st.sets(st.integers(1, 3)), st.sets(st.integers(1, 2)), st.sets(st.integers(1, 2)))
def test_holding_back_only_ever_takes_away_and_leaves_no_orphan(
    labs: set[int], visits: set[int], patients: set[int]
) -> None:
    tables = tables_of(GOOD)
    breaches = Breaches()
    for name, rows in (("labs", labs), ("visits", visits), ("patients", patients)):
        if rows:
            breaches.broke("SUB-05", name, pd.Index(sorted(rows)), CONTRACT[name].key)

    held = hold_back(tables, findings_of(breaches, tables), CONTRACT)

    for name, table in held.tables.items():
        assert set(table.index) <= set(tables[name].index)
        n_held = (held.held["table"] == name).sum()
        assert len(table) + n_held == len(tables[name]), (
            "every row is either kept or held, with why"
        )
    assert held.tables["visits"]["patient_id"].isin(held.tables["patients"]["patient_id"]).all()
    links = held.tables["labs"]["visit_id"].dropna()
    assert links.isin(held.tables["visits"]["visit_id"]).all()


@given(st.permutations([1, 2, 3, 4]))
def test_shuffling_rows_changes_no_count(order: list[int]) -> None:
    drawn = """
        therapies
        therapy_id | patient_id | drug    | dose | start_date | stop_date
        T1         | P1         | ivig    | 1    | 2024-03-01 | 2024-02-01
        T2         | P1         | magic   | -1   | 2024-03-01 | .
        T2         | P2         | ivig    | .    | 1900-01-01 | .
        .          | P2         | ivig    | 2    | 2024-03-01 | 2024-03-01
    """
    table = tables_of(drawn)["therapies"]
    shuffled = table.loc[order].set_axis([1, 2, 3, 4])

    counts = [
        findings_of(check_rows(MODELS, Asked({"therapies": t}, CONTRACT, LATEST)), {"therapies": t})
        .rows["rule_id"]
        .value_counts()
        .to_dict()
        for t in (table, shuffled)
    ]

    assert counts[0] == counts[1]


def test_one_wrong_cell_is_one_finding_and_the_rules_that_read_it_are_not_asked() -> None:
    table = tables_of("""
        therapies
        therapy_id | patient_id | start_date | stop_date
        T1         | P1         | 2024-03-01 | 1900-01-01
    """)

    breaches = check_rows(MODELS, Asked(table, CONTRACT, LATEST))
    found = findings_of(breaches, table)

    at_stop = found.rows[found.rows["column"].str.contains("stop_date")]
    assert at_stop["rule_id"].tolist() == ["SUB-05"]
    stops = found.coverage[found.coverage["rule_id"] == "TX-10"].iloc[0]
    assert (stops["asked"], stops["broken"], stops["why_not_asked"]) == (0, 0, "already_wrong")


def test_a_rule_that_crashes_could_not_run_and_the_others_go_on(monkeypatch, caplog) -> None:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from registry.rules import CATALOGUE

    def crash(therapies: pd.DataFrame) -> pd.Series:
        raise KeyError("patient P1 has CK 6431")

    monkeypatch.setitem(CATALOGUE, "TX-10", replace(CATALOGUE["TX-10"], function=crash))
    table = tables_of("""
        therapies
        therapy_id | patient_id | start_date | stop_date
        T1         | P1         | 2024-03-01 | 2024-02-01
        T2         | P1         | 2030-03-01 | .
    """)

    found = findings_of(check_rows(MODELS, Asked(table, CONTRACT, LATEST)), table)

    stops = found.coverage[found.coverage["rule_id"] == "TX-10"].iloc[0]
    assert (stops["asked"], stops["not_asked"], stops["could_not_run"]) == (0, 2, "KeyError")
    assert "SUB-05" in found.rows["rule_id"].tolist()
    assert "6431" not in caplog.text


def test_no_finding_is_lost_in_arrow() -> None:
    tables = tables_of(GOOD)
    found = findings_of(broken("SUB-05", "labs", 1, 2, 3, column="collected_date"), tables)

    rows, coverage = found.to_arrow()

    assert rows.num_rows == len(found.rows) == 3
    assert coverage.num_rows == len(found.coverage)
