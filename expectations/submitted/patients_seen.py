"""Patient by patient: is there a baseline, a first year, a recent contact, and both antibodies?

The frame has one row per patient, with yes, no, or blank where it cannot be asked.
"""

from typing import Any

import pandas as pd

from expectations import gx
from expectations.suite import Expectations, Given, Suite
from registry.profile import CORE_SET
from registry.rules import Category, Home, Severity

NOTE, COMPLETENESS = Severity.NOTE, Category.COMPLETENESS

LATELY_DAYS = 548  # 18 months
TWELVE_MONTHS = (320, 410)  # days after the baseline: a year ± 45 days
IMACS = "NIEHS IMACS response criteria page; Myo-Spain"


def seen(given: Given) -> pd.DataFrame:
    """One row per patient, in the columns that the tables sent can answer."""
    tables = given.tables
    patients = tables["patients"].dropna(subset=["patient_id"]).drop_duplicates("patient_id")
    people = patients.set_index("patient_id")
    parts = [_contact(people)]
    if "visits" in tables:
        parts.append(_visits(people, tables["visits"]))
    if "serology" in tables:
        parts.append(_antibodies(people, tables["serology"]))
    return pd.concat(parts, axis="columns").reset_index()


def _contact(people: pd.DataFrame) -> pd.DataFrame:
    """Of those alive: seen in the 18 months before the centre's latest contacts.

    The latest by their 95 % quantile: one wrong date would make everybody look forgotten.
    """
    last = people["last_contact_date"]
    latest: Any = last.quantile(0.95)
    lately = (latest - last).dt.days <= LATELY_DAYS
    asked = people["vital_status"].eq("alive") & last.notna()
    return pd.DataFrame({"seen_lately": lately.astype("boolean").where(asked)})


def _visits(people: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    dated = visits.dropna(subset=["patient_id", "visit_date"]).sort_values("visit_date")
    complete = dated[list(CORE_SET)].notna().all(axis="columns")
    first = dated[dated["visit_type"] == "baseline"].drop_duplicates("patient_id")
    day = first.set_index("patient_id")["visit_date"].reindex(people.index)
    at_first = complete.loc[first.index].set_axis(first["patient_id"]).astype("boolean")
    since = (dated["visit_date"] - day.reindex(dated["patient_id"]).set_axis(dated.index)).dt.days
    in_time = dated["patient_id"][complete & since.between(*TWELVE_MONTHS)]
    followed = (people["last_contact_date"] - day).dt.days > TWELVE_MONTHS[1]
    return pd.DataFrame(
        {
            "baseline_date": day,
            "has_baseline": day.notna(),
            "core_set_at_baseline": at_first.reindex(people.index),
            "core_set_at_12_months": _among(people.index, in_time).where(followed),
        }
    )


def _antibodies(people: pd.DataFrame, serology: pd.DataFrame) -> pd.DataFrame:
    """A result, not the reason why there is none."""
    results = serology[serology[["value", "interpretation"]].notna().any(axis="columns")]
    return pd.DataFrame(
        {
            f"{antibody}_tested": _among(
                people.index, results["patient_id"][results["antibody"] == antibody]
            )
            for antibody in ("hmgcr", "srp")
        }
    )


def _among(patients: pd.Index, chosen: pd.Series) -> pd.Series:
    return pd.Series(patients.isin(chosen), patients, dtype="boolean")


patients_seen = Suite("patients_seen", Home.WHOLE, "patients", seen, ("patients",))


def _true_of(column: str, mostly: float) -> Expectations:
    return [gx.ExpectColumnValuesToBeInSet(column=column, value_set=[True], mostly=mostly)]


@patients_seen.rule(
    "CMP-08",
    NOTE,
    COMPLETENESS,
    tables="patients visits",
    source=IMACS,
    en="Many patients have no baseline visit. Mark the visit at which treatment began as "
    "baseline, or send it if it is missing.",
    de="Viele Personen haben keine Baseline-Visite. Bitte die Visite bei Behandlungsbeginn als "
    "baseline kennzeichnen oder nachliefern, falls sie fehlt.",
)
def have_a_baseline_visit() -> Expectations:
    """Response is a change, and a change has a beginning."""
    return _true_of("has_baseline", 0.9)


@patients_seen.rule(
    "CMP-09",
    NOTE,
    COMPLETENESS,
    tables="patients visits",
    source=IMACS,
    en="At many baseline visits the core set is not complete. Enter the missing measures from the "
    "notes if they were taken; without them no response can be computed.",
    de="Bei vielen Baseline-Visiten ist das Core Set unvollständig. Bitte fehlende Maße aus der "
    "Akte nachtragen, falls sie erhoben wurden; ohne sie lässt sich kein Ansprechen berechnen.",
)
def have_the_whole_core_set_at_baseline() -> Expectations:
    """One measure missing at baseline costs the score of every later visit."""
    return _true_of("core_set_at_baseline", 0.85)


@patients_seen.rule(
    "CMP-10",
    NOTE,
    COMPLETENESS,
    on="vital_status last_contact_date",
    source="own proposal",
    en="Many patients are alive but were last seen over 18 months ago. Bring the last contact up "
    "to date, or set the status to lost_to_follow_up.",
    de="Viele Personen sind als lebend gemeldet, wurden aber zuletzt vor über 18 Monaten gesehen. "
    "Bitte den letzten Kontakt aktualisieren oder den Status auf lost_to_follow_up setzen.",
)
def were_seen_lately_if_alive() -> Expectations:
    """Who is not seen is not known to be alive, and survival is judged by those who are."""
    return _true_of("seen_lately", 0.95)


@patients_seen.rule(
    "CMP-11",
    NOTE,
    COMPLETENESS,
    tables="patients visits",
    source=IMACS,
    en="Many patients who were followed for more than a year have no complete core set around "
    "month 12. Send the visit nearest to one year after baseline with all its measures.",
    de="Viele Personen mit über einem Jahr Beobachtung haben um Monat 12 kein vollständiges Core "
    "Set. Bitte die Visite, die einem Jahr nach Baseline am nächsten liegt, mit allen Maßen "
    "senden.",
)
def have_the_whole_core_set_after_a_year() -> Expectations:
    """Twelve months is the time point at which registries are compared."""
    return _true_of("core_set_at_12_months", 0.7)


@patients_seen.rule(
    "CMP-12",
    NOTE,
    COMPLETENESS,
    tables="patients serology",
    source="224th ENMC workshop (doi:10.1016/j.nmd.2017.09.016)",
    en="Many patients have no result for anti-HMGCR or anti-SRP. Send both results; where one "
    "test is not available to you, ask the registry for a laboratory.",
    de="Bei vielen Personen fehlt ein Ergebnis für Anti-HMGCR oder Anti-SRP. Bitte beide "
    "Ergebnisse senden; ist ein Test bei Ihnen nicht verfügbar, fragen Sie das Register nach "
    "einem Labor.",
)
def were_tested_for_both_antibodies() -> Expectations:
    """A centre that tests for one antibody only finds one kind of patient only."""
    return [*_true_of("hmgcr_tested", 0.85), *_true_of("srp_tested", 0.85)]
