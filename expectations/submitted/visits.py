"""Visits: how much of the core set and of the clinical findings was recorded."""

from expectations import gx
from expectations.suite import Expectations, table_suite
from registry.profile import CORE_SET
from registry.rules import Category, Severity

visits = table_suite("visits")

FINDINGS = (
    "neck_flexor_weakness",
    "proximal_weakness",
    "distal_weakness",
    "dysphagia",
    "respiratory_involvement",
    "rash_dm_typical",
)


@visits.rule(
    "CMP-02",
    Severity.NOTE,
    Category.COMPLETENESS,
    on=" ".join(CORE_SET),
    source="NIEHS IMACS response criteria page",
    en="At many visits a core set measure is blank and no reason is given. Enter the measurement, "
    "or in the column ending in _absent why there is none.",
    de="Bei vielen Visiten fehlt ein Maß des Core Sets ohne Angabe eines Grundes. Bitte den "
    "Messwert eintragen oder in der Spalte mit der Endung _absent, warum es keinen gibt.",
)
def answer_every_core_set_measure() -> Expectations:
    """A reason is an answer: patients too weak to be tested are not patients who were forgotten."""
    return [
        gx.ExpectColumnValuesToNotBeNull(
            column=measure, row_condition=gx.Column(f"{measure}_absent").is_null(), mostly=0.9
        )
        for measure in CORE_SET
    ]


@visits.rule(
    "CMP-03",
    Severity.NOTE,
    Category.COMPLETENESS,
    on=" ".join(FINDINGS),
    source="own proposal",
    en="At most visits a clinical finding was not assessed. Record it as present or absent, even "
    "when it is absent; if your centre never looks for it, tell the registry.",
    de="Bei den meisten Visiten wurde ein klinischer Befund nicht erhoben. Bitte als vorhanden "
    "oder nicht vorhanden eintragen, auch wenn er fehlt; sucht Ihr Zentrum nie danach, sagen Sie "
    "es dem Register.",
)
def look_for_the_clinical_findings() -> Expectations:
    """A frequency of dysphagia means nothing where it was not looked for."""
    return [
        gx.ExpectColumnValuesToBeInSet(column=finding, value_set=["present", "absent"], mostly=0.5)
        for finding in FINDINGS
    ]
