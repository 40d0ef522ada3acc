"""Planted defects of biopsies."""

import pandas as pd

from sample_data.defects import Cohort, plants
from sample_data.defects.patients import take_one_of


@plants("BX-02")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("biopsies", imnm_features="present")
    row = cohort.first("biopsies", patient, imnm_features="present")
    cohort.change("biopsies", row, rimmed_vacuoles="present")


@plants("BX-03")
def _(cohort: Cohort) -> None:
    """Taken three weeks into the first glucocorticoid of more than 40 mg a day."""
    therapies = cohort.tables["therapies"]
    days = (therapies["stop_date"] - therapies["start_date"]).dt.days
    high = therapies["drug"].isin(["prednisone", "prednisolone"]) & therapies["dose"].gt(40)
    rows = therapies[high & days.gt(25)].set_index("patient_id")["start_date"]
    biopsied = cohort.tables["biopsies"]["patient_id"]
    patient = take_one_of(cohort, biopsied[biopsied.isin(rows.index)])
    taken = rows[[patient]].min() + pd.Timedelta(days=21)
    cohort.change("biopsies", cohort.first("biopsies", patient), biopsy_date=taken)
