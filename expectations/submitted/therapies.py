"""Therapies: what an episode must tell to be counted in a line and in an outcome."""

from expectations import gx
from expectations.suite import Expectations, table_suite
from registry.rules import Category, Severity

therapies = table_suite("therapies")


@therapies.rule(
    "CMP-06",
    Severity.NOTE,
    Category.COMPLETENESS,
    on="intent line",
    source="own proposal",
    en="For many therapies the line or the intent is blank. Enter both; rituximab for another "
    "disease has the intent other_disease.",
    de="Bei vielen Therapien fehlt die Linie oder das Ziel der Behandlung. Bitte beides "
    "eintragen; Rituximab wegen einer anderen Krankheit hat das Ziel other_disease.",
)
def say_what_they_were_given_for() -> Expectations:
    """Maintenance opens no new line, rescue does: without the intent lines are guesswork."""
    return [
        gx.ExpectColumnValuesToNotBeNull(column=column, mostly=0.8) for column in ("intent", "line")
    ]


@therapies.rule(
    "CMP-07",
    Severity.NOTE,
    Category.COMPLETENESS,
    on="stop_reason",
    source="own proposal",
    en="Many therapies were stopped for another reason, and it is not said which. Use the reasons "
    "of the list where one fits; a course given as planned ends with planned_end.",
    de="Viele Therapien wurden aus anderem Grund beendet, ohne dass gesagt wird, aus welchem. "
    "Bitte die Gründe der Liste verwenden, wo einer passt; ein wie geplant gegebener Zyklus endet "
    "mit planned_end.",
)
def say_what_they_were_stopped_for() -> Expectations:
    """Stopped for remission and stopped for inefficacy are opposite outcomes; other is neither."""
    return [
        gx.ExpectColumnValuesToNotBeInSet(column="stop_reason", value_set=["other"], mostly=0.7)
    ]
