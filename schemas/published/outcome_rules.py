"""What published outcomes must agree with: themselves, and the rows they were derived from.

The gate does not derive them again. It asks what any analyst could ask with the release in hand.
"""

import pandas as pd

from registry.codelists import table
from registry.rules import Category, Severity
from registry.tables import look_up, when
from schemas.published.treatment_outcomes import TreatmentOutcomes
from schemas.published.visit_outcomes import VisitOutcomes

REFUSE = Severity.REFUSE
CONFORMANCE, PLAUSIBILITY = Category.CONFORMANCE, Category.PLAUSIBILITY

TIS = "2016 ACR/EULAR response criteria, doi:10.1136/annrheumdis-2017-211400"
DEFINITION = "registry: definitions of the outcomes, version 1"

MEASURES = [
    *("tis_physician_global", "tis_patient_global", "tis_mmt"),
    *("tis_haq_di", "tis_muscle_enzyme", "tis_extramuscular"),
]
RESPONSES = ("minimal", "moderate", "major")
CK_WINDOW_DAYS = 14


# --- Total Improvement Score ------------------------------------------------------------------


@VisitOutcomes.rule(
    "PUB-20",
    REFUSE,
    CONFORMANCE,
    on="tis",
    expected="0, 2.5, 5 … 100",
    source=TIS,
    en="A published TIS is no multiple of 2.5 from 0 to 100. Mend the scores of the measures.",
    de="Ein veröffentlichter TIS ist kein Vielfaches von 2,5 zwischen 0 und 100. Bitte die "
    "Punktwerte der Maße berichtigen.",
)
def has_a_score_that_can_be_reached(visit_outcomes: pd.DataFrame) -> pd.Series:
    """All sums of the score table, and only those, are multiples of 2.5."""
    return visit_outcomes.tis.between(0, 100) & (visit_outcomes.tis % 2.5).eq(0)


@VisitOutcomes.rule(
    "PUB-21",
    REFUSE,
    CONFORMANCE,
    on="tis_attainable",
    expected="tis, tis_partial ≤ tis_attainable",
    source=TIS,
    en="A published TIS is higher than its baseline allows. Mend which baseline it is compared "
    "with.",
    de="Ein veröffentlichter TIS ist höher, als seine Ausgangswerte zulassen. Bitte berichtigen, "
    "mit welchem Ausgangswert verglichen wird.",
)
def improves_no_more_than_its_baseline_allows(visit_outcomes: pd.DataFrame) -> pd.Series:
    """Nobody improves by more than there was to lose."""
    score = visit_outcomes.tis.fillna(visit_outcomes.tis_partial)
    return when(score.notna(), score <= visit_outcomes.tis_attainable)


@VisitOutcomes.rule(
    "PUB-22",
    REFUSE,
    CONFORMANCE,
    on="tis",
    expected="tis = sum of six scores",
    source=TIS,
    en="A published TIS is not the sum of its six published scores. Mend the sum, or the row its "
    "parts are taken from.",
    de="Ein veröffentlichter TIS ist nicht die Summe seiner sechs veröffentlichten Punktwerte. "
    "Bitte die Summe oder die Herkunft der Teile berichtigen.",
)
def is_the_sum_of_its_six_measures(visit_outcomes: pd.DataFrame) -> pd.Series:
    """A reader must be able to add it up; five measures are no TIS."""
    total = visit_outcomes[MEASURES].sum(axis="columns", min_count=len(MEASURES))
    return total.eq(visit_outcomes.tis) & visit_outcomes.n_measures.eq(len(MEASURES))


@VisitOutcomes.rule(
    "PUB-23",
    REFUSE,
    CONFORMANCE,
    on="tis_category tis response_group",
    expected="adult 20 40 60, juvenile 30 45 70",
    source=TIS,
    en="A published category does not follow from the TIS and the response group. Mend the "
    "thresholds or the group.",
    de="Eine veröffentlichte Kategorie folgt nicht aus TIS und Altersgruppe. Bitte Schwellen oder "
    "Gruppe berichtigen.",
)
def has_the_category_of_its_score(visit_outcomes: pd.DataFrame) -> pd.Series:
    """Children need more points for the same response."""
    thresholds = table("tis_thresholds").set_index("group")
    reached = pd.Series("none", index=visit_outcomes.index, dtype="str")
    for response in RESPONSES:
        lowest = visit_outcomes.response_group.map(thresholds[response])
        reached = reached.mask(visit_outcomes.tis >= lowest, response)
    return visit_outcomes.tis_category.eq(reached)


@VisitOutcomes.rule(
    "PUB-24",
    REFUSE,
    CONFORMANCE,
    on="patient_id",
    expected="tis xor tis_reason; tis_partial only without tis",
    source=DEFINITION,
    en="A published row has neither a TIS nor a reason why not, or both, or a TIS beside a "
    "partial one. Mend the reasons.",
    de="Eine veröffentlichte Zeile hat weder TIS noch Grund für sein Fehlen, oder beides, oder "
    "einen TIS neben einem unvollständigen. Bitte die Gründe berichtigen.",
)
def has_a_score_or_says_why_not(visit_outcomes: pd.DataFrame) -> pd.Series:
    """A blank without a reason is read as "no response", and a partial score as a full one."""
    scored = visit_outcomes.tis.notna()
    explained = scored != visit_outcomes.tis_reason.notna()
    return explained & ~(scored & visit_outcomes.tis_partial.notna())


# --- the rows they were derived from ----------------------------------------------------------


@VisitOutcomes.rule(
    "PUB-25",
    REFUSE,
    CONFORMANCE,
    on="visit_id patient_id visit_day",
    expected="patient_id, visit_day of visits",
    source=DEFINITION,
    en="A published outcome has another patient or day than its visit. Derive the outcomes again "
    "from the tables that are published.",
    de="Ein veröffentlichtes Ergebnis hat eine andere Person oder einen anderen Tag als seine "
    "Visite. Bitte die Ergebnisse aus den veröffentlichten Tabellen neu ableiten.",
)
def is_of_its_visit(visit_outcomes: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Both tables must count from the same index day and stem from the same submissions."""
    same = [
        visit_outcomes[name].eq(look_up(visit_outcomes.visit_id, visits, name, key="visit_id"))
        for name in ("patient_id", "visit_day")
    ]
    return same[0] & same[1].fillna(False)


@VisitOutcomes.rule(
    "PUB-26",
    REFUSE,
    CONFORMANCE,
    on="patient_id line",
    expected="a row of treatment_outcomes",
    source=DEFINITION,
    en="A published outcome belongs to a line of therapy that is not published. Derive both "
    "outcome tables from the same tables.",
    de="Ein veröffentlichtes Ergebnis gehört zu einer Therapielinie, die nicht veröffentlicht "
    "ist. Bitte beide Ergebnistabellen aus denselben Tabellen ableiten.",
)
def belongs_to_a_published_line(
    visit_outcomes: pd.DataFrame, treatment_outcomes: pd.DataFrame
) -> pd.Series:
    """A response without its therapy says nothing about any therapy."""
    key = ["patient_id", "line"]
    lines = pd.MultiIndex.from_frame(treatment_outcomes[key])
    there = pd.MultiIndex.from_frame(visit_outcomes[key]).isin(lines)
    return pd.Series(there, index=visit_outcomes.index)


@VisitOutcomes.rule(
    "PUB-27",
    REFUSE,
    CONFORMANCE,
    on="ck_times_uln patient_id visit_day",
    expected="value / upper_limit_normal of a CK within 14 days",
    source=DEFINITION,
    en="A published CK × ULN is that of no published CK within 14 days of the visit. Derive the "
    "outcomes again from the tables that are published.",
    de="Ein veröffentlichtes CK × ULN gehört zu keiner veröffentlichten CK innerhalb von 14 Tagen "
    "um die Visite. Bitte die Ergebnisse aus den veröffentlichten Tabellen neu ableiten.",
)
def has_a_ck_that_is_among_the_labs(visit_outcomes: pd.DataFrame, labs: pd.DataFrame) -> pd.Series:
    """A factor lost or used twice on the way is off by 60, and shows here."""
    exact = labs.value_comparator.isna() | labs.value_comparator.eq("=")
    ck = labs[labs.analyte.eq("ck") & exact & labs.upper_limit_normal.gt(0)]
    ck = ck[["patient_id", "collected_day"]].assign(times_uln=ck.value / ck.upper_limit_normal)
    wanted = visit_outcomes[["patient_id", "visit_day", "ck_times_uln"]].reset_index(names="row")
    pairs = wanted.dropna().merge(ck.dropna(), on="patient_id")
    near = (pairs.visit_day - pairs.collected_day).abs() <= CK_WINDOW_DAYS
    found = pairs.row[near & (pairs.times_uln - pairs.ck_times_uln).abs().le(1e-8)]
    return pd.Series(visit_outcomes.index.isin(found), index=visit_outcomes.index)


# --- per line of therapy ----------------------------------------------------------------------


@TreatmentOutcomes.rule(
    "PUB-30",
    REFUSE,
    PLAUSIBILITY,
    on="start_day",
    expected="days_to_start = start_day ≤ stop_day",
    source=DEFINITION,
    en="A published line of therapy stops before it starts, or does not start on days_to_start. "
    "Mend how days are counted from the index day.",
    de="Eine veröffentlichte Therapielinie endet vor ihrem Beginn oder beginnt nicht an "
    "days_to_start. Bitte die Zählung der Tage ab dem Indextag berichtigen.",
)
def runs_forward_from_its_start(treatment_outcomes: pd.DataFrame) -> pd.Series:
    """All days of a patient are counted from one index day."""
    ends = treatment_outcomes.stop_day.ge(treatment_outcomes.start_day).fillna(True)
    return ends & treatment_outcomes.days_to_start.eq(treatment_outcomes.start_day)


@TreatmentOutcomes.rule(
    "PUB-31",
    REFUSE,
    CONFORMANCE,
    on="patient_id",
    expected="days_to_minimal ≤ days_to_moderate ≤ days_to_major",
    source=TIS,
    en="A published line reaches a better response before, or without, a lesser one. Mend the "
    "days of response.",
    de="Eine veröffentlichte Linie erreicht ein besseres Ansprechen vor oder ohne ein geringeres. "
    "Bitte die Tage des Ansprechens berichtigen.",
)
def reaches_every_lesser_response_no_later(treatment_outcomes: pd.DataFrame) -> pd.Series:
    """A major response is a moderate one, and that a minimal one."""
    days = treatment_outcomes[[f"days_to_{response}" for response in RESPONSES]].astype("Float64")
    minimal, moderate, major = (days[name].fillna(float("inf")) for name in days)
    return (minimal <= moderate) & (moderate <= major)


@TreatmentOutcomes.rule(
    "PUB-32",
    REFUSE,
    CONFORMANCE,
    on="patient_id line",
    expected="tis_best = highest tis of the line's visits",
    source=DEFINITION,
    en="A published best TIS is not the highest of the line's visits. Derive both outcome tables "
    "from the same tables.",
    de="Ein veröffentlichter bester TIS ist nicht der höchste der Visiten dieser Linie. Bitte "
    "beide Ergebnistabellen aus denselben Tabellen ableiten.",
)
def has_the_best_score_of_its_visits(
    treatment_outcomes: pd.DataFrame, visit_outcomes: pd.DataFrame
) -> pd.Series:
    """The two tables are read together: they must tell the same story."""
    key = ["patient_id", "line"]
    best = visit_outcomes.groupby(key)["tis"].max()
    found = best.reindex(pd.MultiIndex.from_frame(treatment_outcomes[key]))
    found = found.set_axis(treatment_outcomes.index)
    return treatment_outcomes.tis_best.eq(found) | (
        treatment_outcomes.tis_best.isna() & found.isna()
    )
