"""Therapies: one row per episode of one drug at one dose."""

import pandas as pd

from registry.rules import Category, Severity
from schemas.engine import Number, Text, Whole, column
from schemas.published.table import Published, the_patient


class Therapies(Published):
    """One row per episode of one drug at one dose: a changed dose is a new row."""

    therapy_id: Text = column("Pseudonym of the episode.", "Pseudonym der Episode.", key=True)
    patient_id: Text = the_patient()
    drug: Text = column("Drug.", "Wirkstoff.", codes="drugs")
    drug_class: Text = column("Class of the drug.", "Klasse des Wirkstoffs.", codes="drug_classes")
    atc: Text = column("ATC code in the current index.", "ATC-Code im aktuellen Index.")
    route: Text = column("How the drug was given.", "Art der Gabe.", codes="routes")
    dose: Number = column(
        "Dose of one administration, in dose_unit.", "Dosis einer Gabe, in dose_unit.", at_least=0
    )
    dose_unit: Text = column("Unit of the dose.", "Einheit der Dosis.", codes="dose_units")
    frequency: Text = column(
        "How often the dose was given.", "Wie oft die Dosis gegeben wurde.", codes="frequencies"
    )
    daily_dose_mg: Number = column(
        "Mean dose per day; blank where dose, unit, weight or frequency do not tell.",
        "Mittlere Dosis pro Tag; leer, wo sie aus Dosis, Einheit, Gewicht und Häufigkeit nicht "
        "folgt.",
        unit="mg/d",
        at_least=0,
    )
    prednisone_mg_day: Number = column(
        "Prednisone equivalent per day; blank for drugs other than glucocorticoids.",
        "Prednison-Äquivalent pro Tag; leer bei anderen Wirkstoffen als Glukokortikoiden.",
        unit="mg/d",
        at_least=0,
    )
    start_day: Whole = column(
        "First day at this dose.", "Erster Tag mit dieser Dosis.", required=True, unit="d"
    )
    stop_day: Whole = column(
        "Last day at this dose; blank while ongoing.",
        "Letzter Tag mit dieser Dosis; leer, solange sie läuft.",
        unit="d",
    )
    line: Whole = column(
        "Line of therapy as the registry derives it, see treatment_outcomes; blank where the "
        "episode belongs to none.",
        "Therapielinie nach Ableitung des Registers, siehe treatment_outcomes; leer, wo die "
        "Episode zu keiner gehört.",
        at_least=0,
    )
    submitted_line: Whole = column(
        "Line of therapy as the centre counts it.",
        "Therapielinie nach Zählung des Zentrums.",
        at_least=0,
    )
    intent: Text = column(
        "What the therapy was given for.", "Wofür die Therapie gegeben wurde.", codes="intents"
    )
    stop_reason: Text = column(
        "Why the episode ended.", "Warum die Episode endete.", codes="stop_reasons"
    )


@Therapies.rule(
    "PUB-11",
    Severity.REFUSE,
    Category.PLAUSIBILITY,
    on="stop_day start_day",
    expected="start_day ≤ stop_day",
    source="OHDSI DataQualityDashboard, plausibleStartBeforeEnd",
    en="A published therapy stops before it starts. Mend how days are counted from the index day; "
    "a submitted one would have been held back.",
    de="Eine veröffentlichte Therapie endet vor ihrem Beginn. Bitte die Zählung der Tage ab dem "
    "Indextag berichtigen; eine gelieferte wäre zurückgehalten worden.",
)
def stops_no_earlier_than_it_starts(therapies: pd.DataFrame) -> pd.Series:
    """Both days must be counted from the same index day."""
    return therapies.stop_day >= therapies.start_day
