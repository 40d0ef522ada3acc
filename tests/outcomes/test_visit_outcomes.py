"""Outcomes per visit: which visits count, enzymes, glucocorticoids, worsening, what is not known."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from registry.outcomes import ALGORITHM_VERSION, tis, treatment_outcomes, visit_outcomes
from registry.outcomes.per_visit import THERAPY_REASONS
from tests.outcomes.cohorts import (
    CUT,
    ILL,
    WELL,
    Row,
    day,
    held_back,
    lab,
    patient,
    plain,
    random_tables,
    tables,
    therapy,
    visit,
)

PREDNISONE = [therapy("prednisone", 0)]
TWO_CK = [lab(0, 8000), lab(90, 150)]


def outcomes(
    visits: list[Row], labs: list[Row] = TWO_CK, therapies: list[Row] = PREDNISONE, **more: Any
) -> pd.DataFrame:
    return visit_outcomes(tables(visits, labs, therapies), CUT, **more)


# --- which visits -----------------------------------------------------------------------------


def test_tables_without_rows_give_tables_without_rows() -> None:
    empty, full = tables(patients=[]), random_tables(1)
    for derive in (visit_outcomes, treatment_outcomes):
        found = derive(empty, CUT)
        assert found.empty
        assert found.dtypes.equals(derive(full, CUT).dtypes)


def test_a_patient_without_therapy_or_without_visits_has_no_row() -> None:
    assert outcomes([visit(0)], therapies=[]).empty
    assert outcomes([]).empty


def test_one_visit_is_the_baseline_and_has_no_score() -> None:
    (row,) = outcomes([visit(0)]).to_dict("records")
    assert (row["tis_reason"], row["n_measures"], row["line"]) == ("baseline_visit", 6, 1)
    assert row["baseline_visit_id"] == row["visit_id"] == "P1-0"
    assert row["tis_attainable"] == 20 + 10 + 27.5 + 10 + 7.5 + 20
    assert row["algorithm_version"] == ALGORITHM_VERSION


@pytest.mark.parametrize(
    ("days", "baseline"),
    [
        ([-31, 4], None),
        ([-30, 4], -30),
        ([-30, -5, 3, 4], 3),
        ([-30, 0, 10], 0),
    ],
)
def test_the_baseline_is_the_last_visit_from_30_days_before_to_3_days_after_the_start(
    days: list[int], baseline: int | None
) -> None:
    found = outcomes([visit(d) for d in days])
    assert set(plain(found["baseline_visit_id"])) == {
        None if baseline is None else f"P1-{baseline}"
    }
    counted = [d for d in days if d >= (0 if baseline is None else baseline)]
    assert found["days_from_line_start"].tolist() == counted


def test_the_next_baseline_closes_the_line_and_opens_the_next() -> None:
    therapies = [*PREDNISONE, therapy("ivig", 200)]
    found = outcomes([visit(d) for d in (0, 90, 195, 203, 204)], therapies=therapies)
    of_line = {line: rows.tolist() for line, rows in found.groupby("line")["visit_id"]}
    assert of_line == {1: ["P1-0", "P1-90", "P1-195", "P1-203"], 2: ["P1-203", "P1-204"]}


def test_without_a_baseline_there_is_no_score_but_all_else() -> None:
    (row,) = outcomes([visit(90)]).to_dict("records")
    assert (row["tis_reason"], row["n_measures"]) == ("no_baseline_visit", 0)
    assert (row["ck_times_uln"], row["ck_normal"], row["gc_prednisone_mg_day"]) == (0.75, True, 40)


def test_what_lies_after_the_centres_data_cut_is_not_read() -> None:
    people = [patient("A", centre_id="DE01"), patient("B", centre_id="SE01")]
    rows = [visit(d, patient_id=who) for who in "AB" for d in (0, 90)]
    t = tables(rows, [], [therapy("prednisone", 0, patient_id=who) for who in "AB"], people)
    cuts = {"DE01": day(90).date(), "SE01": day(89).date()}  # type: ignore[union-attr]
    assert visit_outcomes(t, cuts)["visit_id"].tolist() == ["A-0", "A-90", "B-0"]


# --- six measures, and what stands in place of a score -------------------------------------------


def test_a_full_score_with_all_its_parts() -> None:
    row = outcomes([visit(0), visit(90, WELL)]).iloc[1]
    assert row["tis"] == row["tis_attainable"] == 20 + 10 + 27.5 + 10 + 7.5 + 20
    assert row["tis"] == sum(row[f"tis_{measure}"] for measure in tis.MEASURES)
    assert (row["tis_category"], row["n_measures"]) == ("major", 6)
    assert plain(row[["tis_partial", "tis_reason"]]) == [None, None]


@pytest.mark.parametrize("when", ["baseline", "visit"])
@pytest.mark.parametrize(
    ("column", "measure"),
    [
        ("physician_global_vas", "physician_global"),
        ("mmt_score", "mmt"),
        ("mmt_max", "mmt"),
        ("patient_global_vas", "patient_global"),
        ("haq_di", "haq_di"),
        ("extramuscular_vas", "extramuscular"),
    ],
)
def test_a_missing_measure_leaves_a_part_or_a_reason(column: str, measure: str, when: str) -> None:
    states = [ILL, WELL]
    gap = 0 if when == "baseline" else 1
    states[gap] = {**states[gap], column: None}
    row = outcomes([visit(0, states[0]), visit(90, states[1])]).iloc[1]

    assert np.isnan(row["tis"])
    assert (row["tis_reason"], row["n_measures"]) == (f"{measure}_missing_at_{when}", 5)
    assert np.isnan(row["tis_partial"]) == (measure in ("physician_global", "mmt"))
    if row["tis_partial"] == row["tis_partial"]:
        lost = {"patient_global": 10, "haq_di": 10, "extramuscular": 20}[measure]
        assert row["tis_partial"] == row["tis_attainable"] == 95 - lost


def test_another_mmt_version_is_no_comparison() -> None:
    later = {**WELL, "mmt_score": 150.0, "mmt_max": 150}
    row = outcomes([visit(0), visit(90, later)]).iloc[1]
    assert (row["tis_reason"], row["strength_normal"]) == ("mmt_version_changed", True)
    assert plain(row[["tis", "tis_partial", "tis_mmt", "imacs_worsening"]]) == [
        None,
        None,
        None,
        False,
    ]


@pytest.mark.parametrize(
    ("labs", "reason"),
    [
        ([], "muscle_enzyme_missing_at_baseline"),
        ([lab(15, 8000), lab(90, 150)], "muscle_enzyme_missing_at_baseline"),
        ([lab(0, 8000, upper_limit_normal=None), lab(90, 150)], "muscle_enzyme_missing_at_baseline"),
        ([lab(0, 8000, upper_limit_normal=0.0), lab(90, 150)], "muscle_enzyme_missing_at_baseline"),
        ([lab(0, 8000)], "muscle_enzyme_missing_at_visit"),
        ([lab(0, 8000), lab(105, 150)], "muscle_enzyme_missing_at_visit"),
        ([lab(0, 8000), lab(90, 300, "ldh")], "muscle_enzyme_missing_at_visit"),
        ([lab(0, 1000, value_comparator=">"), lab(0, 1500, "ldh"), lab(90, 150)], "muscle_enzyme_censored"),
        ([lab(0, 1000), lab(90, 800, value_comparator="<")], "muscle_enzyme_censored"),
    ],
)  # fmt: skip
def test_without_the_enzyme_there_is_a_part_and_a_reason(labs: list[Row], reason: str) -> None:
    row = outcomes([visit(0), visit(90, WELL)], labs).iloc[1]
    assert (row["tis_reason"], row["tis_partial"]) == (reason, 87.5)


def test_every_reason_that_can_be_given_is_described() -> None:
    found = visit_outcomes(random_tables(7, 150), CUT, held_back("therapies", "P1"))
    assert set(found["tis_reason"].dropna()) == set(tis.REASONS)
    assert set(found["therapy_reason"].dropna()) == set(THERAPY_REASONS)


# --- enzymes ----------------------------------------------------------------------------------------


def test_the_most_abnormal_enzyme_at_baseline_is_compared_with_itself() -> None:
    labs = [lab(0, 1000), lab(0, 60, "aldolase", upper_limit_normal=7.5), lab(90, 200)]
    labs += [lab(92, 15, "aldolase", upper_limit_normal=7.5)]
    row = outcomes([visit(0), visit(90)], labs).iloc[1]
    assert row["enzyme"] == "aldolase"
    assert (row["enzyme_baseline_times_uln"], row["enzyme_times_uln"]) == (8, 2)
    assert row["change_percent_muscle_enzyme"] == 100
    assert row["ck_times_uln"] == 1


def test_the_nearest_result_counts_and_of_two_as_near_the_earlier() -> None:
    labs = [lab(76, 200), lab(85, 400), lab(95, 600), lab(91, None)]  # type: ignore[arg-type]
    assert outcomes([visit(90)], labs)["ck_times_uln"].tolist() == [2]
    assert outcomes([visit(90)], labs[:1])["ck_times_uln"].tolist() == [1]


@pytest.mark.parametrize(
    ("value", "sign", "times_uln", "normal"),
    [
        (200, None, 1, True),
        (201, "=", 1.005, False),
        (150, "<", None, True),
        (200, "<=", None, True),
        (300, "<", None, None),
        (150, ">", None, None),
        (200, ">", None, False),
        (200, ">=", None, None),
        (300, ">=", None, False),
    ],
)
def test_a_censored_ck_says_what_is_certain(
    value: float, sign: str | None, times_uln: float | None, normal: bool | None
) -> None:
    row = outcomes([visit(90)], [lab(90, value, value_comparator=sign)]).iloc[0]
    assert plain(row[["ck_times_uln", "ck_normal"]]) == [times_uln, normal]


def test_a_censored_baseline_that_decides_the_band_scores_without_a_percentage() -> None:
    """> 22,000 U/L against 200: whatever it was, it fell by more than 40 % of 15 × ULN."""
    labs = [lab(0, 22000, value_comparator=">"), lab(90, 200)]
    row = outcomes([visit(0), visit(90)], labs).iloc[1]
    assert (row["enzyme"], row["tis_muscle_enzyme"], row["tis"]) == ("ck", 7.5, 7.5)
    assert plain(row[["change_percent_muscle_enzyme", "enzyme_baseline_times_uln"]]) == [None, None]


@pytest.mark.parametrize(
    ("labs", "response"),
    [
        ([lab(0, 8000), lab(90, 400)], True),
        ([lab(0, 8000), lab(90, 2000)], True),
        ([lab(0, 8000), lab(90, 2001)], False),
        ([lab(90, 2000)], None),
        ([lab(90, 400)], True),
        ([lab(0, 8000, value_comparator=">"), lab(90, 2001)], None),
        ([lab(0, 8000), lab(90, 1000, value_comparator="<")], True),
        ([lab(0, 8000)], None),
    ],
)
def test_ck_response_is_twice_normal_or_three_quarters_down(
    labs: list[Row], response: bool | None
) -> None:
    assert plain(outcomes([visit(0), visit(90)], labs)["ck_response"]) == [None, response]


@pytest.mark.parametrize(
    ("score", "maximum", "normal"),
    [(78, 80, True), (77, 80, False), (147, 150, True), (146, 150, False), (254, 260, True), (253, 260, False)],
)  # fmt: skip
def test_strength_is_normal_from_97_point_5_percent(score: int, maximum: int, normal: bool) -> None:
    state = {**ILL, "mmt_score": float(score), "mmt_max": maximum}
    assert outcomes([visit(90, state)])["strength_normal"].tolist() == [normal]


# --- therapy on the day -------------------------------------------------------------------------


def test_overlapping_glucocorticoids_add_up() -> None:
    therapies = [
        therapy("prednisone", 0, 100),
        therapy("methylprednisolone", 90, 92, prednisone_mg_day=1250.0),
        therapy("dexamethasone", 92, 200, prednisone_mg_day=20 / 3, intent="other_disease"),
    ]
    found = outcomes([visit(d) for d in (80, 90, 92, 100, 101, 200, 201)], therapies=therapies)
    assert found["gc_prednisone_mg_day"].tolist() == [
        40,
        1290,
        1296.666667,
        46.666667,
        6.666667,
        6.666667,
        0,
    ]
    assert found["gc_free"].tolist() == [False] * 6 + [True]


def test_drugs_running_are_sorted_and_named_once() -> None:
    therapies = [
        therapy("prednisone", 0, 100),
        therapy("prednisone", 50, 120, prednisone_mg_day=5.0),
        therapy("methotrexate", 0),
        therapy("folic_acid", 0),
        therapy("rituximab", 30, frequency="once"),
    ]
    found = outcomes([visit(d) for d in (30, 31, 119, 121)], therapies=therapies)
    assert found["therapies_running"].tolist() == [
        "methotrexate+prednisone+rituximab",
        "methotrexate+prednisone",
        "methotrexate+prednisone",
        "methotrexate",
    ]


def test_nothing_running_is_said_in_a_word() -> None:
    assert outcomes([visit(90)], therapies=[therapy("ivig", 0, 10)])[
        "therapies_running"
    ].tolist() == ["none"]


@pytest.mark.parametrize(
    ("therapies", "day_of_visit", "sparing"),
    [
        ([therapy("prednisone", 0, 99), therapy("prednisone", 100, prednisone_mg_day=7.5)], 189, False),
        ([therapy("prednisone", 0, 99), therapy("prednisone", 100, prednisone_mg_day=7.5)], 190, True),
        ([therapy("prednisone", 0, 99), therapy("prednisone", 100, prednisone_mg_day=7.6)], 400, False),
        ([therapy("prednisone", 0, 99), therapy("prednisone", 100, prednisone_mg_day=None)], 190, None),
        ([therapy("prednisone", 0, 99)], 190, True),
        ([therapy("ivig", 0)], 90, False),
        ([therapy("ivig", 0)], 91, True),
    ],
)  # fmt: skip
def test_steroid_sparing_is_at_most_7_point_5_mg_on_each_of_91_days(
    therapies: list[Row], day_of_visit: int, sparing: bool | None
) -> None:
    assert plain(outcomes([visit(day_of_visit)], therapies=therapies)["steroid_sparing"]) == [
        sparing
    ]


def test_an_unknown_dose_is_no_dose_of_zero() -> None:
    therapies = [therapy("prednisone", 0, prednisone_mg_day=None), therapy("prednisone", 0, 100)]
    (row,) = outcomes([visit(90)], therapies=therapies).to_dict("records")
    assert plain(pd.Series([row["gc_prednisone_mg_day"], row["gc_free"]])) == [None, False]
    assert row["therapy_reason"] == "glucocorticoid_dose_missing"


NEEDS_ALL_THERAPIES = [
    "gc_prednisone_mg_day",
    "gc_free",
    "steroid_sparing",
    "therapies_running",
    "combination_days",
    "remission_off_therapy",
]


@pytest.mark.parametrize(
    ("therapies", "held"),
    [
        (PREDNISONE, held_back("therapies", "P1")),
        ([*PREDNISONE, therapy("ivig", None)], None),
        ([*PREDNISONE, therapy("ivig", 20, 10)], None),
        ([*PREDNISONE, therapy(None, 20)], None),
    ],
    ids=["held back", "no start", "ends before it starts", "no drug"],
)
def test_a_missing_episode_never_looks_like_no_therapy(
    therapies: list[Row], held: pd.Series | None
) -> None:
    found = outcomes([visit(0), visit(90, WELL)], therapies=therapies, held_back=held)
    assert found[NEEDS_ALL_THERAPIES].isna().all(axis=None)
    assert set(found["therapy_reason"]) == {"therapy_held_back"}
    assert found["tis"].tolist()[1] == 95


def test_rows_of_other_patients_and_tables_hold_nothing_back() -> None:
    held = pd.concat([held_back("therapies", "P2"), held_back("labs", "P1")])
    found = outcomes([visit(0)], held_back=held)
    assert found["therapy_reason"].isna().all()


# --- improvement, worsening, relapse --------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "improved"),
    [
        ({"physician_global_vas": 5.6, "patient_global_vas": 4.8, "haq_di": 1.2}, True),
        ({"physician_global_vas": 5.6, "patient_global_vas": 4.8, "haq_di": 1.25}, False),
        ({"physician_global_vas": 5.6, "patient_global_vas": 4.8, "haq_di": 1.2, "mmt_score": 42.0}, False),
        ({"physician_global_vas": 5.6, "patient_global_vas": 4.8, "haq_di": 1.2, "mmt_score": 43.0}, True),
        ({"physician_global_vas": 5.6, "patient_global_vas": 4.8, "haq_di": None}, None),
        ({"physician_global_vas": None, "patient_global_vas": None, "haq_di": None}, None),
    ],
)  # fmt: skip
def test_imacs_improvement(later: Row, improved: bool | None) -> None:
    found = outcomes([visit(0), visit(90, {**ILL, **later})], [lab(0, 8000), lab(90, 8000)])
    assert plain(found["imacs_doi"]) == [None, improved]


@pytest.mark.parametrize(
    ("later", "worse"),
    [
        ({"physician_global_vas": 9.0, "mmt_score": 44.8}, True),
        ({"physician_global_vas": 9.0, "mmt_score": 45.0}, False),
        ({"physician_global_vas": 8.9, "mmt_score": 44.8}, False),
        ({"extramuscular_vas": 7.0}, True),
        ({"extramuscular_vas": 6.9}, False),
        ({"extramuscular_vas": 6.5, "patient_global_vas": 7.8, "haq_di": 1.95}, True),
        ({"extramuscular_vas": 6.4, "patient_global_vas": 7.8, "haq_di": 1.95}, False),
        ({"extramuscular_vas": None}, None),
        ({"extramuscular_vas": 7.0, "mmt_score": None}, True),
    ],
)
def test_imacs_worsening(later: Row, worse: bool | None) -> None:
    found = outcomes([visit(0), visit(90, {**ILL, **later})], [lab(0, 8000), lab(90, 8000)])
    assert plain(found["imacs_worsening"]) == [None, worse]


def test_a_relapse_is_measured_from_the_best_response_not_from_the_baseline() -> None:
    """At day 300 the patient is better than at the start, and far worse than on day 180."""
    back = {**ILL, "physician_global_vas": 6.0, "extramuscular_vas": 4.0}
    labs = [lab(d, v) for d, v in ((0, 8000), (90, 4000), (180, 150), (300, 6000))]
    found = outcomes([visit(0), visit(90), visit(180, WELL), visit(300, back)], labs)
    assert plain(found["tis_category"]) == [None, "none", "major", "minimal"]
    assert plain(found["relapse"]) == [None, None, None, True]
    assert plain(found["imacs_worsening"]) == [None, False, False, False]


# --- beside what the centre says --------------------------------------------------------------------


def test_what_the_centre_reports_is_compared_and_changes_nothing() -> None:
    reported = [visit(0), visit(90, WELL, tis_reported=95.0), visit(95, WELL, tis_reported=97.5)]
    found = outcomes(reported, [*TWO_CK, lab(95, 150)])
    assert plain(found["tis_agrees"]) == [None, True, False]
    silent = outcomes([visit(0), visit(90, WELL), visit(95, WELL)], [*TWO_CK, lab(95, 150)])
    assert found["tis"].equals(silent["tis"])


def test_a_reported_remission_that_has_not_lasted_is_told_apart() -> None:
    flags = {"remission_reported": True}
    labs = [lab(d, 150) for d in (90, 280)]
    found = outcomes([visit(90, WELL, **flags), visit(280, WELL, **flags)], labs)
    assert plain(found["remission_agrees"]) == [False, True]
