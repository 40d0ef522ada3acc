"""Biopsies: one row per muscle biopsy, its histology item by item."""

import pandas as pd

from registry.doses import drug_of, prednisone_mg_day
from registry.limits import limit
from registry.rules import Category, Severity
from registry.tables import when
from schemas.engine import Date, Table, Text, column

NOTE, QUERY = Severity.NOTE, Severity.QUERY
PLAUSIBILITY = Category.PLAUSIBILITY


def _item(en: str, de: str) -> Text:
    """A histology item: present, absent or not assessed, which is not absent."""
    item: Text = column(en, de, codes="three_state")
    return item


class Biopsies(Table):
    """One row per muscle biopsy. Each item is present, absent or not assessed.

    Seropositive IMNM needs no biopsy (224th ENMC workshop), and none of its items has to be there:
    sarcolemmal C5b-9 is found in 68 % of seropositive and 17 % of antibody-negative patients.
    """

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    biopsy_id: Text = column(
        "The centre's own key of the biopsy, stable between submissions.",
        "Eigener Schlüssel der Biopsie, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    biopsy_date: Date = column(
        "Day on which the muscle was taken.", "Tag der Muskelentnahme.", required=True
    )
    muscle: Text = column("Muscle the biopsy is from.", "Entnommener Muskel.", codes="muscles")
    necrosis: Text = _item("Scattered necrotic fibres.", "Verstreute nekrotische Fasern.")
    different_stages: Text = _item(
        "Necrosis, myophagocytosis and regeneration in different stages.",
        "Nekrose, Myophagozytose und Regeneration in verschiedenen Stadien.",
    )
    regeneration: Text = _item("Regenerating fibres.", "Regenerierende Fasern.")
    macrophage_predominant: Text = _item(
        "Infiltrate mainly of macrophages.", "Überwiegend makrophagozytäres Infiltrat."
    )
    lymphocytic_infiltrate: Text = _item(
        "Marked lymphocytic infiltrate.", "Deutliches lymphozytäres Infiltrat."
    )
    mhc1_sarcolemmal: Text = _item(
        "MHC class I on the sarcolemma.", "MHC-Klasse-I-Expression am Sarkolemm."
    )
    c5b9_sarcolemmal: Text = _item(
        "C5b-9 (membrane attack complex) on the sarcolemma of fibres that are not necrotic.",
        "C5b-9 (Membranangriffskomplex) am Sarkolemm nicht nekrotischer Fasern.",
    )
    c5b9_capillary: Text = _item("C5b-9 on capillaries.", "C5b-9 an Kapillaren.")
    perifascicular_atrophy: Text = _item("Perifascicular atrophy.", "Perifaszikuläre Atrophie.")
    rimmed_vacuoles: Text = _item("Rimmed vacuoles.", "Geränderte Vakuolen (rimmed vacuoles).")
    p62: Text = _item("Fine sarcoplasmic p62.", "Feines sarkoplasmatisches p62.")
    imnm_features: Text = _item(
        "Histology of IMNM, in the pathologist's judgement.",
        "Histologie einer IMNM nach Urteil der Pathologie.",
    )


@Biopsies.rule(
    "BX-02",
    QUERY,
    PLAUSIBILITY,
    on="imnm_features",
    expected="perifascicular_atrophy, rimmed_vacuoles ≠ present",
    source="EULAR/ACR 2017 classification (doi:10.1136/annrheumdis-2017-211468)",
    en="The biopsy is read as IMNM, but shows perifascicular atrophy or rimmed vacuoles. Check "
    "the items against the pathology report, or confirm them.",
    de="Die Biopsie gilt als IMNM, zeigt aber perifaszikuläre Atrophie oder geränderte Vakuolen. "
    "Bitte die Angaben mit dem Pathologiebefund vergleichen oder bestätigen.",
)
def shows_no_feature_of_another_myositis(biopsies: pd.DataFrame) -> pd.Series:
    """Perifascicular atrophy points to dermatomyositis, rimmed vacuoles to IBM."""
    other = biopsies.perifascicular_atrophy.eq("present") | biopsies.rimmed_vacuoles.eq("present")
    return when(biopsies.imnm_features.eq("present"), ~other)


@Biopsies.rule(
    "BX-03",
    NOTE,
    PLAUSIBILITY,
    on="biopsy_date",
    expected="≤ 14 d at > 30 mg/d prednisone; 0 × rituximab",
    source="case report (first biopsy normal); Buttgereit 2002 (doi:10.1136/ard.61.8.718)",
    en="The muscle was taken after more than 14 days of high-dose glucocorticoid, or after "
    "rituximab. Check the dates; if they are right, nothing needs to be done, but absent items "
    "prove little.",
    de="Der Muskel wurde nach mehr als 14 Tagen hoch dosierter Glukokortikoide oder nach "
    "Rituximab entnommen. Bitte die Daten prüfen; sind sie richtig, ist nichts zu tun, doch "
    "beweisen fehlende Merkmale wenig.",
)
def precedes_the_treatment_that_blurs_it(
    biopsies: pd.DataFrame, therapies: pd.DataFrame, visits: pd.DataFrame
) -> pd.Series:
    """Treatment clears necrosis and infiltrate: a biopsy read as normal may only be late."""
    dose = prednisone_mg_day(therapies, visits)
    high_dose = dose > limit("BX-03", "high_dose_prednisone_mg_per_day", "note_above")
    long = limit("BX-03", "days_at_high_dose", "note_above")
    days = _days_before(biopsies, therapies[high_dose])
    infusions = _days_before(biopsies, therapies[drug_of(therapies) == "rituximab"])
    return (days <= long) & (infusions == 0)


def _days_before(biopsies: pd.DataFrame, episodes: pd.DataFrame) -> pd.Series:
    """How many days of the patient's episodes lie before each biopsy."""
    pairs = biopsies[["patient_id", "biopsy_date"]].reset_index(names="row")
    pairs = pairs.merge(episodes[["patient_id", "start_date", "stop_date"]], on="patient_id")
    last_day = pairs["biopsy_date"] - pd.Timedelta(days=1)
    until = pairs["stop_date"].where(pairs["stop_date"] < last_day, last_day)
    days = ((until - pairs["start_date"]).dt.days + 1).clip(lower=0)
    return days.groupby(pairs["row"]).sum().reindex(biopsies.index, fill_value=0)
