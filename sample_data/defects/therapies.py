"""Planted defects of therapies."""

import pandas as pd

from registry.doses import drug_of
from sample_data.defects import Cohort, plants


def _of(cohort: Cohort, drug: str, **facts: object) -> int:
    """The first episode of a drug, of a patient who gets it."""
    patient = cohort.patient_where("therapies", drug=drug, **facts)
    return cohort.first("therapies", patient, drug=drug, **facts)


def _change(cohort: Cohort, drug: str, **facts: object) -> None:
    cohort.change("therapies", _of(cohort, drug), **facts)


def _beside(cohort: Cohort, drug: str | None, **facts: object) -> int:
    """`drug` beside the last episode of prednisolone of a living patient who never had it."""
    patients, rows = cohort.tables["patients"], cohort.tables["therapies"]
    treated = rows.loc[rows["drug"] == "prednisolone", "patient_id"]
    had = rows.loc[drug_of(rows) == drug, "patient_id"]
    alive = patients[patients["vital_status"] == "alive"]
    free = alive[
        alive["patient_id"].isin(treated) & ~alive["patient_id"].isin([*had, *cohort.taken])
    ]
    patient = cohort.patient(patient_id=free["patient_id"].iloc[0])
    like = cohort.last("therapies", patient, drug="prednisolone")
    return cohort.add("therapies", like, drug=drug, **{**_PLAIN, **facts})


_PLAIN: dict[str, object] = {
    **dict.fromkeys(["atc", "atc_version", "line", "stop_date", "stop_reason"]),
    "intent": "maintenance",
}
_ON_ONE_DAY = {"frequency": "once", "route": "iv", "dose_unit": "mg"}


def _on_one_day(cohort: Cohort, drug: str, dose: float) -> None:
    _beside(cohort, drug, dose=dose, **_ON_ONE_DAY)


def _cell(cohort: Cohort, table: str, row: int, column: str) -> pd.Timestamp:
    return pd.Timestamp(cohort.tables[table][column].loc[row])


def _days(days: int) -> pd.Timedelta:
    return pd.Timedelta(days=days)


# --- the drug ----------------------------------------------------------------------------------


@plants("TX-01")
def _(cohort: Cohort) -> None:
    _beside(cohort, None, atc="L04AX99", atc_version="2026")


@plants("TX-04")
def _(cohort: Cohort) -> None:
    by_atc = {"drug": None, "atc": "L01BA01", "atc_version": "2026"}
    cohort.change("therapies", _of(cohort, "methotrexate"), **by_atc)


@plants("TX-32")
def _(cohort: Cohort) -> None:
    _change(cohort, "azathioprine", atc="L04AX03", atc_version="2026")


@plants("TX-33")
def _(cohort: Cohort) -> None:
    _beside(cohort, None)


@plants("TX-40")
def _(cohort: Cohort) -> None:
    _beside(cohort, None, atc="L04AK01", dose=20)


# --- doses -------------------------------------------------------------------------------------


@plants("TX-02")
def _(cohort: Cohort) -> None:
    _change(cohort, "methotrexate", frequency="daily")


@plants("TX-03a")
def _(cohort: Cohort) -> None:
    _change(cohort, "methotrexate", dose=27.5)


@plants("TX-03b")
def _(cohort: Cohort) -> None:
    _change(cohort, "methotrexate", dose=40)


@plants("TX-03c")
def _(cohort: Cohort) -> None:
    _change(cohort, "methotrexate", dose=150)


@plants("TX-05a")
def _(cohort: Cohort) -> None:
    _beside(cohort, "deflazacort", dose=102)


@plants("TX-05b")
def _(cohort: Cohort) -> None:
    _beside(cohort, "deflazacort", dose=240)


@plants("TX-05c")
def _(cohort: Cohort) -> None:
    _beside(cohort, "deflazacort", dose=600)


@plants("TX-06a")
def _(cohort: Cohort) -> None:
    _change(cohort, "methylprednisolone", dose=1250)


@plants("TX-06b")
def _(cohort: Cohort) -> None:
    _change(cohort, "methylprednisolone", dose=1)


@plants("TX-06c")
def _(cohort: Cohort) -> None:
    _change(cohort, "methylprednisolone", dose=1000, dose_unit="g")


@plants("TX-12a")
def _(cohort: Cohort) -> None:
    _on_one_day(cohort, "rituximab", 1500)


@plants("TX-12c")
def _(cohort: Cohort) -> None:
    _on_one_day(cohort, "rituximab", 2500)


@plants("TX-13a")
def _(cohort: Cohort) -> None:
    _change(cohort, "ivig", dose=0.2)


@plants("TX-13b")
def _(cohort: Cohort) -> None:
    _change(cohort, "ivig", dose=3.5)


@plants("TX-13c")
def _(cohort: Cohort) -> None:
    _change(cohort, "ivig", dose=20)


@plants("TX-14")
def _(cohort: Cohort) -> None:
    facts = {"dose": 2, "dose_unit": "g/kg", "frequency": "every_4_weeks", "route": "iv"}
    row = _beside(cohort, "ivig", **facts)
    patient = str(cohort.tables["therapies"].at[row, "patient_id"])
    for visit in cohort.rows("visits", patient).index:
        cohort.change("visits", visit, weight_kg=None)


@plants("TX-15a")
def _(cohort: Cohort) -> None:
    _change(cohort, "azathioprine", dose=225)


@plants("TX-15b")
def _(cohort: Cohort) -> None:
    _change(cohort, "azathioprine", dose=300)


@plants("TX-15c")
def _(cohort: Cohort) -> None:
    _change(cohort, "azathioprine", dose=1500)


@plants("TX-16a")
def _(cohort: Cohort) -> None:
    _change(cohort, "mycophenolate_mofetil", dose=2)


@plants("TX-16b")
def _(cohort: Cohort) -> None:
    _change(cohort, "mycophenolate_mofetil", dose=2.5)


@plants("TX-16c")
def _(cohort: Cohort) -> None:
    _change(cohort, "mycophenolate_mofetil", dose=1000)


@plants("TX-36")
def _(cohort: Cohort) -> None:
    _change(cohort, "mycophenolate_mofetil", dose=720, dose_unit="mg")


@plants("TX-17a")
def _(cohort: Cohort) -> None:
    _beside(cohort, "tacrolimus", dose=12)


@plants("TX-17b")
def _(cohort: Cohort) -> None:
    _beside(cohort, "tacrolimus", dose=30)


@plants("TX-17c")
def _(cohort: Cohort) -> None:
    _beside(cohort, "tacrolimus", dose=1000)


@plants("TX-18a")
def _(cohort: Cohort) -> None:
    _beside(cohort, "ciclosporin", dose=25)


@plants("TX-18b")
def _(cohort: Cohort) -> None:
    _beside(cohort, "ciclosporin", dose=1000)


@plants("TX-19a")
def _(cohort: Cohort) -> None:
    _on_one_day(cohort, "cyclophosphamide", 75)


@plants("TX-19b")
def _(cohort: Cohort) -> None:
    _on_one_day(cohort, "cyclophosphamide", 7500)


@plants("TX-20")
def _(cohort: Cohort) -> None:
    series = {"dose_unit": "sessions", "frequency": "per_cycle", "route": "procedure"}
    _beside(cohort, "plasma_exchange", dose=50, **series)


@plants("TX-21")
def _(cohort: Cohort) -> None:
    _beside(cohort, "efgartigimod", dose=1008, frequency="daily", route="sc")


@plants("TX-22")
def _(cohort: Cohort) -> None:
    _beside(cohort, "zilucoplan", dose=0.3, dose_unit="mg/kg", frequency="weekly", route="sc")


@plants("TX-23a")
def _(cohort: Cohort) -> None:
    _beside(cohort, "baricitinib", dose=1)


@plants("TX-23b")
def _(cohort: Cohort) -> None:
    _beside(cohort, "upadacitinib", dose=45)


@plants("TX-31a")
def _(cohort: Cohort) -> None:
    _beside(cohort, "hydroxychloroquine", dose=600)


@plants("TX-31b")
def _(cohort: Cohort) -> None:
    row = _beside(cohort, "scig", dose=2, dose_unit="g/kg", frequency="weekly", route="sc")
    patient = str(cohort.tables["therapies"].at[row, "patient_id"])
    weighed = cohort.last("visits", patient)
    cohort.change("visits", weighed, weight_kg=70)
    cohort.change("therapies", row, start_date=_cell(cohort, "visits", weighed, "visit_date"))


# --- what else a row says ----------------------------------------------------------------------


@plants("TX-29")
def _(cohort: Cohort) -> None:
    _change(cohort, "azathioprine", frequency=None)


@plants("TX-37")
def _(cohort: Cohort) -> None:
    _change(cohort, "azathioprine", route="iv")


@plants("TX-38")
def _(cohort: Cohort) -> None:
    _beside(cohort, "leflunomide", dose=20, dose_unit="sessions")


@plants("TX-39")
def _(cohort: Cohort) -> None:
    row = _beside(cohort, "leflunomide", dose=20)
    cohort.change("therapies", row, stop_date=_cell(cohort, "therapies", row, "start_date"))


@plants("TX-41")
def _(cohort: Cohort) -> None:
    row = _beside(cohort, "leflunomide", dose=20, stop_reason="death")
    cohort.change("therapies", row, stop_date=_cell(cohort, "therapies", row, "start_date"))


# --- one therapy after another -----------------------------------------------------------------


@plants("TX-08")
def _(cohort: Cohort) -> None:
    row = _beside(cohort, "deflazacort", dose=60)
    start = _cell(cohort, "therapies", row, "start_date") - _days(30)
    cohort.change("therapies", row, start_date=start, stop_date=start + _days(20))
    later = {"dose": 6, "stop_date": None}
    cohort.add("therapies", row, start_date=start + _days(21), **later)


@plants("TX-09")
def _(cohort: Cohort) -> None:
    row = _of(cohort, "prednisolone", stop_reason="planned_end", line=1)
    last = _cell(cohort, "therapies", row, "stop_date")
    cohort.change("therapies", row, stop_date=last + _days(7))


@plants("TX-10")
def _(cohort: Cohort) -> None:
    row = _of(cohort, "prednisolone", stop_reason="planned_end", line=1)
    first = _cell(cohort, "therapies", row, "start_date")
    cohort.change("therapies", row, stop_date=first - _days(30))


@plants("TX-28")
def _(cohort: Cohort) -> None:
    """A line 0 that begins after line 1."""
    alone = {"dose": None, "dose_unit": None, "frequency": "once", "route": "procedure"}
    _beside(cohort, "statin_withdrawal", line=0, **alone)


@plants("TX-30")
def _(cohort: Cohort) -> None:
    patient = cohort.patient_where("therapies", drug="methotrexate")
    cohort.drop("therapies", patient, drug="folic_acid")
    cohort.drop("therapies", patient, atc="B03BB01")


@plants("TX-35")
def _(cohort: Cohort) -> None:
    row = _beside(cohort, "deflazacort", dose=6)
    patient = str(cohort.tables["therapies"].at[row, "patient_id"])
    onset = cohort.first("patients", patient)
    start = _cell(cohort, "patients", onset, "diagnosis_date")
    cohort.change("therapies", row, start_date=start, stop_date=start + _days(6))
    cohort.add("therapies", row, dose=0, start_date=start + _days(7), stop_date=start + _days(9))
    cohort.add("therapies", row, dose=12, start_date=start + _days(10), stop_date=None)


# --- against the patient's dates ---------------------------------------------------------------


@plants("TX-11a")
def _(cohort: Cohort) -> None:
    patients = cohort.tables["patients"]
    late = patients[(patients["diagnosis_date"] - patients["onset_date"]).dt.days > 200]
    free = late[~late["patient_id"].isin(cohort.taken)]
    patient = cohort.patient(patient_id=free["patient_id"].iloc[0])
    row = cohort.last("therapies", patient)
    start = _cell(cohort, "patients", cohort.first("patients", patient), "onset_date") + _days(30)
    exchange = {**_PLAIN, "drug": "plasma_exchange", "start_date": start}
    series = {"dose_unit": "sessions", "frequency": "per_cycle", "route": "procedure"}
    cohort.add("therapies", row, dose=5, **exchange, **series)


@plants("TX-11b")
def _(cohort: Cohort) -> None:
    row = _beside(cohort, "leflunomide", dose=20)
    patient = str(cohort.tables["therapies"].at[row, "patient_id"])
    onset = _cell(cohort, "patients", cohort.first("patients", patient), "onset_date")
    cohort.change("therapies", row, start_date=onset - _days(10))


@plants("TX-34")
def _(cohort: Cohort) -> None:
    row = _beside(cohort, "leflunomide", dose=20)
    patient = str(cohort.tables["therapies"].at[row, "patient_id"])
    seen = _cell(cohort, "patients", cohort.first("patients", patient), "last_contact_date")
    cohort.change("therapies", row, start_date=seen + _days(1))
