"""The core set of visits: complete, in agreement with itself and with CK, and not copied forward.

The CK of a visit is the one nearest to it, within 14 days.
"""

import numpy as np
import pandas as pd

from registry.laboratory import ck_near
from registry.limits import limit
from registry.outcomes.tis import MAXIMUM, RANGES, percent, score
from registry.outcomes.tis import MEASURES as TIS_MEASURES
from registry.rules import Category, Severity
from registry.tables import when
from schemas.submitted.visits import MEASURES, Visits, has_a_version

HOLD, QUERY, NOTE = Severity.HOLD, Severity.QUERY, Severity.NOTE
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY

RESPONSE_CRITERIA = (
    "ACR/EULAR 2016 response criteria (PMC5577002 T3; doi:10.1136/annrheumdis-2017-211400)"
)

ANSWERS = ["patient_global_vas", "haq_di"]  # the patient's own

# Baseline and the visits on which response is judged; a visit counts within 30 days of it.
DUE_DAYS, DUE_WINDOW = (0, 91, 183, 365), 30


# --- complete -----------------------------------------------------------------------------------


@Visits.rule(
    "CSM-12",
    NOTE,
    COMPLETENESS,
    on="visit_date patient_id",
    expected="baseline, 3, 6, 12 mo ± 30 d: x ≠ ∅ ∨ x_absent ≠ ∅",
    source="NIEHS IMACS response criteria page; Myo-Spain",
    en="A core set measure is missing without a reason at a visit on which response is judged. "
    "Fill it in, or give the reason in the column ending in _absent.",
    de="Bei einer Visite, an der das Ansprechen beurteilt wird, fehlt ein Maß des Kerndatensatzes "
    "ohne Grund. Bitte nachtragen oder den Grund in der Spalte mit der Endung _absent angeben.",
)
def has_the_core_set_when_response_is_judged(visits: pd.DataFrame) -> pd.Series:
    """The score needs all six measures at both ends: one gap at baseline costs all later scores."""
    baseline = visits.visit_date.where(visits.visit_type.eq("baseline"))
    first = baseline.groupby(visits.patient_id).transform("min")
    days = (visits.visit_date - first).dt.days
    off = pd.concat([(days - due).abs() for due in DUE_DAYS], axis="columns").min(axis="columns")
    said = [visits[m].notna() | visits[f"{m}_absent"].notna() for m in MEASURES]
    return when(off <= DUE_WINDOW, pd.concat(said, axis="columns").all(axis="columns"))


@Visits.rule(
    "LAB-16",
    NOTE,
    COMPLETENESS,
    on="visit_date patient_id",
    expected="∃ ck: |collected_date − visit_date| ≤ 14 d",
    source="NIEHS IMACS response criteria page",
    en="The visit has no CK within 14 days. Send the CK if it was measured.",
    de="Zur Visite gibt es keine CK innerhalb von 14 Tagen. Bitte die CK nachreichen, falls sie "
    "bestimmt wurde.",
)
def has_a_ck_within_two_weeks(visits: pd.DataFrame, labs: pd.DataFrame) -> pd.Series:
    """The enzyme is one of the six measures, and in IMNM it is the CK that is watched."""
    return ck_near(visits, "visit_date", labs).value.notna()


# --- in agreement -------------------------------------------------------------------------------


def _full_strength(visits: pd.DataFrame) -> pd.Series:
    return has_a_version(visits) & visits.mmt_score.eq(visits.mmt_max).fillna(False).astype(bool)


@Visits.rule(
    "CSM-09",
    NOTE,
    PLAUSIBILITY,
    on="physician_global_vas mmt_score mmt_max",
    expected="physician_global_vas = 0, ck > 10 × ULN ⇒ mmt_score ≥ 75 % × mmt_max",
    source="Tiniakou 2017 (kew470): 55 % at full strength with CK above 500 U/L",
    en="The physician sees no activity although the patient is weak and the CK above ten times "
    "normal. Check the three values.",
    de="Die ärztliche Gesamtbeurteilung sieht keine Aktivität, obwohl die Person schwach ist und "
    "die CK über dem Zehnfachen der Norm liegt. Bitte die drei Werte prüfen.",
)
def is_not_called_inactive_with_weakness_and_a_high_ck(
    visits: pd.DataFrame, labs: pd.DataFrame
) -> pd.Series:
    """A form may print zero when nobody rated. A high CK at full strength is legitimate."""
    times_uln = ck_near(visits, "visit_date", labs).times_uln
    high = times_uln > limit("CSM-09", "ck_times_uln", "note_above")
    strength = visits.mmt_score / visits.mmt_max.where(has_a_version(visits)).astype("float64")
    asked = visits.physician_global_vas.eq(0) & high & strength.notna()
    return when(asked, strength >= limit("CSM-09", "share_of_full_strength", "note_below"))


@Visits.rule(
    "CSM-10",
    NOTE,
    PLAUSIBILITY,
    on="haq_di mmt_score mmt_max",
    expected="ck ≤ ULN, mmt_score = mmt_max ⇒ haq_di < 2",
    source="own proposal",
    en="The patient is severely disabled at full strength and normal CK. Check the HAQ-DI and the "
    "MMT; damage or another disease may explain it.",
    de="Die Person ist bei voller Kraft und normaler CK schwer eingeschränkt. Bitte HAQ-DI und MMT "
    "prüfen; Schaden oder eine andere Erkrankung kann es erklären.",
)
def is_not_disabled_at_full_strength_and_normal_ck(
    visits: pd.DataFrame, labs: pd.DataFrame
) -> pd.Series:
    """Asked, not dropped: arthritis disables too, and so does a form filled in upside down."""
    normal = ck_near(visits, "visit_date", labs).times_uln <= 1
    able = visits.haq_di < limit("CSM-10", "haq_di", "note_above")
    return when(_full_strength(visits) & normal, able)


@Visits.rule(
    "CSM-11",
    NOTE,
    PLAUSIBILITY,
    on="ambulation mmt_score mmt_max",
    expected="mmt_score = mmt_max ⇒ ambulation = independent",
    source="own proposal",
    en="The patient has full strength but does not walk independently. Check both.",
    de="Die Person hat volle Kraft, geht aber nicht selbstständig. Bitte beides prüfen.",
)
def walks_independently_at_full_strength(visits: pd.DataFrame) -> pd.Series:
    """One of the two is often left over from the visit before."""
    return when(_full_strength(visits), visits.ambulation.eq("independent"))


@Visits.rule(
    "CSM-08",
    NOTE,
    PLAUSIBILITY,
    on="patient_global_vas haq_di patient_id visit_date",
    expected="¬(patient_global_vas = ₋₁ = ₋₂ ∧ haq_di = ₋₁ = ₋₂)",
    source="own proposal; CK varies by 23 % within a person (legehandboka)",
    en="Patient global and HAQ-DI are the same at three visits running while strength and CK "
    "change. Check whether they were copied forward.",
    de="Globalurteil der Person und HAQ-DI sind bei drei Visiten in Folge gleich, während Kraft "
    "und CK sich ändern. Bitte prüfen, ob sie fortgeschrieben wurden.",
)
def has_answers_that_were_not_copied_forward(visits: pd.DataFrame, labs: pd.DataFrame) -> pd.Series:
    """Nobody hits the same millimetre three times; zero and zero is how remission looks."""
    seen = visits.assign(ck=ck_near(visits, "visit_date", labs).value)
    seen = seen.sort_values(["patient_id", "visit_date"], kind="stable")
    columns = [*ANSWERS, "mmt_score", "ck"]
    of_patient = seen.groupby("patient_id")[columns]
    three = np.stack([seen[columns], of_patient.shift(1), of_patient.shift(2)])
    low = pd.DataFrame(three.min(axis=0), seen.index, columns)  # blank where one of the three is
    high = pd.DataFrame(three.max(axis=0), seen.index, columns)
    same = (low[ANSWERS].eq(high[ANSWERS]) & low[ANSWERS].gt(0)).all(axis="columns")
    ck_moved = high.ck > low.ck * limit("CSM-08", "ck_ratio", "note_above")
    moved = (low.mmt_score < high.mmt_score) & ck_moved
    return when(low.notna().all(axis="columns"), ~(same & moved)).reindex(visits.index)


# --- the score a centre computed ----------------------------------------------------------------


@Visits.rule(
    "TIS-02",
    HOLD,
    CONFORMANCE,
    on="tis_reported",
    expected="tis_reported = k × 2.5",
    source=RESPONSE_CRITERIA,
    en="The Total Improvement Score is not a multiple of 2.5, which every score is. Recompute it, "
    "or leave it empty.",
    de="Der Total Improvement Score ist kein Vielfaches von 2,5, wie es jeder ist. Bitte neu "
    "berechnen oder leer lassen.",
)
def has_a_tis_that_its_table_can_give(visits: pd.DataFrame) -> pd.Series:
    """Every measure scores a multiple of 2.5, and so does their sum."""
    return visits.tis_reported % 2.5 == 0


@Visits.rule(
    "TIS-03",
    HOLD,
    CONFORMANCE,
    on="tis_reported patient_id visit_date",
    expected="tis_reported ≤ max(attainable from an earlier visit)",
    source=RESPONSE_CRITERIA,
    en="The Total Improvement Score is higher than any earlier visit of the patient leaves room "
    "for. Check the measures of the baseline and recompute the score, or leave it empty.",
    de="Der Total Improvement Score ist höher, als irgendeine frühere Visite der Person es "
    "zulässt. Bitte die Maße der Ausgangsvisite prüfen und neu berechnen oder den Wert leer "
    "lassen.",
)
def has_a_tis_within_reach_of_its_baseline(visits: pd.DataFrame) -> pd.Series:
    """Improvement cannot exceed the baseline: from a physician global of 3 cm at most 17.5 points.

    Whichever visit the centre took as baseline; what is not known of it counts as fully attainable.
    """
    seen = visits.assign(attainable=_attainable(visits))
    seen = seen.sort_values(["patient_id", "visit_date"], kind="stable")
    so_far = seen.groupby("patient_id")["attainable"].cummax()
    ceiling = so_far.groupby(seen.patient_id).shift(1).reindex(visits.index)
    possible = ceiling.notna() & (visits.tis_reported % 2.5 == 0)
    return when(possible, visits.tis_reported <= ceiling)


def _attainable(visits: pd.DataFrame) -> pd.Series:
    """The TIS if every measure got as well as it can; the enzyme, and what is blank, in full."""
    measured = {m: visits[TIS_MEASURES[m]].to_numpy(np.float64) for m in RANGES}
    room = {m: percent(values, RANGES[m]) for m, values in measured.items()}
    best = visits.mmt_max.where(has_a_version(visits)).to_numpy(np.float64, na_value=np.nan)
    room["mmt"] = percent(best - visits.mmt_score.to_numpy(np.float64), best)
    lost = [score(m, np.full(1, MAXIMUM)) - score(m, share) for m, share in room.items()]
    return pd.Series(MAXIMUM - np.nansum(lost, axis=0), index=visits.index)
