"""Planted defects of exposures."""

import pandas as pd

from sample_data.defects import Cohort, plants


@plants("EX-01")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("exposures", agent="simvastatin")
    cohort.change("exposures", cohort.first("exposures", patient), atc="C10AA05")


@plants("EX-02")
def _(cohort: Cohort) -> None:
    row = cohort.first("exposures", cohort.patient_where("exposures"))
    started = cohort.tables["exposures"].at[row, "start_date"]
    cohort.change("exposures", row, stop_date=started - pd.Timedelta(days=30))


@plants("TX-24")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("exposures", agent="atorvastatin")
    cohort.change("exposures", cohort.first("exposures", patient), dose_mg=200)


@plants("TX-25")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("exposures", withdrawn_permanently=True)
    row = cohort.first("exposures", patient)
    stopped = cohort.tables["exposures"].at[row, "stop_date"]
    cohort.add("exposures", row, start_date=stopped + pd.Timedelta(days=60), stop_date=None)


@plants("TX-26")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("exposures")
    patients = cohort.tables["patients"].set_index("patient_id")
    onset = patients.at[patient, "onset_date"]
    row = cohort.first("exposures", patient)
    later = {"start_date": onset + pd.Timedelta(days=2), "stop_date": onset + pd.Timedelta(days=90)}
    cohort.change("exposures", row, **later)
