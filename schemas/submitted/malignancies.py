"""Malignancies: one row per cancer, before or after the diagnosis of IMNM."""

from schemas.engine import Date, Table, Text, column


class Malignancies(Table):
    """One row per cancer. Its date matters: whether IMNM and cancer go together is disputed."""

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    malignancy_id: Text = column(
        "The centre's own key of the cancer, stable between submissions.",
        "Eigener Schlüssel der Krebserkrankung, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    diagnosed_date: Date = column(
        "Day on which the cancer was diagnosed.",
        "Tag, an dem der Krebs diagnostiziert wurde.",
        required=True,
    )
    icd10: Text = column(
        "ICD-10 code of the cancer, with its dot, e.g. C50.9.",
        "ICD-10-Kode der Krebserkrankung, mit Punkt, z. B. C50.9.",
    )
    screening_method: Text = column(
        "How the cancer was found.", "Wie der Krebs gefunden wurde.", codes="screening_methods"
    )
