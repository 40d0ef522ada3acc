"""Doses: which drug, how many milligrams a day, how unusual."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.codelists import codelist, table
from registry.contract import Kind
from registry.doses import (
    GRADES,
    daily_dose_mg,
    drug_by_atc,
    drug_class_of,
    drug_of,
    grade,
    mg_given,
    names_one_drug,
    prednisone_mg_day,
    weight_at_start,
)
from registry.tables import PANDAS

KINDS = {
    "dose": Kind.NUMBER,
    "weight_kg": Kind.NUMBER,
    "height_cm": Kind.NUMBER,
    **dict.fromkeys(["start_date", "stop_date", "visit_date"], Kind.DATE),
}


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, index=range(1, len(rows) + 1))
    return table.astype({name: PANDAS[KINDS.get(name, Kind.TEXT)] for name in table})


def episode(**facts: object) -> dict[str, object]:
    usual = {
        "patient_id": "P1",
        "drug": "prednisolone",
        "atc": None,
        "route": "po",
        "dose": 60,
        "dose_unit": "mg",
        "frequency": "daily",
        "start_date": "2024-01-01",
        "stop_date": None,
    }
    return {**usual, **facts}


def therapies(*episodes: dict[str, object]) -> pd.DataFrame:
    return frame([episode(**facts) for facts in episodes])


def visits(*days: tuple[str, float], height: float = 170) -> pd.DataFrame:
    """Weighings of P1; without any, one of 70 kg on the day the usual episode starts."""
    weighings = days or (("2024-01-01", 70),)
    return frame(
        [
            {"patient_id": "P1", "visit_date": day, "weight_kg": kg, "height_cm": height}
            for day, kg in weighings
        ]
    )


# --- the drug ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("atc", "drug"),
    [
        ("L01FA01", "rituximab"),
        ("L01XC02", "rituximab"),
        ("L04AA58", "efgartigimod"),
        ("L04AX03", "methotrexate"),
        ("L01BA01", "methotrexate"),
        ("L04AA06", "mycophenolate"),
        ("B03BB01", "folic_acid"),
    ],
)
def test_a_drug_is_known_by_its_atc_code_current_or_retired(atc: str, drug: str) -> None:
    assert drug_by_atc(pd.Series([atc])).tolist() == [drug]


def test_an_unknown_atc_code_is_not_guessed() -> None:
    assert drug_by_atc(pd.Series(["L01XC2", None, "l01fa01"], dtype="str")).isna().all()


def test_the_registry_code_goes_before_the_atc_code() -> None:
    given_as = therapies(
        {"drug": "mycophenolate_sodium", "atc": "L04AA06"},
        {"drug": None, "atc": "L01XC02"},
        {"drug": None, "atc": None},
    )

    assert drug_of(given_as).tolist()[:2] == ["mycophenolate_sodium", "rituximab"]
    assert drug_of(given_as).isna().tolist() == [False, False, True]


def test_a_table_without_atc_is_read_all_the_same() -> None:
    assert drug_of(therapies({}).drop(columns="atc")).tolist() == ["prednisolone"]


@pytest.mark.parametrize("code", codelist("drugs").table.dropna(subset="atc")["code"])
def test_every_drug_agrees_with_its_own_atc_code(code: str) -> None:
    atc = codelist("drugs").table.set_index("code").at[code, "atc"]

    assert names_one_drug(pd.Series([code]), pd.Series([atc])).all()


def test_every_drug_has_a_class() -> None:
    drugs = pd.Series(codelist("drugs").codes)

    assert drug_class_of(drugs).isin(codelist("drug_classes").codes).all()


# --- the dose ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "mg_a_day"),
    [
        ({"dose": 60}, 60),
        ({"dose": 1.5, "dose_unit": "g", "frequency": "twice_daily"}, 3000),
        ({"dose": 25, "frequency": "weekly"}, 25 / 7),
        ({"dose": 7.5, "frequency": "every_other_day"}, 3.75),
        ({"dose": 1, "dose_unit": "mg/kg"}, 70),
        ({"dose": 2, "dose_unit": "g/kg", "frequency": "every_4_weeks"}, 5000),
        ({"dose": 1000, "frequency": "once", "stop_date": "2024-01-01"}, 1000),
    ],
)
def test_a_dose_a_day(facts: dict[str, object], mg_a_day: float) -> None:
    assert daily_dose_mg(therapies(facts), visits()).tolist() == [pytest.approx(mg_a_day)]


@pytest.mark.parametrize(
    "facts",
    [
        {"dose": None},
        {"dose_unit": None},
        {"frequency": None},
        {"frequency": "per_cycle"},
        {"frequency": "once"},
        {"frequency": "once", "stop_date": "2024-01-05"},
        {"dose_unit": "sessions"},
        {"dose_unit": "mg/kg", "patient_id": "P2"},
    ],
)
def test_a_dose_that_the_row_does_not_tell_is_blank(facts: dict[str, object]) -> None:
    assert daily_dose_mg(therapies(facts), visits()).isna().all()


def test_body_surface_after_mosteller() -> None:
    infusion = therapies({"drug": "rituximab", "dose": 375, "dose_unit": "mg/m2"})

    assert mg_given(infusion, visits(("2024-01-01", 72), height=180)).tolist() == [
        pytest.approx(375 * (180 * 72 / 3600) ** 0.5)
    ]


@pytest.mark.parametrize(
    ("weighings", "kg"),
    [
        ([("2023-12-01", 70), ("2024-01-20", 68)], 68),
        ([("2023-12-01", 70), ("2024-02-20", 68)], 70),
        ([("2023-07-02", 71)], 71),
        ([("2023-07-01", 71)], None),
        ([("2024-07-02", 71)], 71),
        ([("2024-07-03", 71)], None),
        ([("2024-01-01", float("nan")), ("2024-03-01", 66)], 66),
        ([("2024-01-01", -1), ("2024-03-01", 66)], 66),
    ],
)
def test_the_weight_is_the_nearest_within_six_months(
    weighings: list[tuple[str, float]], kg: float | None
) -> None:
    found = weight_at_start(therapies({}), visits(*weighings))

    assert found.tolist() == [kg] if kg else found.isna().all()


@pytest.mark.parametrize(
    ("drug", "mg", "prednisone"),
    [
        ("prednisone", 5, 5),
        ("prednisolone", 5, 5),
        ("methylprednisolone", 4, 5),
        ("hydrocortisone", 20, 5),
        ("dexamethasone", 0.75, 5),
        ("deflazacort", 6, 5),
    ],
)
def test_prednisone_equivalents(drug: str, mg: float, prednisone: float) -> None:
    assert prednisone_mg_day(therapies({"drug": drug, "dose": mg}), visits()).tolist() == [
        prednisone
    ]


def test_what_is_no_glucocorticoid_has_no_prednisone_equivalent() -> None:
    rows = therapies({"drug": "methotrexate"}, {"drug": None, "atc": "H02AB04", "dose": 8})

    assert prednisone_mg_day(rows, visits()).fillna(-1).tolist() == [-1, 10]


# --- how unusual -------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.floats(min_value=100, max_value=1e6))
def test_a_larger_dose_is_never_graded_milder(mg: float) -> None:
    rows = therapies(*({"drug": "azathioprine", "dose": dose} for dose in (mg, 1.5 * mg)))

    smaller, larger = grade(rows, visits(), "TX-15").map(GRADES.index)

    assert smaller <= larger


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(["TX-03", "TX-05", "TX-13", "TX-15", "TX-19"]), st.permutations(range(1, 8)))
def test_the_order_of_rows_changes_no_grade(line: str, order: list[int]) -> None:
    rows = therapies(
        {"drug": "methotrexate", "dose": 30, "frequency": "weekly"},
        {"drug": "prednisolone", "dose": 125},
        {"drug": "ivig", "route": "iv", "dose": 3, "dose_unit": "g/kg", "frequency": "once"},
        {"drug": "azathioprine", "dose": 500},
        {"drug": "mycophenolate_mofetil", "dose": 2, "dose_unit": "g", "frequency": "twice_daily"},
        {"drug": "cyclophosphamide", "route": "iv", "dose": 750, "frequency": "once"},
        {
            "drug": "cyclophosphamide",
            "route": "iv",
            "dose": 750,
            "frequency": "once",
            "start_date": "2024-01-05",
        },
    )
    shuffled = grade(rows.loc[order], visits(), line)

    pd.testing.assert_series_equal(shuffled.sort_index(), grade(rows, visits(), line))


def test_a_dose_on_its_limit_is_within_it_whatever_binary_says() -> None:
    rows = therapies(
        {"drug": "ciclosporin", "dose": 2.5, "dose_unit": "mg/kg", "frequency": "twice_daily"}
    )

    assert grade(rows, visits(("2024-01-01", 70.1)), "TX-18").tolist() == ["within"]


def test_the_gravest_of_several_limits_counts() -> None:
    """250 g are beyond 240 g, and 3.6 g/kg beyond 3 g/kg, but below 4 g/kg."""
    rows = therapies(
        {"drug": "ivig", "route": "iv", "dose": 250, "dose_unit": "g", "frequency": "once"}
    )

    assert grade(rows, visits(), "TX-13").tolist() == ["query"]


def test_a_drug_without_a_limit_of_the_line_has_no_grade() -> None:
    assert grade(therapies({"drug": "rituximab"}, {"drug": None}), visits(), "TX-03").isna().all()


@pytest.mark.parametrize("line", sorted(set(table("dose_limits")["rule"])))
def test_every_line_of_limits_can_be_asked_of_a_table_without_rows(line: str) -> None:
    rows = therapies({})

    assert grade(rows.iloc[:0], visits().iloc[:0], line).empty
