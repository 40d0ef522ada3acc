"""Planted defects of patients' classification."""

import pandas as pd

from sample_data.defects import Cohort, plants
from sample_data.defects.patients import change, date_of, take_one_of


@plants("DX-07")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(diagnosis_code_system="ORPHA"), diagnosis_code="699702")


@plants("DX-08")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(diagnosis_code_system="ICD10"), diagnosis_code="M33.2")


@plants("DX-10a")
def _(cohort: Cohort) -> None:
    """Of a patient past thirty without a statin, which would then come after the onset."""
    patients = cohort.tables["patients"]
    age = patients["onset_date"].dt.year - patients["birth_year"]
    exposed = patients["patient_id"].isin(cohort.tables["exposures"]["patient_id"])
    patient = take_one_of(cohort, patients.loc[age.gt(30) & ~exposed, "patient_id"])
    diagnosed = date_of(cohort, patient, "diagnosis_date")
    change(cohort, patient, onset_date=diagnosed - pd.DateOffset(years=21))


@plants("DX-10b")
def _(cohort: Cohort) -> None:
    """Of a patient treated some days after the diagnosis: treatment must not come before onset."""
    patients = cohort.tables["patients"].set_index("patient_id")
    treated = cohort.tables["therapies"].groupby("patient_id")["start_date"].min()
    wait = treated.reindex(patients.index) - patients["diagnosis_date"]
    patient = take_one_of(cohort, patients.index[wait.dt.days >= 3])
    onset = date_of(cohort, patient, "diagnosis_date") + pd.Timedelta(days=2)
    change(cohort, patient, onset_date=onset)


@plants("DX-02")
def _(cohort: Cohort) -> None:
    change(cohort, cohort.patient(subtype="anti_srp"), subtype="anti_hmgcr")


@plants("DX-03")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(subtype="seronegative")
    untested = {"interpretation": None, "interpretation_absent": "not_done"}
    row = cohort.first("serology", patient, antibody="hmgcr")
    cohort.change("serology", row, value=None, value_comparator=None, **untested)


@plants("DX-11")
def _(cohort: Cohort) -> None:
    cohort.drop("biopsies", cohort.patient(subtype="seronegative"))


@plants("SER-03")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(subtype="anti_hmgcr")
    row = cohort.first("serology", patient, antibody="srp")
    cohort.change("serology", row, value=80, interpretation="strong_positive")


@plants("SER-11")
def _(cohort: Cohort) -> None:
    cohort.drop("serology", cohort.patient(subtype="anti_srp"), antibody="hmgcr")


@plants("SER-07")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(subtype="anti_hmgcr")
    row = cohort.last("serology", patient, antibody="hmgcr")
    sampled = date_of(cohort, patient, "diagnosis_date") - pd.DateOffset(months=30)
    cohort.drop("serology", patient, antibody="hmgcr", interpretation="negative")
    cohort.change("serology", row, sample_date=sampled)


def _takes_one_early_ck(cohort: Cohort) -> int:
    """Row of the only CK up to the diagnosis of a patient with several thousand U/L soon after.

    The next result is far from 60 times the value that is planted (LAB-09).
    """
    labs = cohort.tables["labs"]
    ck = labs[labs["analyte"].eq("ck")].sort_values(["patient_id", "collected_date"])
    diagnosed = cohort.tables["patients"].set_index("patient_id")["diagnosis_date"]
    early = ck["collected_date"] <= diagnosed.reindex(ck["patient_id"]).set_axis(ck.index)
    n_early = early.groupby(ck["patient_id"]).transform("sum")
    after = ck.groupby("patient_id")["value"].shift(-1)
    fits = early & n_early.eq(1) & after.between(2500, 7000) & ck["unit"].eq("U/L")
    patient = take_one_of(cohort, ck.loc[fits, "patient_id"])
    return int(ck.index[fits & ck["patient_id"].eq(patient)][0])


@plants("DX-05")
def _(cohort: Cohort) -> None:
    row = _takes_one_early_ck(cohort)
    normal = cohort.tables["labs"].at[row, "upper_limit_normal"]
    cohort.change("labs", row, value=normal - 10)


@plants("DX-06")
def _(cohort: Cohort) -> None:
    cohort.change("labs", _takes_one_early_ck(cohort), value=880)


@plants("CA-02")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("exposures")
    onset = date_of(cohort, patient, "onset_date")
    cohort.add(
        "exposures",
        cohort.first("exposures", patient),
        agent="nivolumab",
        atc="L01FF01",
        dose_mg=240,
        start_date=onset - pd.Timedelta(days=90),
        stop_date=onset - pd.Timedelta(days=20),
        withdrawn_permanently=False,
    )
