"""Planted defects of patients."""

import pandas as pd

from sample_data.defects import Cohort, plants


def change(cohort: Cohort, patient: str, **facts: object) -> None:
    """Set cells of the patient's own row."""
    cohort.change("patients", cohort.first("patients", patient), **facts)


def date_of(cohort: Cohort, patient: str, column: str) -> pd.Timestamp:
    """A date of the patient's own row."""
    row = cohort.first("patients", patient)
    return pd.Timestamp(cohort.tables["patients"].at[row, column])


def take_one_of(cohort: Cohort, patients: pd.Series | pd.Index) -> str:
    """The first of `patients` that is not taken yet; now it is."""
    free = [patient for patient in patients if patient not in cohort.taken]
    return cohort.patient(patient_id=free[0])


def _day(days: int) -> pd.Timedelta:
    return pd.Timedelta(days=days)


@plants("PAT-01")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(), sex=None)


@plants("PAT-09")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(), first_contact_date=None)


@plants("PAT-10")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(), diagnosis_code=None)


@plants("PAT-11")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(vital_status="lost_to_follow_up"), vital_status=None)


@plants("PAT-12")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(consent_status="granted"), consent_date=None)


@plants("PAT-03")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="lost_to_follow_up")
    seen = date_of(cohort, patient, "last_contact_date")
    change(cohort, patient, first_contact_date=seen + _day(3))


@plants("PAT-14")
def _(cohort: Cohort) -> None:
    """Of a living patient no therapy of whom starts or stops in the month before the last visit."""
    therapies = cohort.tables["therapies"].groupby("patient_id")[["start_date", "stop_date"]]
    busy = therapies.max().max(axis="columns")
    last = cohort.tables["visits"].groupby("patient_id")["visit_date"].max()
    quiet = last.index[last - busy.reindex(last.index) > _day(30)]
    alive = cohort.rows("patients", vital_status="alive")["patient_id"]
    patient = take_one_of(cohort, alive[alive.isin(quiet)])
    change(cohort, patient, last_contact_date=last[patient] - _day(10))


@plants("PAT-06")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="alive")
    seen = date_of(cohort, patient, "last_contact_date")
    change(cohort, patient, death_date=seen)


@plants("PAT-13")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="dead")
    died = date_of(cohort, patient, "death_date")
    change(cohort, patient, last_contact_date=died + _day(4))


@plants("PAT-05")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="dead")
    died = date_of(cohort, patient, "death_date")
    like = cohort.first("serology", patient, antibody="mda5")
    cohort.add("serology", like, sample_date=died + _day(8))


@plants("PAT-07")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="alive")
    row = cohort.first("patients", patient)
    born = int(cohort.tables["patients"].at[row, "birth_year"])
    change(cohort, patient, first_contact_date=f"{born - 1}-11-05")


@plants("PAT-04a")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="alive")
    change(cohort, patient, birth_year=date_of(cohort, patient, "onset_date").year - 91)


@plants("PAT-04c")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="alive")
    change(cohort, patient, birth_year=date_of(cohort, patient, "onset_date").year - 113)


@plants("PAT-08")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(consent_status="granted"), consent_status="withdrawn_delete")
