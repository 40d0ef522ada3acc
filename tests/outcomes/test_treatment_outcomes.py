"""Outcomes per line: landmarks, responses and whether they last, relapse, remission, refractory."""

from typing import Any

import pandas as pd
import pytest

from registry.outcomes import treatment_outcomes, visit_outcomes
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
    tables,
    therapy,
    visit,
)

BETTER = {**ILL, "physician_global_vas": 3.0, "patient_global_vas": 3.0}
COMBINATION = [therapy("prednisone", 0), therapy("methotrexate", 0)]


def line_of(
    visits: list[Row],
    therapies: list[Row] = COMBINATION,
    labs: list[Row] | None = None,
    people: list[Row] | None = None,
    **more: Any,
) -> pd.Series:
    """The first line; CK is 8000 at each visit to an ill patient and 150 to a well one."""
    usual = [
        lab(int((v["visit_date"] - day(0)).days), 150 if _is_well(v) else 8000) for v in visits
    ]
    t = tables(visits, usual if labs is None else labs, therapies, people)
    return treatment_outcomes(t, CUT, **more).iloc[0]


def _is_well(state: Row) -> bool:
    return state["physician_global_vas"] == 0


def of(line: pd.Series, *columns: str) -> list[Any]:
    return plain(line[list(columns)])


# --- response ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([45], None),
        ([46], 46),
        ([136], 136),
        ([137], None),
        ([60, 100, 120], 100),
        ([81, 101], 81),
    ],
)
def test_three_months_is_the_nearest_visit_within_45_days_of_day_91(
    days: list[int], found: int | None
) -> None:
    line = line_of([visit(0), *(visit(d, BETTER) for d in days)])
    assert of(line, "days_to_tis_3m") == [found]
    assert of(line, "tis_3m") == [None if found is None else 25]
    assert of(line, "tis_visit_id_3m") == [None if found is None else f"P1-{found}"]


def test_a_landmark_is_of_a_visit_that_has_a_score() -> None:
    line = line_of([visit(0), visit(80, BETTER), visit(91, {**WELL, "haq_di": None})])
    assert of(line, "tis_3m", "tis_category_3m", "days_to_tis_3m") == [25, "minimal", 80]


def test_landmarks_of_two_years() -> None:
    line = line_of([visit(0), *(visit(d, BETTER) for d in (91, 182, 365, 730))])
    assert of(line, *(f"days_to_tis_{m}m" for m in (3, 6, 12, 24))) == [91, 182, 365, 730]
    assert of(line, "n_visits", "n_tis", "days_to_baseline") == [4, 4, 0]


def test_the_best_score_is_that_of_the_first_day_it_was_reached() -> None:
    line = line_of([visit(0), visit(90, BETTER), visit(180, WELL), visit(270, WELL), visit(400)])
    assert of(line, "tis_best", "tis_category_best", "days_to_tis_best") == [95, "major", 180]


def test_a_response_that_is_gone_at_the_next_visit_was_not_sustained() -> None:
    line = line_of([visit(0), visit(90, WELL), visit(180, BETTER), visit(270, WELL)])
    assert of(line, "days_to_minimal", "minimal_sustained") == [90, True]
    assert of(line, "days_to_moderate", "moderate_sustained") == [90, False]
    assert of(line, "days_to_major", "major_sustained") == [90, False]


def test_nobody_knows_whether_the_last_response_lasted() -> None:
    line = line_of([visit(0), visit(90, BETTER)])
    assert of(line, "days_to_minimal", "minimal_sustained") == [90, None]
    assert of(line, "days_to_moderate", "moderate_sustained") == [None, None]


# --- relapse, remission, refractory -------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "relapse", "on"),
    [
        ([visit(180, WELL), visit(300, ILL), visit(400, ILL)], True, 300),
        ([visit(180, WELL), visit(300, WELL)], False, None),
        ([visit(180, WELL)], None, None),
        ([visit(180, ILL), visit(300, ILL)], None, None),
        ([visit(180, WELL), visit(300, {**WELL, "extramuscular_vas": None})], None, None),
    ],
    ids=["ill again", "stays well", "not seen again", "never responded", "cannot tell"],
)
def test_relapse_is_worsening_after_a_response(
    later: list[Row], relapse: bool | None, on: int | None
) -> None:
    assert of(line_of([visit(0), *later]), "relapse", "days_to_relapse") == [relapse, on]


def test_the_relapse_that_opens_the_next_line_belongs_to_the_one_that_failed() -> None:
    visits = [visit(0), visit(180, WELL), visit(300, ILL)]
    line = line_of(visits, [*COMBINATION, therapy("rituximab", 302)])
    assert of(line, "line", "relapse", "days_to_relapse", "duration_days") == [1, True, 300, 302]


STOPPED = [therapy("prednisone", 0, 300), therapy("methotrexate", 0, 400)]


@pytest.mark.parametrize(
    ("days", "therapies", "on_therapy", "off_therapy"),
    [
        ((100, 281), COMBINATION, (False, None), (False, None)),
        ((100, 282), COMBINATION, (True, 282), (False, None)),
        ((100, 282, 581), STOPPED, (True, 282), (False, None)),
        ((100, 282, 582), STOPPED, (True, 282), (True, 582)),
        ((500, 600, 682), STOPPED, (False, None), (True, 682)),
        ((100, 511), COMBINATION, (False, None), (False, None)),
        ((100, 510), COMBINATION, (True, 510), (False, None)),
    ],
    ids=["too short", "on", "181 days off", "182 days off", "off only", "not seen for 411 days", "for 410"],
)  # fmt: skip
def test_remission_is_six_months_without_activity(
    days: tuple[int, ...],
    therapies: list[Row],
    on_therapy: tuple[bool, int | None],
    off_therapy: tuple[bool, int | None],
) -> None:
    line = line_of([visit(0), *(visit(d, WELL) for d in days)], therapies)
    assert tuple(of(line, "remission_on_therapy", "days_to_remission_on_therapy")) == on_therapy
    assert tuple(of(line, "remission_off_therapy", "days_to_remission_off_therapy")) == off_therapy


@pytest.mark.parametrize(
    ("between", "remission"),
    [
        ({**WELL, "physician_global_vas": 0.1}, False),
        ({**WELL, "mmt_score": 77.0}, False),
        ({**WELL, "physician_global_vas": None}, True),
        ({**WELL, "patient_global_vas": 5.0, "haq_di": 2.0}, True),
    ],
)
def test_activity_between_ends_it_and_a_visit_that_cannot_tell_does_not(
    between: Row, remission: bool
) -> None:
    visits = [visit(0), visit(100, WELL), visit(200, between), visit(300, WELL)]
    labs = [lab(d, 150) for d in (100, 200, 300)]
    assert of(line_of(visits, labs=labs), "remission_on_therapy") == [remission]


def test_a_raised_ck_is_activity() -> None:
    visits = [visit(0), *(visit(d, WELL) for d in (100, 200, 300))]
    labs = [lab(100, 150), lab(200, 201), lab(300, 150)]
    assert of(line_of(visits, labs=labs), "remission_on_therapy") == [False]


def test_statin_withdrawal_alone_can_end_in_remission_off_therapy() -> None:
    line = line_of(
        [visit(0), visit(200, WELL), visit(400, WELL)], [therapy("statin_withdrawal", 0)]
    )
    assert of(line, "line", "regimen", "remission_off_therapy") == [0, "statin_withdrawal", True]


def test_with_therapies_held_back_remission_may_be_on_but_never_off() -> None:
    visits = [visit(0), *(visit(d, WELL) for d in (100, 282, 600))]
    held = held_back("therapies", "P1")
    line = line_of(visits, STOPPED, held_back=held)
    assert of(line, "remission_on_therapy", "remission_off_therapy") == [True, None]
    assert of(line, "therapies_held_back", "visits_held_back") == [1, 0]
    assert of(line_of(visits, STOPPED), "therapies_held_back") == [0]


@pytest.mark.parametrize(
    ("visits", "therapies", "refractory"),
    [
        ([visit(90)], COMBINATION, None),
        ([visit(91)], COMBINATION, True),
        ([visit(91), visit(300, BETTER)], COMBINATION, False),
        ([visit(60, BETTER), visit(200)], COMBINATION, False),
        ([visit(200)], [therapy("prednisone", 0), therapy("rituximab", 0)], None),
        ([visit(200)], [therapy("prednisone", 0), therapy("methotrexate", 0, 60)], None),
        ([visit(200, {**ILL, "haq_di": None})], COMBINATION, None),
    ],
    ids=["90 days", "91 days", "late response", "early response", "no immunosuppressant", "not long enough", "no score"],
)  # fmt: skip
def test_refractory_is_no_response_to_three_months_of_both(
    visits: list[Row], therapies: list[Row], refractory: bool | None
) -> None:
    assert of(line_of([visit(0), *visits], therapies), "refractory") == [refractory]


def test_refractory_cannot_be_said_where_therapies_are_held_back() -> None:
    line = line_of([visit(0), visit(200)], held_back=held_back("therapies", "P1"))
    assert of(line, "refractory") == [None]


# --- how a line is observed -----------------------------------------------------------------------

CUT_DAY = (pd.Timestamp(CUT) - pd.Timestamp("2020-01-01")).days


@pytest.mark.parametrize(
    ("facts", "therapies", "censoring", "duration"),
    [
        ({}, COMBINATION, "data_cut", CUT_DAY),
        ({}, [therapy("ivig", 0, 300)], "observed", 300),
        ({}, [therapy("ivig", 0), therapy("rituximab", 200)], "observed", 200),
        ({"vital_status": "lost_to_follow_up", "last_contact_date": day(500)}, COMBINATION, "lost", 500),
        ({"vital_status": "opted_out", "last_contact_date": day(500)}, COMBINATION, "lost", 500),
        ({"vital_status": None, "last_contact_date": day(500)}, COMBINATION, "lost", 500),
        ({"vital_status": "lost_to_follow_up"}, COMBINATION, "lost", None),
        ({"vital_status": "dead", "death_date": day(700)}, COMBINATION, "dead", 700),
        ({"vital_status": "dead", "death_date": day(700)}, [therapy("ivig", 0, 700)], "dead", 700),
        ({"vital_status": "dead", "death_date": day(700)}, [therapy("ivig", 0, 300)], "observed", 300),
        ({"vital_status": "dead"}, [therapy("ivig", 0, 300, stop_reason="death")], "dead", 300),
        ({"vital_status": "dead", "last_contact_date": day(650)}, COMBINATION, "dead", 650),
    ],
)  # fmt: skip
def test_a_line_is_observed_to_its_end_or_censored(
    facts: Row, therapies: list[Row], censoring: str, duration: int | None
) -> None:
    line = line_of([visit(0)], therapies, people=[patient(**facts)])
    assert of(line, "censoring", "duration_days") == [censoring, duration]


def test_lines_count_from_the_first_one() -> None:
    therapies = [therapy("statin_withdrawal", -40), *COMBINATION, therapy("rituximab", 200)]
    found = treatment_outcomes(tables(therapies=therapies), CUT)
    assert found["line"].tolist() == [0, 1, 2]
    assert found["days_to_start"].tolist() == [0, 40, 240]
    assert set(found["index_date"]) == {day(-40)}
    assert found["n_visits"].tolist() == [0, 0, 0]


def test_visit_outcomes_at_hand_are_not_derived_again() -> None:
    t = tables([visit(0), visit(90, BETTER)], [lab(0, 8000), lab(90, 8000)], COMBINATION)
    visits = visit_outcomes(t, CUT)
    pd.testing.assert_frame_equal(
        treatment_outcomes(t, CUT, visits=visits), treatment_outcomes(t, CUT)
    )
    blind = treatment_outcomes({**t, "labs": t["labs"].iloc[:0]}, CUT, visits=visits)
    assert blind["tis_best"].tolist() == [25]
