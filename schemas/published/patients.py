"""Patients: one row per released patient."""

import pandas as pd

from registry.consent import COVERED, consent
from registry.rules import Category, Severity
from schemas.engine import Text, Whole, YesNo, column
from schemas.published.table import Published


class Patients(Published):
    """One row per patient whose consent covers the release."""

    patient_id: Text = column(
        "Pseudonym of the patient, the same in every table and in every release of this family.",
        "Pseudonym der Person, gleich in jeder Tabelle und in jeder Freigabe dieser Reihe.",
        key=True,
    )
    sex: Text = column("Sex.", "Geschlecht.", codes="sex")
    birth_year: Whole = column("Calendar year of birth.", "Kalenderjahr der Geburt.")
    onset_day: Whole = column(
        "Day of the first symptom of myositis.", "Tag des ersten Symptoms der Myositis.", unit="d"
    )
    diagnosis_day: Whole = column("Day of diagnosis.", "Tag der Diagnose.", unit="d")
    first_contact_day: Whole = column(
        "Day of the first contact with the centre.",
        "Tag des ersten Kontakts mit dem Zentrum.",
        unit="d",
    )
    last_contact_day: Whole = column(
        "Day of the last contact: the end of observation.",
        "Tag des letzten Kontakts: das Ende der Beobachtung.",
        unit="d",
    )
    index_basis: Text = column(
        "What day 0 is: therapy_line (start of the first line of therapy), visit (first visit) or "
        "diagnosis.",
        "Was Tag 0 ist: therapy_line (Beginn der ersten Therapielinie), visit (erste Visite) oder "
        "diagnosis (Diagnose).",
        required=True,
    )
    subtype: Text = column("Subtype of IMNM.", "Subtyp der IMNM.", codes="subtypes")
    diagnosis_code_system: Text = column(
        "Code system of the diagnosis.", "Codesystem der Diagnose.", codes="diagnosis_code_systems"
    )
    diagnosis_code: Text = column(
        "Diagnosis, code without its prefix.", "Diagnose, Code ohne sein Präfix."
    )
    vital_status: Text = column(
        "Status at the last contact.", "Status beim letzten Kontakt.", codes="vital_status"
    )
    death_day: Whole = column("Day of death.", "Todestag.", unit="d")
    death_cause: Text = column("Cause of death.", "Todesursache.", codes="death_causes")
    consent_status: Text = column(
        "Status of the consent.", "Stand der Einwilligung.", required=True, codes="consent_status"
    )
    consent_scope: Text = column(
        "What the consent covers: the data may be used for no more.",
        "Was die Einwilligung umfasst: für mehr dürfen die Daten nicht verwendet werden.",
        codes="consent_scopes",
    )
    contact_for_research: YesNo = column(
        "Whether the patient agrees to be contacted for research; contact goes through the centre.",
        "Ob die Person für Forschung angesprochen werden darf; der Weg führt über das Zentrum.",
    )
    biosample: YesNo = column(
        "Whether a biological sample is stored; ask the centre for it.",
        "Ob eine Bioprobe aufbewahrt wird; Anfragen an das Zentrum.",
    )


@Patients.rule(
    "PUB-05",
    Severity.REFUSE,
    Category.CONFORMANCE,
    on="consent_status",
    expected="consent covers the release",
    source="registry/codelists/consent_status.csv and consent_scopes.csv",
    en="A published patient's consent does not cover a release. Leave the patient out with all "
    "rows.",
    de="Die Einwilligung einer veröffentlichten Person deckt keine Freigabe. Bitte die Person mit "
    "allen Zeilen auslassen.",
)
def has_consented_to_the_release(patients: pd.DataFrame) -> pd.Series:
    """What was published against somebody's will cannot be taken back."""
    return consent(patients).eq(COVERED)


@Patients.rule(
    "PUB-06",
    Severity.REFUSE,
    Category.CONFORMANCE,
    on="index_basis",
    expected="first line, visit or diagnosis on day 0",
    source="registry: definition of the index day",
    en="A published patient's days are not counted from what index_basis says. Mend how the index "
    "day is found.",
    de="Die Tage einer veröffentlichten Person zählen nicht ab dem, was index_basis nennt. Bitte "
    "berichtigen, wie der Indextag gefunden wird.",
)
def begins_on_day_0(
    patients: pd.DataFrame, visits: pd.DataFrame, treatment_outcomes: pd.DataFrame
) -> pd.Series:
    """An index day that is off shifts every day of the patient, and nothing else would show it."""
    firsts = {
        "therapy_line": treatment_outcomes.groupby("patient_id")["start_day"].min(),
        "visit": visits.groupby("patient_id")["visit_day"].min(),
        "diagnosis": patients.set_index("patient_id")["diagnosis_day"],
    }
    at_0 = [
        patients.index_basis.eq(basis) & patients.patient_id.isin(days.index[days.eq(0)])
        for basis, days in firsts.items()
    ]
    return at_0[0] | at_0[1] | at_0[2]
