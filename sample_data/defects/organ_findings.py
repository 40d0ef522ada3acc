"""Planted defects of organ findings: examinations of patients not taken yet."""

import pandas as pd

from sample_data.defects import Cohort, plants
from sample_data.defects.visits import severe_baseline


def _examined(cohort: Cohort, patient: str, day: pd.Timestamp, **facts: object) -> None:
    """One more finding; a copy of any, with everything else changed."""
    like = int(cohort.tables["organ_findings"].index[0])
    blank = dict.fromkeys(["value", "unit"])
    facts = {"result": "abnormal", **blank, **facts}
    cohort.add("organ_findings", like, patient_id=patient, assessed_date=day, **facts)


def _days(cohort: Cohort, patient: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last visit of a patient."""
    days = cohort.rows("visits", patient)["visit_date"]
    return days.min(), days.max()


def _plant(cohort: Cohort, **facts: object) -> None:
    """One finding at the last visit of some patient."""
    patient = cohort.patient()
    _examined(cohort, patient, _days(cohort, patient)[1], **facts)


@plants("OG-04")
def _(cohort: Cohort) -> None:
    _plant(cohort, domain="emg", item="lvef", value=55, unit="%")


@plants("OG-05")
def _(cohort: Cohort) -> None:
    _plant(cohort, domain="lung_function", item="fvc", value=64, unit="%")


@plants("PF-01")
def _(cohort: Cohort) -> None:
    _plant(cohort, domain="lung_function", item="fvc", value=31, unit="L")


@plants("OG-03")
def _(cohort: Cohort) -> None:
    _plant(cohort, domain="echo", item="lvef", value=0.55, unit="%")


@plants("PF-02")
def _(cohort: Cohort) -> None:
    patient = cohort.patient()
    _, day = _days(cohort, patient)
    for item, value in (("fvc", 2.1), ("fev1", 2.8)):
        _examined(cohort, patient, day, domain="lung_function", item=item, value=value, unit="L")


@plants("IM-02")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("visits", visit_type="scheduled")
    for day, result in zip(_days(cohort, patient), ("abnormal", "normal"), strict=True):
        _examined(cohort, patient, day, domain="mri", item="fatty_replacement", result=result)


@plants("EM-01")
def _(cohort: Cohort) -> None:
    visit = severe_baseline(cohort)
    patient = str(cohort.tables["visits"].at[visit, "patient_id"])
    day, _ = _days(cohort, patient)
    _examined(cohort, patient, day, domain="emg", item="myopathic_units", result="normal")


@plants("OG-01")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("visits", dysphagia="absent")
    day = cohort.rows("visits", patient, dysphagia="absent")["visit_date"].iloc[0]
    _examined(cohort, patient, day, domain="swallowing", item="modified_diet")
