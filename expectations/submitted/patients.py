"""Patients: what is known of all of them, beyond what a row alone must hold."""

from expectations import gx
from expectations.suite import Expectations, table_suite
from registry.rules import Category, Severity

patients = table_suite("patients")


@patients.rule(
    "CMP-01",
    Severity.NOTE,
    Category.COMPLETENESS,
    on="consent_scope contact_for_research biosample",
    source="JRC/ERDRI common data elements",
    en="For many patients the scope of the consent, the consent to be contacted or the biosample "
    "is not answered. Answer yes or no for every patient; if your system does not ask, tell the "
    "registry.",
    de="Bei vielen Personen ist der Umfang der Einwilligung, die Erlaubnis zur Kontaktaufnahme "
    "oder die Bioprobe nicht beantwortet. Bitte für jede Person mit Ja oder Nein beantworten; "
    "fragt Ihr System nicht danach, sagen Sie es dem Register.",
)
def answer_the_questions_about_consent_and_samples() -> Expectations:
    """A study can only invite those who said yes, and silence cannot be counted as yes."""
    return [
        gx.ExpectColumnValuesToNotBeNull(column=column, mostly=0.9)
        for column in ("consent_scope", "contact_for_research", "biosample")
    ]
