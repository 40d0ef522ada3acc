"""Labs: one row per laboratory result, in the analyte's canonical unit."""

import pandas as pd

from registry.codelists import codelist
from registry.rules import Category, Severity
from registry.tables import look_up
from schemas.engine import Number, Text, Whole, column
from schemas.published.table import Published, the_patient


class Labs(Published):
    """One row per result, in the canonical unit of its analyte; the centre's own value beside."""

    lab_id: Text = column("Pseudonym of the result.", "Pseudonym des Ergebnisses.", key=True)
    patient_id: Text = the_patient()
    visit_id: Text = column(
        "Visit the sample was taken at, where the centre says so and the visit is released.",
        "Visite der Blutentnahme, soweit vom Zentrum angegeben und freigegeben.",
        links="visits",
    )
    collected_day: Whole = column(
        "Day the sample was taken.", "Tag der Probenentnahme.", required=True, unit="d"
    )
    analyte: Text = column(
        "What was measured.", "Was gemessen wurde.", required=True, codes="analytes"
    )
    value: Number = column(
        "Result, in unit; with value_comparator where it is censored.",
        "Ergebnis, in unit; mit value_comparator, wo es zensiert ist.",
        at_least=0,
    )
    value_comparator: Text = column(
        "How the true value compares with value; blank means equal.",
        "Wie sich der wahre Wert zu value verhält; leer heißt gleich.",
        codes="comparators",
    )
    value_absent: Text = column(
        "Why value is blank.", "Warum value leer ist.", codes="absent_reasons"
    )
    unit: Text = column(
        "Unit of value and limits: the canonical one of the analyte.",
        "Einheit von Wert und Grenzen: die kanonische des Analyten.",
        codes="units",
    )
    upper_limit_normal: Number = column(
        "Upper limit of normal of the laboratory, in unit.", "Obere Normgrenze des Labors, in unit."
    )
    lower_limit_normal: Number = column(
        "Lower limit of normal of the laboratory, in unit.",
        "Untere Normgrenze des Labors, in unit.",
    )
    loinc: Text = column("LOINC code of the test.", "LOINC-Code der Untersuchung.")
    source_value: Text = column(
        "Value as the centre wrote it.", "Wert, wie vom Zentrum geschrieben."
    )
    source_unit: Text = column(
        "Unit as the centre wrote it.", "Einheit, wie vom Zentrum geschrieben."
    )
    unit_factor: Number = column(
        "Factor from the centre's unit to unit: value = source_value × unit_factor.",
        "Faktor von der Einheit des Zentrums zu unit: value = source_value × unit_factor.",
    )


@Labs.rule(
    "PUB-10",
    Severity.REFUSE,
    Category.CONFORMANCE,
    on="unit analyte value",
    expected="unit = canonical unit of the analyte",
    source="registry/codelists/analytes.csv",
    en="A published result is not in the canonical unit of its analyte. Mend the unit conversion.",
    de="Ein veröffentlichtes Ergebnis steht nicht in der kanonischen Einheit seines Analyten. "
    "Bitte die Umrechnung der Einheiten berichtigen.",
)
def is_in_the_canonical_unit(labs: pd.DataFrame) -> pd.Series:
    """A CK left in µkat/L looks normal in U/L: off by 60, and no analyst would see it."""
    canonical = codelist("analytes").says("canonical_unit")
    return labs.unit.eq(labs.analyte.map(canonical))


@Labs.rule(
    "PUB-12",
    Severity.REFUSE,
    Category.CONFORMANCE,
    on="visit_id patient_id",
    expected="patient_id = visits.patient_id",
    source="own proposal",
    en="A published result is linked to a visit of another patient. Find out which step changed "
    "the link; a submitted one would have been held back.",
    de="Ein veröffentlichtes Ergebnis verweist auf die Visite einer anderen Person. Bitte den "
    "Schritt suchen, der den Verweis verändert; ein gelieferter wäre zurückgehalten worden.",
)
def belongs_to_a_visit_of_its_own_patient(labs: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Two ids that became one pseudonym would mix two patients without any other sign."""
    return labs.patient_id.eq(look_up(labs.visit_id, visits, "patient_id", key="visit_id"))
