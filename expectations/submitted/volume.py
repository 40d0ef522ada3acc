"""Volume: every submission is the complete state, so nothing sent before may be missing now.

Tolerances stand in `codelists/regression_tolerances.csv`.
"""

from collections.abc import Iterator

import pandas as pd

from expectations.suite import Expectations, Given, Tables, statistics_suite, tolerated
from registry.profile import Row, among, row, said, share, statistics_of
from registry.rules import Category, Severity

COMPLETENESS = Category.COMPLETENESS

# The tables whose rows are followed by key; of visits the number is (VOL-03).
KEYS = {
    "labs": "lab_id",
    "serology": "serology_id",
    "therapies": "therapy_id",
    "exposures": "exposure_id",
    "biopsies": "biopsy_id",
    "malignancies": "malignancy_id",
    "organ_findings": "finding_id",
    "events": "event_id",
}


def statistics(given: Given) -> pd.DataFrame:
    """What is left of the delivery before this one."""
    now, before = given.tables, given.previous or {}
    if not {"patients"} <= set(now) & set(before):
        return statistics_of([])
    sent, known = now["patients"]["patient_id"], before["patients"]["patient_id"].dropna()
    both = known[among(known, sent)].drop_duplicates()
    return statistics_of(
        [
            share(("patients", "patient_id"), "patients_kept", among(known, sent)),
            *_rows_kept(now, before, both),
            *_visits(now, before, both),
        ]
    )


def _rows_kept(now: Tables, before: Tables, both: pd.Series) -> Iterator[Row]:
    for name in [name for name in KEYS if name in now and name in before]:
        rows = before[name]
        keys = rows[KEYS[name]][among(rows["patient_id"], both)].dropna()
        yield share((name, KEYS[name]), "rows_kept", among(keys, now[name][KEYS[name]]))


def _visits(now: Tables, before: Tables, both: pd.Series) -> Iterator[Row]:
    """Visits of the patients in both, now over before: new patients had no time for many."""
    if {"visits"} <= set(now) & set(before):
        after, then = (
            int(among(side["visits"]["patient_id"], both).sum()) for side in (now, before)
        )
        if then:
            ratio, place = after / then, ("visits", "visit_id")
            words = f"{then} → {after} ({said(ratio, '×')})"
            yield row(place, "visits_kept", ratio, then, unit="×", shown=words)


volume = statistics_suite("volume", statistics, against_previous=True)


@volume.rule(
    "VOL-01",
    Severity.REFUSE,
    COMPLETENESS,
    about="patients",
    on="patient_id",
    source="own proposal",
    en="More than one in ten patients of your last submission is missing from this one. Send the "
    "complete state, with the same pseudonyms; if so many really left, confirm it to the registry.",
    de="Mehr als eine von zehn Personen Ihrer letzten Lieferung fehlt in dieser. Bitte den "
    "vollständigen Stand mit denselben Pseudonymen senden; sind wirklich so viele ausgeschieden, "
    "bestätigen Sie es dem Register.",
)
def keep_the_patients_sent_before() -> Expectations:
    """An export cut short, or new pseudonyms, would erase patients from the next release."""
    return tolerated("VOL-01")


@volume.rule(
    "VOL-02",
    Severity.QUERY,
    COMPLETENESS,
    about="every table",
    tables="patients",
    source="own proposal",
    en="Rows of your last submission are missing from a table although their patients are still "
    "sent. Send them again under the same keys, or tell the registry why they were deleted.",
    de="Zeilen Ihrer letzten Lieferung fehlen in einer Tabelle, obwohl ihre Personen noch "
    "gesendet werden. Bitte mit denselben Schlüsseln erneut senden oder dem Register sagen, warum "
    "sie gelöscht wurden.",
)
def keep_the_rows_sent_before() -> Expectations:
    """A query can only be followed while its row keeps its key."""
    return tolerated("VOL-02")


@volume.rule(
    "VOL-03",
    Severity.QUERY,
    COMPLETENESS,
    about="visits",
    on="visit_id",
    tables="visits patients",
    source="own proposal",
    en="The patients you sent before have fewer visits than in your last submission. Send all "
    "visits since baseline, not only recent ones.",
    de="Die schon früher gesendeten Personen haben weniger Visiten als in Ihrer letzten "
    "Lieferung. Bitte alle Visiten seit Baseline senden, nicht nur die neueren.",
)
def keep_the_visits_of_the_patients_sent_before() -> Expectations:
    """A patient's past cannot shrink; an export of one year's visits makes baselines disappear."""
    return tolerated("VOL-03")
