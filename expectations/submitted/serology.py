"""Serology: what a titre needs beside it to be compared."""

from expectations import gx
from expectations.suite import Expectations, table_suite
from registry.rules import Category, Severity

serology = table_suite("serology")


@serology.rule(
    "CMP-05",
    Severity.NOTE,
    Category.COMPLETENESS,
    on="kit unit",
    source="laboratory handbooks (ARUP, Mayo, Iowa); anti-SRP ELISA: titres compare within one "
    "assay",
    en="Many antibody results with a number lack the name of the kit or the unit. Enter both; the "
    "laboratory's report names them.",
    de="Bei vielen Antikörperbefunden mit Zahlenwert fehlt der Name des Kits oder die Einheit. "
    "Bitte beides eintragen; der Laborbefund nennt sie.",
)
def name_the_kit_and_the_unit_of_every_titre() -> Expectations:
    """Units of two kits are not convertible: without the kit a titre says only positive or not."""
    measured = gx.Column("value").is_not_null()
    return [
        gx.ExpectColumnValuesToNotBeNull(column=column, row_condition=measured, mostly=0.9)
        for column in ("kit", "unit")
    ]
