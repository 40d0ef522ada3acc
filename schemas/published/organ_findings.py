"""Organ findings: one row per item of an examination."""

from schemas.engine import Number, Text, Whole, column
from schemas.published.table import Published, the_patient


class OrganFindings(Published):
    """One row per item of MRI, EMG, lung function, echo, ECG, swallowing study or CT."""

    finding_id: Text = column("Pseudonym of the finding.", "Pseudonym des Befunds.", key=True)
    patient_id: Text = the_patient()
    assessed_day: Whole = column("Day of the examination.", "Tag der Untersuchung.", unit="d")
    domain: Text = column("Examination.", "Untersuchung.", codes="organ_domains")
    item: Text = column("What was looked at.", "Was beurteilt wurde.", codes="organ_items")
    value: Number = column("Measured value, in unit.", "Messwert, in unit.")
    unit: Text = column("Unit of value.", "Einheit von value.", codes="units")
    result: Text = column(
        "Judgement; not_assessed is not normal.",
        "Urteil; not_assessed heißt nicht unauffällig.",
        codes="organ_results",
    )
