"""Planted defects of labs.

Early CK decides on the diagnosis, so defects go to late results where they can.
"""

from typing import Any

import pandas as pd

from sample_data.defects import Cohort, plants
from sample_data.defects.patients import take_one_of


def _last(cohort: Cohort, rows: pd.DataFrame) -> int:
    """Label of the last of `rows` of the first patient in them who is not taken yet."""
    patient = take_one_of(cohort, rows["patient_id"])
    return int(rows.index[rows["patient_id"] == patient][-1])


def _result(cohort: Cohort, analyte: str = "crp") -> int:
    """The last exact result that a patient has at a visit."""
    rows = cohort.rows("labs", analyte=analyte, value_comparator="=")
    return _last(cohort, rows[rows["visit_id"].notna()])


def _change(cohort: Cohort, row: int, **facts: object) -> None:
    cohort.change("labs", row, **facts)


def _cell(cohort: Cohort, row: int, column: str) -> Any:
    return cohort.tables["labs"].at[row, column]


def _day(days: int) -> pd.Timedelta:
    return pd.Timedelta(days=days)


# --- value, comparator, reason, unit, limits ---------------------------------------------------


@plants("SUB-07")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort), value=None, value_comparator="<")


@plants("LAB-18")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort), value_absent="not_done")


@plants("LAB-21")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort), value=None, value_comparator=None)


@plants("LAB-20")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort), unit=None)


@plants("LAB-01")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort, "ldh"), unit="mg/dL")


@plants("LAB-15")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort), loinc="2157-6")


@plants("LAB-02")
def _(cohort: Cohort) -> None:
    """Limits in µkat/L beside a value in U/L."""
    _change(cohort, _result(cohort, "ldh"), upper_limit_normal=4.15, lower_limit_normal=2.25)


@plants("LAB-03a")
def _(cohort: Cohort) -> None:
    """A CK between two visits; a patient's first CK without a visit is that of first contact."""
    ck = cohort.rows("labs", analyte="ck")
    between = ck[ck["visit_id"].isna() & ck["patient_id"].duplicated()]
    _change(cohort, _last(cohort, between), upper_limit_normal=None, lower_limit_normal=None)


@plants("LAB-03b")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort, "ck"), upper_limit_normal=None, lower_limit_normal=None)


@plants("LAB-04")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort, "ck"), upper_limit_normal=700)


@plants("LAB-22")
def _(cohort: Cohort) -> None:
    row = _result(cohort, "ldh")
    low, high = (_cell(cohort, row, f"{end}_limit_normal") for end in ("lower", "upper"))
    _change(cohort, row, lower_limit_normal=high, upper_limit_normal=low)


# --- plausible values ---------------------------------------------------------------------------


def _presenting(cohort: Cohort) -> int:
    """The first CK of a patient, high enough for every other sign to go with a higher one."""
    first = cohort.rows("labs", analyte="ck").drop_duplicates("patient_id")
    return _last(cohort, first[first["value"] > 12 * first["upper_limit_normal"]])


@plants("LAB-05")
def _(cohort: Cohort) -> None:
    """Where CK is normal and so are its companions."""
    ck = cohort.rows("labs", analyte="ck")
    _change(cohort, _last(cohort, ck[ck["value"] < ck["upper_limit_normal"]]), value=0)


@plants("LAB-06")
def _(cohort: Cohort) -> None:
    _change(cohort, _presenting(cohort), value=81_400)


@plants("LAB-07")
def _(cohort: Cohort) -> None:
    _change(cohort, _presenting(cohort), value=332_200)


@plants("LAB-08")
def _(cohort: Cohort) -> None:
    _change(cohort, _presenting(cohort), value=6_120_000)


@plants("LAB-13")
def _(cohort: Cohort) -> None:
    _change(cohort, _result(cohort), value=730)


@plants("LAB-09")
def _(cohort: Cohort) -> None:
    """A value in U/L beside unit and limits in µkat/L."""
    slip = {"unit": "ukat/L", "upper_limit_normal": 3.5, "lower_limit_normal": 0.6}
    _change(cohort, _result(cohort, "ck"), value=2140, **slip)


def _flare(cohort: Cohort) -> int:
    """The CK of a flare, long after the diagnosis and weeks from the CK before and after."""
    patient = cohort.patient_where("visits", visit_type="flare")
    visit = cohort.first("visits", patient, visit_type="flare")
    visit_id = cohort.tables["visits"].at[visit, "visit_id"]
    return cohort.first("labs", patient, analyte="ck", visit_id=visit_id)


def _days_later(cohort: Cohort, row: int, days: int, value: float) -> None:
    day = _cell(cohort, row, "collected_date") + _day(days)
    cohort.add("labs", row, visit_id=None, collected_date=day, value=round(value))


@plants("LAB-10")
def _(cohort: Cohort) -> None:
    row = _flare(cohort)
    _days_later(cohort, row, 3, _cell(cohort, row, "value") / 10)


@plants("LAB-11")
def _(cohort: Cohort) -> None:
    row = _flare(cohort)
    limit = _cell(cohort, row, "upper_limit_normal")
    _change(cohort, row, value=15 * limit)
    _days_later(cohort, row, 6, 0.4 * limit)


@plants("LAB-12")
def _(cohort: Cohort) -> None:
    """On a day with a normal CK."""
    day = ["patient_id", "collected_date"]
    ck, ast = (cohort.rows("labs", analyte=analyte) for analyte in ("ck", "ast"))
    quiet = pd.MultiIndex.from_frame(ck.loc[ck["value"] < ck["upper_limit_normal"], day])
    row = _last(cohort, ast[pd.MultiIndex.from_frame(ast[day]).isin(quiet) & ast["value"].notna()])
    _change(cohort, row, value=4 * _cell(cohort, row, "upper_limit_normal"))


@plants("LAB-17")
def _(cohort: Cohort) -> None:
    """Once more the CK of first contact, two days after the biopsy."""
    patient = take_one_of(cohort, cohort.tables["biopsies"]["patient_id"])
    cut = cohort.rows("biopsies", patient)["biopsy_date"].iloc[0]
    like = cohort.first("labs", patient, analyte="ck")
    cohort.add("labs", like, visit_id=None, collected_date=cut + _day(2))


@plants("SUB-08")
def _(cohort: Cohort) -> None:
    row = _result(cohort)
    cohort.add("labs", row, value=_cell(cohort, row, "value") + 3.1)


# --- the visit it belongs to --------------------------------------------------------------------


@plants("LAB-19")
def _(cohort: Cohort) -> None:
    row = _result(cohort)
    visits = cohort.tables["visits"]
    others = visits[visits["patient_id"] != _cell(cohort, row, "patient_id")]
    _change(cohort, row, visit_id=others["visit_id"].iloc[-1])


@plants("LAB-23")
def _(cohort: Cohort) -> None:
    """At the first visit, which is at least 25 days before the last contact."""
    crp, first = cohort.rows("labs", analyte="crp"), cohort.rows("visits", visit_type="baseline")
    row = _last(cohort, crp[crp["visit_id"].isin(first["visit_id"])])
    _change(cohort, row, collected_date=_cell(cohort, row, "collected_date") + _day(20))
