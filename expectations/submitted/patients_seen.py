"""Patient by patient: is there a baseline, a first year, and an answer on both antibodies?

The frame has one row per patient, with yes, no, or blank where it cannot be asked.
"""

import pandas as pd

from expectations import gx
from expectations.suite import Expectations, Given, Suite
from registry.profile import CORE_SET
from registry.rules import Category, Home, Severity

NOTE, COMPLETENESS = Severity.NOTE, Category.COMPLETENESS

NEAR_VISIT_DAYS = 14  # IMACS: the enzyme of a visit is measured within two weeks of it
TWELVE_MONTHS = (320, 410)  # days after the baseline: a year ± 45 days
IMACS = "NIEHS IMACS response criteria page; Myo-Spain"


def seen(given: Given) -> pd.DataFrame:
    """One row per patient, in the columns that the tables sent can answer."""
    tables = given.tables
    patients = tables["patients"].dropna(subset=["patient_id"]).drop_duplicates("patient_id")
    people = patients.set_index("patient_id")
    parts = []
    if "visits" in tables:
        parts.append(_visits(people, tables["visits"]))
        if "labs" in tables:
            parts.append(_ck(parts[0]["baseline_date"], tables["labs"]))
    if "serology" in tables:
        parts.append(_antibodies(people, tables["serology"]))
    return pd.concat([people[[]], *parts], axis="columns").reset_index()


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


def _ck(baseline: pd.Series, labs: pd.DataFrame) -> pd.DataFrame:
    ck = labs[(labs["analyte"] == "ck") & labs["value"].notna()].dropna(subset=["patient_id"])
    days = ck["collected_date"] - baseline.reindex(ck["patient_id"]).set_axis(ck.index)
    near = ck["patient_id"][days.dt.days.abs() <= NEAR_VISIT_DAYS]
    found = _among(baseline.index, near).where(baseline.notna())
    return found.to_frame("ck_at_baseline")


def _antibodies(people: pd.DataFrame, serology: pd.DataFrame) -> pd.DataFrame:
    """A result is an answer, and so is the reason why there is none."""
    answers = serology[["value", "interpretation", "interpretation_absent"]]
    told = serology[answers.notna().any(axis="columns")]
    return pd.DataFrame(
        {
            f"{antibody}_answered": _among(
                people.index, told["patient_id"][told["antibody"] == antibody]
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
    tables="patients visits labs",
    source=IMACS,
    en="For many patients there is no CK within two weeks of the baseline visit. Send the result "
    "that was taken when treatment began.",
    de="Bei vielen Personen gibt es keinen CK-Wert innerhalb von zwei Wochen um die "
    "Baseline-Visite. Bitte das Ergebnis vom Behandlungsbeginn mitsenden.",
)
def have_a_ck_at_baseline() -> Expectations:
    """The muscle enzyme is one of the six measures, and CK the one that nearly everyone has."""
    return _true_of("ck_at_baseline", 0.85)


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
    en="For many patients there is no answer on anti-HMGCR or anti-SRP. Send both results, or a "
    "row that says why the test was not done.",
    de="Bei vielen Personen fehlt eine Angabe zu Anti-HMGCR oder Anti-SRP. Bitte beide Befunde "
    "senden oder eine Zeile mit dem Grund, warum nicht getestet wurde.",
)
def were_tested_for_both_antibodies_or_say_why_not() -> Expectations:
    """Seronegative is a diagnosis only when both were looked for."""
    return [*_true_of("hmgcr_answered", 0.9), *_true_of("srp_answered", 0.9)]
