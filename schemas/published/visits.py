"""Visits: one row per visit, with the IMACS core set as it was recorded."""

from typing import Any

from schemas.engine import Number, Text, Whole, YesNo, column
from schemas.published.table import Published, the_patient


def _absent(column_name: str) -> Any:
    return column(
        f"Why {column_name} is blank.", f"Warum {column_name} leer ist.", codes="absent_reasons"
    )


def _finding(en: str, de: str) -> Any:
    return column(en, de, codes="three_state")


class Visits(Published):
    """One row per visit. The muscle enzyme of the core set is in labs."""

    visit_id: Text = column("Pseudonym of the visit.", "Pseudonym der Visite.", key=True)
    patient_id: Text = the_patient()
    visit_day: Whole = column("Day of the visit.", "Tag der Visite.", required=True, unit="d")
    visit_type: Text = column("Kind of visit.", "Art der Visite.", codes="visit_types")
    weight_kg: Number = column("Body weight.", "Körpergewicht.", unit="kg")
    height_cm: Number = column("Body height.", "Körpergröße.", unit="cm")
    physician_global_vas: Number = column(
        "Global disease activity as the physician judges it, visual analogue scale 0-10.",
        "Globale Krankheitsaktivität im Urteil des Arztes oder der Ärztin, visuelle Analogskala "
        "0-10.",
        unit="cm",
        at_least=0,
        at_most=10,
    )
    physician_global_vas_absent: Text = _absent("physician_global_vas")
    patient_global_vas: Number = column(
        "Global disease activity as the patient judges it, visual analogue scale 0-10.",
        "Globale Krankheitsaktivität im Urteil der erkrankten Person, visuelle Analogskala 0-10.",
        unit="cm",
        at_least=0,
        at_most=10,
    )
    patient_global_vas_absent: Text = _absent("patient_global_vas")
    mmt_score: Number = column(
        "Manual muscle test, sum of the muscle groups; mmt_max is its maximum.",
        "Manueller Muskeltest, Summe der Muskelgruppen; mmt_max ist das Maximum.",
        at_least=0,
        at_most=260,
    )
    mmt_score_absent: Text = _absent("mmt_score")
    mmt_max: Whole = column(
        "Maximum of the version used: 80 (MMT8, one side), 150 (MMT8, both sides), 260 (MMT24).",
        "Maximum der verwendeten Fassung: 80 (MMT8 einseitig), 150 (MMT8 beidseitig), 260 (MMT24).",
    )
    haq_di: Number = column(
        "Health Assessment Questionnaire, disability index 0-3.",
        "Health Assessment Questionnaire, Disability-Index 0-3.",
        at_least=0,
        at_most=3,
    )
    haq_di_absent: Text = _absent("haq_di")
    extramuscular_vas: Number = column(
        "Extramuscular disease activity, visual analogue scale 0-10.",
        "Extramuskuläre Krankheitsaktivität, visuelle Analogskala 0-10.",
        unit="cm",
        at_least=0,
        at_most=10,
    )
    extramuscular_vas_absent: Text = _absent("extramuscular_vas")
    neck_flexor_weakness: Text = _finding(
        "Weakness of the neck flexors.", "Schwäche der Nackenbeuger."
    )
    proximal_weakness: Text = _finding("Proximal weakness.", "Proximale Schwäche.")
    distal_weakness: Text = _finding("Distal weakness.", "Distale Schwäche.")
    dysphagia: Text = _finding("Difficulty in swallowing.", "Schluckstörung.")
    respiratory_involvement: Text = _finding(
        "Involvement of the respiratory muscles or the lung.",
        "Beteiligung der Atemmuskeln oder der Lunge.",
    )
    rash_dm_typical: Text = _finding(
        "Rash typical of dermatomyositis.", "Für eine Dermatomyositis typischer Ausschlag."
    )
    ambulation: Text = column("How the patient walks.", "Wie die Person geht.", codes="ambulation")
    flare_reported: YesNo = column(
        "Whether the centre calls it a flare; compare visit_outcomes.",
        "Ob das Zentrum einen Schub angibt; vergleiche visit_outcomes.",
    )
    remission_reported: YesNo = column(
        "Whether the centre calls it remission; compare visit_outcomes.",
        "Ob das Zentrum eine Remission angibt; vergleiche visit_outcomes.",
    )
    tis_reported: Number = column(
        "Total Improvement Score as the centre computed it; visit_outcomes has the registry's own.",
        "Total Improvement Score nach Rechnung des Zentrums; der des Registers steht in "
        "visit_outcomes.",
        at_least=0,
        at_most=100,
    )
