"""Biopsies: one row per muscle biopsy."""

from typing import Any

from schemas.engine import Text, Whole, column
from schemas.published.table import Published, the_patient


def _finding(en: str, de: str) -> Any:
    return column(en, de, codes="three_state")


class Biopsies(Published):
    """One row per muscle biopsy; every item is present, absent or not assessed."""

    biopsy_id: Text = column("Pseudonym of the biopsy.", "Pseudonym der Biopsie.", key=True)
    patient_id: Text = the_patient()
    biopsy_day: Whole = column("Day of the biopsy.", "Tag der Biopsie.", unit="d")
    muscle: Text = column(
        "Muscle the sample was taken from.", "Entnommener Muskel.", codes="muscles"
    )
    necrosis: Text = _finding("Necrotic fibres.", "Nekrotische Fasern.")
    different_stages: Text = _finding(
        "Necrosis and regeneration in different stages.",
        "Nekrose und Regeneration in verschiedenen Stadien.",
    )
    regeneration: Text = _finding("Regenerating fibres.", "Regenerierende Fasern.")
    macrophage_predominant: Text = _finding(
        "Infiltrate mainly of macrophages.", "Überwiegend makrophagisches Infiltrat."
    )
    lymphocytic_infiltrate: Text = _finding("Lymphocytic infiltrate.", "Lymphozytäres Infiltrat.")
    mhc1_sarcolemmal: Text = _finding(
        "MHC class I on the sarcolemma.", "MHC-Klasse I am Sarkolemm."
    )
    c5b9_sarcolemmal: Text = _finding(
        "Complement C5b-9 on the sarcolemma.", "Komplement C5b-9 am Sarkolemm."
    )
    c5b9_capillary: Text = _finding(
        "Complement C5b-9 on capillaries.", "Komplement C5b-9 an Kapillaren."
    )
    perifascicular_atrophy: Text = _finding("Perifascicular atrophy.", "Perifaszikuläre Atrophie.")
    rimmed_vacuoles: Text = _finding("Rimmed vacuoles.", "Geränderte Vakuolen.")
    p62: Text = _finding("Diffuse p62 staining.", "Diffuse p62-Färbung.")
    imnm_features: Text = _finding(
        "Features of IMNM in the pathologist's judgement.",
        "Merkmale einer IMNM im Urteil der Pathologie.",
    )
