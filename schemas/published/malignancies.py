"""Malignancies: one row per cancer."""

from schemas.engine import Text, Whole, column
from schemas.published.table import Published, the_patient


class Malignancies(Published):
    """One row per cancer, found before or after the myositis."""

    malignancy_id: Text = column(
        "Pseudonym of the malignancy.", "Pseudonym der Krebserkrankung.", key=True
    )
    patient_id: Text = the_patient()
    diagnosed_day: Whole = column("Day of diagnosis.", "Tag der Diagnose.", unit="d")
    icd10: Text = column("ICD-10 code.", "ICD-10-Code.")
    screening_method: Text = column(
        "How the cancer was looked for.",
        "Womit nach Krebs gesucht wurde.",
        codes="screening_methods",
    )
