"""Therapies: one row per episode of one drug at one dose."""

import pandas as pd

from registry.rules import Category, Severity
from registry.tables import look_up, when
from schemas.engine import Date, Number, Table, Text, Whole, column

QUERY = Severity.QUERY
PLAUSIBILITY = Category.PLAUSIBILITY


class Therapies(Table):
    """One row per episode of one drug at one dose: a changed dose is a new row."""

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.", "Zentrum, das die Zeile sendet, z. B. DE01.", required=True
    )
    therapy_id: Text = column(
        "The centre's own key of the episode, stable between submissions.",
        "Eigener Schlüssel der Episode, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    drug: Text = column(
        "Drug by registry code; blank only where atc is given.",
        "Wirkstoff als Registercode; leer nur, wenn atc angegeben ist.",
        codes="drugs",
    )
    atc: Text = column("ATC code, where drug is blank.", "ATC-Code, wenn drug leer ist.")
    atc_version: Text = column(
        "Year or date of the ATC index the code was taken from.",
        "Jahr oder Datum des ATC-Index, aus dem der Code stammt.",
    )
    route: Text = column("How the drug was given.", "Art der Gabe.", codes="routes")
    dose: Number = column(
        "Dose of one administration, in dose_unit.",
        "Dosis einer Gabe, in dose_unit.",
        at_least=0,
    )
    dose_unit: Text = column("Unit of the dose.", "Einheit der Dosis.", codes="dose_units")
    frequency: Text = column("How often the dose was given.", "Wie oft die Dosis gegeben wurde.", codes="frequencies")
    start_date: Date = column("First day at this dose.", "Erster Tag mit dieser Dosis.", required=True)
    stop_date: Date = column(
        "Last day at this dose; blank while ongoing.",
        "Letzter Tag mit dieser Dosis; leer, solange sie läuft.",
    )
    line: Whole = column(
        "Line of therapy as the centre counts it: 0 is statin withdrawal alone.",
        "Therapielinie nach Zählung des Zentrums: 0 ist alleiniges Absetzen des Statins.",
        at_least=0,
        at_most=20,
    )
    intent: Text = column("What the therapy was given for.", "Wofür die Therapie gegeben wurde.", codes="intents")
    stop_reason: Text = column("Why the episode ended.", "Warum die Episode endete.", codes="stop_reasons")


@Therapies.rule(
    "TX-10",
    QUERY,
    PLAUSIBILITY,
    on="start_date stop_date",
    expected="start_date ≤ stop_date",
    source="OHDSI DataQualityDashboard, plausibleStartBeforeEnd",
    en="The therapy stops before it starts. Check both dates; an ongoing therapy has no stop date.",
    de="Die Therapie endet vor ihrem Beginn. Bitte beide Daten prüfen; eine laufende Therapie hat "
    "kein Enddatum.",
)
def stops_no_earlier_than_it_starts(therapies: pd.DataFrame) -> pd.Series:
    """A negative duration makes every exposure window undefined."""
    return therapies.stop_date >= therapies.start_date
