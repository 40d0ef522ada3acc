"""Therapies: one row per episode of one drug at one dose.

Here are the rules of one row. Those of its dose are in `therapy_doses.py`, those of its place among
the patient's other therapies, visits and dates in `therapy_courses.py`.
"""

import pandas as pd

from registry.codelists import codelist
from registry.doses import (
    drug_by_atc,
    drug_class_of,
    drug_of,
    is_immunotherapy,
    names_one_drug,
)
from registry.rules import Category, Severity
from registry.tables import all_filled, per_code, when
from schemas.engine import Date, Number, Table, Text, Whole, column

HOLD, QUERY, NOTE = Severity.HOLD, Severity.QUERY, Severity.NOTE
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY


class Therapies(Table):
    """One row per episode of one drug at one dose: a changed dose is a new row."""

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
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
    frequency: Text = column(
        "How often the dose was given.", "Wie oft die Dosis gegeben wurde.", codes="frequencies"
    )
    start_date: Date = column(
        "First day at this dose.", "Erster Tag mit dieser Dosis.", required=True
    )
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
    intent: Text = column(
        "What the therapy was given for.", "Wofür die Therapie gegeben wurde.", codes="intents"
    )
    stop_reason: Text = column(
        "Why the episode ended.", "Warum die Episode endete.", codes="stop_reasons"
    )


@Therapies.rule(
    "TX-01",
    HOLD,
    CONFORMANCE,
    on="atc",
    source="WHO ATC/DDD 2026-04-25",
    en="The ATC code is none that the registry knows. Check all seven characters, or give the drug "
    "by its registry code.",
    de="Das Register kennt diesen ATC-Code nicht. Bitte alle sieben Zeichen prüfen oder den "
    "Wirkstoff als Registercode angeben.",
)
def names_a_known_drug_by_its_atc_code(therapies: pd.DataFrame) -> pd.Series:
    """Retired codes (rituximab L01XC02, now L01FA01) are understood; nothing is guessed."""
    return when(therapies.drug.isna(), drug_by_atc(therapies.atc).notna())


@Therapies.rule(
    "TX-32",
    QUERY,
    CONFORMANCE,
    on="drug atc",
    source="WHO ATC/DDD 2026-04-25",
    en="The registry code and the ATC code name two different drugs. Correct the wrong one; one of "
    "them is enough.",
    de="Registercode und ATC-Code nennen zwei verschiedene Wirkstoffe. Bitte den falschen "
    "berichtigen; einer von beiden genügt.",
)
def names_one_drug_only(therapies: pd.DataFrame) -> pd.Series:
    """Nobody but the centre can tell which of two drugs the patient took."""
    return names_one_drug(therapies.drug, therapies.atc)


@Therapies.rule(
    "TX-33",
    HOLD,
    COMPLETENESS,
    on="start_date",
    shows="drug atc",
    expected="drug ≠ ∅ ∨ atc ≠ ∅",
    source="registry contract 1.0",
    en="Neither a registry code nor an ATC code says which drug it was. Fill in one of them.",
    de="Weder Registercode noch ATC-Code nennt den Wirkstoff. Bitte einen davon angeben.",
)
def names_its_drug(therapies: pd.DataFrame) -> pd.Series:
    """An episode of an unknown drug belongs to no regimen and no outcome."""
    return therapies.drug.notna() | therapies.atc.notna()


@Therapies.rule(
    "TX-04",
    NOTE,
    PLAUSIBILITY,
    on="atc",
    expected="L04AX03",
    source="WHO ATC/DDD 2026-04-25",
    en="Methotrexate has the ATC code of the cancer drug. Use L04AX03 for methotrexate in "
    "myositis; nothing is lost, the registry reads both.",
    de="Methotrexat trägt den ATC-Code des Krebsmittels. Bitte für Methotrexat bei Myositis "
    "L04AX03 verwenden; es geht nichts verloren, das Register liest beide.",
)
def codes_methotrexate_as_an_immunosuppressant(therapies: pd.DataFrame) -> pd.Series:
    """L01BA01 in an export usually means that a pharmacy system chose the product, not the use."""
    for_imnm = therapies.intent.ne("other_disease")
    is_methotrexate = drug_by_atc(therapies.atc).eq("methotrexate")
    return when(is_methotrexate, ~(therapies.atc.eq("L01BA01") & for_imnm))


@Therapies.rule(
    "TX-40",
    NOTE,
    COMPLETENESS,
    on="atc",
    expected="atc_version ≠ ∅",
    source="registry contract 1.0; WHO ATC/DDD 2021-12-03 and 2026-04-25",
    en="The ATC code does not say which year's index it is from. Add the year as atc_version.",
    de="Der ATC-Code sagt nicht, aus welchem Jahr sein Index stammt. Bitte das Jahr als "
    "atc_version angeben.",
)
def names_the_year_of_its_atc_index(therapies: pd.DataFrame) -> pd.Series:
    """WHO moved rituximab, eculizumab and others between 2021 and 2026; it will move more."""
    return therapies.atc_version.notna()


@Therapies.rule(
    "TX-29",
    NOTE,
    COMPLETENESS,
    on="start_date",
    shows="dose dose_unit frequency route",
    expected="dose, dose_unit, frequency, route ≠ ∅",
    source="own proposal",
    en="Dose, unit, frequency or route is missing. Fill in what is known; without all four the "
    "therapy counts, but its dose does not.",
    de="Dosis, Einheit, Häufigkeit oder Weg fehlt. Bitte ergänzen, was bekannt ist; ohne alle vier "
    "zählt die Therapie, ihre Dosis aber nicht.",
)
def says_how_much_was_given_and_how(therapies: pd.DataFrame) -> pd.Series:
    """Outcomes by exposure need the dose; sessions and cells are not doses of a drug."""
    drug = drug_of(therapies)
    is_procedure = drug_class_of(drug).isin(["plasma_exchange", "cell_therapy"])
    told = all_filled(therapies, "dose", "dose_unit", "frequency", "route")
    return when(is_immunotherapy(drug) & ~is_procedure, told)


@Therapies.rule(
    "TX-37",
    NOTE,
    PLAUSIBILITY,
    on="route",
    source="WHO ATC/DDD 2026-04-25",
    en="The drug is not usually given by this route. Check the drug and the route.",
    de="Der Wirkstoff wird gewöhnlich nicht so gegeben. Bitte Wirkstoff und Weg prüfen.",
)
def is_given_by_a_route_of_its_drug(therapies: pd.DataFrame) -> pd.Series:
    """Rituximab by mouth is another drug; a pulse by mouth is another dose."""
    drugs = codelist("drugs").table
    usual = drugs.assign(route=drugs["usual_routes"].str.split()).explode("route")
    routes = pd.Series(1, index=pd.MultiIndex.from_frame(usual[["code", "route"]]))
    drug = drug_of(therapies)
    return when(drug.notna(), per_code(routes, drug, therapies.route).notna())


@Therapies.rule(
    "TX-38",
    QUERY,
    CONFORMANCE,
    on="dose_unit",
    expected="plasma_exchange, immunoadsorption: sessions",
    source="registry contract 1.0",
    en="The unit does not fit: sessions count plasma exchange and immunoadsorption, and nothing "
    "else does. Correct the unit or the drug.",
    de="Die Einheit passt nicht: Sitzungen zählen Plasmaaustausch und Immunadsorption, und diese "
    "nichts anderes. Bitte Einheit oder Wirkstoff berichtigen.",
)
def is_counted_in_sessions_if_a_procedure(therapies: pd.DataFrame) -> pd.Series:
    """Five sessions of rituximab have no dose, and five grams of plasma exchange no meaning."""
    drug_class = drug_class_of(drug_of(therapies))
    is_exchange = drug_class == "plasma_exchange"
    return when(drug_class.notna(), therapies.dose_unit.eq("sessions") == is_exchange)


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


@Therapies.rule(
    "TX-39",
    NOTE,
    COMPLETENESS,
    on="stop_date",
    expected="stop_reason ≠ ∅",
    source="own proposal",
    en="The drug was stopped and nobody says why. Give the reason of its last episode.",
    de="Der Wirkstoff wurde abgesetzt, und niemand sagt warum. Bitte bei der letzten Episode den "
    "Grund angeben.",
)
def says_why_it_ended(therapies: pd.DataFrame) -> pd.Series:
    """Whether it failed, harmed or did its work; asked of a drug's last episode, not of a taper."""
    drug = drug_of(therapies)
    episodes = therapies.assign(drug=drug).sort_values("start_date", kind="stable")
    last = episodes.drop_duplicates(["patient_id", "drug"], keep="last").index
    return when(is_immunotherapy(drug) & drug.index.isin(last), therapies.stop_reason.notna())
