"""Planted defects of single cells: the rules that every column can break.

COL-02 and SUB-02 need a file that is not as the contract has it: `package.py` plants them.
"""

from sample_data.defects import Cohort, plants


def _finding(cohort: Cohort) -> int:
    """An examination on whose day and patient nothing else depends."""
    patient = cohort.patient_where("organ_findings", domain="emg")
    return cohort.first("organ_findings", patient, domain="emg")


@plants("COL-01")
def _(cohort: Cohort) -> None:
    cohort.change("organ_findings", _finding(cohort), assessed_date=None)


@plants("COL-03")
def _(cohort: Cohort) -> None:
    patient = cohort.patient(vital_status="dead")
    cohort.change("patients", cohort.first("patients", patient), death_cause="stroke")


@plants("COL-04")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("exposures", agent="atorvastatin")
    row = cohort.first("exposures", patient, agent="atorvastatin")
    cohort.change("exposures", row, dose_mg=-40)


@plants("SUB-03")
def _(cohort: Cohort) -> None:
    cohort.change("organ_findings", _finding(cohort), finding_id=None)


@plants("SUB-04")
def _(cohort: Cohort) -> None:
    cohort.change("organ_findings", _finding(cohort), patient_id="P-unknown")
    cohort.taken.add("P-unknown")  # nobody else's patient either


@plants("SUB-05")
def _(cohort: Cohort) -> None:
    cohort.change("organ_findings", _finding(cohort), assessed_date="1900-01-01")


@plants("SUB-06")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("exposures", agent="atorvastatin")
    row = cohort.first("exposures", patient, agent="atorvastatin")
    cohort.change("exposures", row, dose_mg=-9)


@plants("SUB-10")
def _(cohort: Cohort) -> None:
    examinations = cohort.rows("organ_findings", domain="emg")
    row = examinations[~examinations["patient_id"].isin(cohort.taken)].index[-1]
    cohort.change("organ_findings", int(row), finding_id="Mme Colombe, EMG")


@plants("SUB-24")
def _(cohort: Cohort) -> None:
    row = int(cohort.rows("patients").index[-1])
    cohort.change("patients", row, biobank_link="banque@example.org")
