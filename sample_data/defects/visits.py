"""Planted defects of visits."""

from typing import Any

import pandas as pd

from registry.laboratory import CORE_SET_DAYS, ck_near
from sample_data.defects import Cohort, plants
from sample_data.defects.patients import take_one_of

MEASURES = [
    "physician_global_vas",
    "patient_global_vas",
    "mmt_score",
    "haq_di",
    "extramuscular_vas",
]


def _complete(cohort: Cohort) -> pd.DataFrame:
    """Visits with the whole core set, of patients not taken yet."""
    visits = cohort.tables["visits"]
    free = ~visits["patient_id"].isin(cohort.taken)
    return visits[visits[MEASURES].notna().all(axis="columns") & free]


def _last_of(cohort: Cohort, visits: pd.DataFrame) -> int:
    """Label of the last of `visits` of the first patient in them who is not taken yet."""
    patient = take_one_of(cohort, visits["patient_id"])
    return int(visits.index[visits["patient_id"] == patient][-1])


def _visit(cohort: Cohort) -> int:
    """A patient's last visit with the whole core set."""
    return _last_of(cohort, _complete(cohort))


def _change(cohort: Cohort, row: int, **facts: object) -> None:
    cohort.change("visits", row, **facts)


def _cell(cohort: Cohort, row: int, column: str) -> Any:
    return cohort.tables["visits"].at[row, column]


def severe_baseline(cohort: Cohort) -> int:
    """A baseline visit whose CK is above 12 × ULN."""
    baselines = _complete(cohort).query("visit_type == 'baseline'")
    ck = ck_near(baselines, "visit_date", cohort.tables["labs"])
    return _last_of(cohort, baselines[ck["times_uln"] > 12])


# --- strength -----------------------------------------------------------------------------------


@plants("CSM-14")
def _(cohort: Cohort) -> None:
    _change(cohort, _visit(cohort), mmt_max=100)


@plants("CSM-01")
def _(cohort: Cohort) -> None:
    row = _visit(cohort)
    _change(cohort, row, mmt_score=_cell(cohort, row, "mmt_max") + 4)


@plants("CSM-02")
def _(cohort: Cohort) -> None:
    _change(cohort, _visit(cohort), mmt_max=None)


def _on_both_sides(cohort: Cohort, rows: pd.Index) -> None:
    """The same strength, by the version of both sides."""
    for row in rows:
        share = _cell(cohort, row, "mmt_score") / _cell(cohort, row, "mmt_max")
        _change(cohort, row, mmt_max=150, mmt_score=round(150 * share))


@plants("CSM-03")
def _(cohort: Cohort) -> None:
    """One score of one side among those of both sides."""
    row = _visit(cohort)
    visits = cohort.rows("visits", _cell(cohort, row, "patient_id"))
    _on_both_sides(cohort, visits.index[visits["mmt_score"].notna()])
    _change(cohort, row, mmt_score=78, proximal_weakness="absent")


@plants("CSM-15")
def _(cohort: Cohort) -> None:
    _on_both_sides(cohort, pd.Index([_visit(cohort)]))


# --- the other measures -------------------------------------------------------------------------


@plants("CSM-05")
def _(cohort: Cohort) -> None:
    _change(cohort, _visit(cohort), physician_global_vas=3.27)


@plants("CSM-06")
def _(cohort: Cohort) -> None:
    _change(cohort, _visit(cohort), haq_di=1.3)


@plants("CSM-13")
def _(cohort: Cohort) -> None:
    _change(cohort, _visit(cohort), haq_di_absent="not_done")


@plants("CSM-12")
def _(cohort: Cohort) -> None:
    row = _last_of(cohort, _complete(cohort).query("visit_type == 'baseline'"))
    _change(cohort, row, patient_global_vas=None)


@plants("LAB-16")
def _(cohort: Cohort) -> None:
    row = _visit(cohort)
    labs = cohort.rows("labs", _cell(cohort, row, "patient_id"), analyte="ck")
    off = (labs["collected_date"] - _cell(cohort, row, "visit_date")).dt.days.abs()
    cohort.tables["labs"] = cohort.tables["labs"].drop(labs.index[off <= CORE_SET_DAYS])


@plants("CSM-09")
def _(cohort: Cohort) -> None:
    row = severe_baseline(cohort)
    weak = round(0.6 * _cell(cohort, row, "mmt_max"))
    _change(cohort, row, physician_global_vas=0, mmt_score=weak)


def _strong(cohort: Cohort, row: int, **facts: object) -> None:
    _change(cohort, row, mmt_score=_cell(cohort, row, "mmt_max"), **facts)


@plants("CSM-10")
def _(cohort: Cohort) -> None:
    visits = _complete(cohort)
    ck = ck_near(visits, "visit_date", cohort.tables["labs"])
    row = _last_of(cohort, visits[ck["times_uln"] < 1])
    _strong(cohort, row, haq_di=2.25, ambulation="independent")


@plants("CSM-11")
def _(cohort: Cohort) -> None:
    _strong(cohort, _visit(cohort), haq_di=1, ambulation="aid")


@plants("CSM-08")
def _(cohort: Cohort) -> None:
    """Copied at the first three visits, while treatment works."""
    visits = cohort.tables["visits"].groupby("patient_id").head(3)
    complete = visits["visit_id"].isin(_complete(cohort)["visit_id"])
    enough = complete.groupby(visits["patient_id"]).transform("sum") == 3
    ck = ck_near(visits, "visit_date", cohort.tables["labs"])["value"].groupby(visits["patient_id"])
    falls = ck.transform("min") * 2 < ck.transform("max")
    patient = take_one_of(cohort, visits.loc[enough & falls, "patient_id"])
    for strength, row in enumerate(visits.index[visits["patient_id"] == patient], start=1):
        score = round((0.7 + 0.05 * strength) * _cell(cohort, row, "mmt_max"))
        _change(cohort, row, patient_global_vas=4.3, haq_di=1.125, mmt_score=score)


# --- what the centre concluded ------------------------------------------------------------------


@plants("CSM-16")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("visits", visit_type="flare")
    row = cohort.first("visits", patient, visit_type="flare")
    _change(cohort, row, flare_reported=True, remission_reported=True)


@plants("CSM-17")
def _(cohort: Cohort) -> None:
    """The other half of the day's findings, in a row of their own."""
    row = _visit(cohort)
    rest = {column: None for measure in MEASURES for column in (measure, f"{measure}_absent")}
    reasons = {f"{measure}_absent": "not_done" for measure in MEASURES}
    cohort.add("visits", row, visit_type="unscheduled", mmt_max=None, **{**rest, **reasons})


@plants("OG-02")
def _(cohort: Cohort) -> None:
    _change(cohort, _visit(cohort), rash_dm_typical="present")


@plants("TIS-02")
def _(cohort: Cohort) -> None:
    _change(cohort, _visit(cohort), tis_reported=33)


@plants("TIS-03")
def _(cohort: Cohort) -> None:
    """The full score at the second visit, after a first without extramuscular activity."""
    first = _complete(cohort).drop_duplicates("patient_id")
    first = first[first["visit_type"].eq("baseline") & first["extramuscular_vas"].eq(0)]
    patient = take_one_of(cohort, first["patient_id"])
    second = int(cohort.rows("visits", patient).index[1])
    _change(cohort, second, tis_reported=100)
