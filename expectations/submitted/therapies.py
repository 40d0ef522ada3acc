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
    on="stop_reason stop_date",
    source="own proposal",
    en="For many therapies that have ended no reason is given. Enter why each was stopped; "
    "planned_end and other are reasons too.",
    de="Bei vielen beendeten Therapien fehlt der Grund. Bitte eintragen, warum sie jeweils "
    "beendet wurden; auch planned_end und other sind Gründe.",
)
def say_why_they_were_stopped() -> Expectations:
    """Stopped for remission and stopped for inefficacy are opposite outcomes."""
    ended = gx.Column("stop_date").is_not_null()
    return [
        gx.ExpectColumnValuesToNotBeNull(column="stop_reason", row_condition=ended, mostly=0.8)
    ]
