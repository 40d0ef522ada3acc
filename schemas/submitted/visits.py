"""Visits: one row per visit, with the IMACS core set.

Whether the core set agrees with itself, with CK and with the visits before stands in `core_set.py`.
"""

from functools import cache, reduce
from operator import or_

import pandas as pd

from registry.codelists import codelist
from registry.rules import Category, Severity
from registry.tables import when
from schemas.engine import Date, Number, Table, Text, Whole, YesNo, column

HOLD, QUERY, NOTE = Severity.HOLD, Severity.QUERY, Severity.NOTE
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY

IMACS_MMT = "IMACS Form 04 (MMT)"

# The core set but for its enzyme, which comes from labs.
MEASURES = (
    "physician_global_vas",
    "patient_global_vas",
    "mmt_score",
    "haq_di",
    "extramuscular_vas",
)
VISUAL_SCALES = [measure for measure in MEASURES if measure.endswith("_vas")]


class Visits(Table):
    """One row per visit: body, core set, findings, and what the centre itself concluded.

    The muscle enzyme of the core set comes from labs, within 14 days of the visit. Physician
    global, strength and extramuscular activity are the examiner's; patient global and HAQ-DI the
    patient's, or a parent's for a child.
    """

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    visit_id: Text = column(
        "The centre's own key of the visit, stable between submissions.",
        "Eigener Schlüssel der Visite, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    visit_date: Date = column("Day of the visit.", "Tag der Visite.", required=True)
    visit_type: Text = column(
        "Why the visit took place.", "Anlass der Visite.", codes="visit_types"
    )
    weight_kg: Number = column("Body weight.", "Körpergewicht.", unit="kg", at_least=1, at_most=650)
    height_cm: Number = column("Body height.", "Körpergröße.", unit="cm", at_least=30, at_most=275)
    physician_global_vas: Number = column(
        "Physician global activity on a 10-cm visual analogue scale; high is worse.",
        "Krankheitsaktivität im ärztlichen Urteil auf einer visuellen Analogskala von 10 cm; hoch "
        "ist schlecht.",
        unit="cm",
        at_least=0,
        at_most=10,
    )
    physician_global_vas_absent: Text = column(
        "Why physician_global_vas is blank.",
        "Warum physician_global_vas leer ist.",
        codes="absent_reasons",
    )
    patient_global_vas: Number = column(
        "Patient global activity on a 10-cm visual analogue scale; a parent's for a child.",
        "Krankheitsaktivität im Urteil der Person auf einer visuellen Analogskala von 10 cm; bei "
        "Kindern im Urteil eines Elternteils.",
        unit="cm",
        at_least=0,
        at_most=10,
    )
    patient_global_vas_absent: Text = column(
        "Why patient_global_vas is blank.",
        "Warum patient_global_vas leer ist.",
        codes="absent_reasons",
    )
    mmt_score: Number = column(
        "Manual muscle testing: sum over all groups tested, out of mmt_max; high is better.",
        "Manueller Muskeltest: Summe über alle geprüften Gruppen, von mmt_max; hoch ist gut.",
        at_least=0,
        at_most=260,
    )
    mmt_score_absent: Text = column(
        "Why mmt_score is blank.", "Warum mmt_score leer ist.", codes="absent_reasons"
    )
    mmt_max: Whole = column(
        "Highest score of the version used: 80 MMT8 one side, 150 MMT8 both sides, 260 MMT24.",
        "Höchstwert der verwendeten Fassung: 80 MMT8 einseitig, 150 MMT8 beidseitig, 260 MMT24.",
    )
    haq_di: Number = column(
        "Health Assessment Questionnaire, disability index; CHAQ for a child; high is worse.",
        "Health Assessment Questionnaire, Behinderungsindex; bei Kindern CHAQ; hoch ist schlecht.",
        at_least=0,
        at_most=3,
    )
    haq_di_absent: Text = column(
        "Why haq_di is blank.", "Warum haq_di leer ist.", codes="absent_reasons"
    )
    extramuscular_vas: Number = column(
        "Global extramuscular activity of the past four weeks on a 10-cm visual analogue scale.",
        "Extramuskuläre Gesamtaktivität der letzten vier Wochen auf einer visuellen Analogskala "
        "von 10 cm.",
        unit="cm",
        at_least=0,
        at_most=10,
    )
    extramuscular_vas_absent: Text = column(
        "Why extramuscular_vas is blank.",
        "Warum extramuscular_vas leer ist.",
        codes="absent_reasons",
    )
    neck_flexor_weakness: Text = column(
        "Weakness of the neck flexors.", "Schwäche der Nackenbeuger.", codes="three_state"
    )
    proximal_weakness: Text = column(
        "Proximal weakness; it need not be symmetric.",
        "Proximale Schwäche; sie muss nicht symmetrisch sein.",
        codes="three_state",
    )
    distal_weakness: Text = column("Distal weakness.", "Distale Schwäche.", codes="three_state")
    dysphagia: Text = column("Difficulty swallowing.", "Schluckstörung.", codes="three_state")
    respiratory_involvement: Text = column(
        "Respiratory involvement: weak respiratory muscles or interstitial lung disease.",
        "Beteiligung der Atmung: schwache Atemmuskeln oder interstitielle Lungenerkrankung.",
        codes="three_state",
    )
    rash_dm_typical: Text = column(
        "Rash typical of dermatomyositis (heliotrope, Gottron).",
        "Für Dermatomyositis typischer Ausschlag (heliotrop, Gottron).",
        codes="three_state",
    )
    ambulation: Text = column("How the patient walks.", "Gehfähigkeit.", codes="ambulation")
    flare_reported: YesNo = column(
        "Whether the centre calls this visit a flare.",
        "Ob das Zentrum diese Visite als Schub wertet.",
    )
    remission_reported: YesNo = column(
        "Whether the centre calls this visit a remission.",
        "Ob das Zentrum diese Visite als Remission wertet.",
    )
    tis_reported: Number = column(
        "Total Improvement Score (ACR/EULAR 2016) as the centre computed it, where it does.",
        "Total Improvement Score (ACR/EULAR 2016), wie das Zentrum ihn berechnet hat, falls es das "
        "tut.",
        at_least=0,
        at_most=100,
    )


# --- strength -----------------------------------------------------------------------------------


@cache
def mmt_maxima() -> list[int]:
    """Highest scores of the versions of the MMT, ascending."""
    return sorted(int(code) for code in codelist("mmt_versions").codes)


def has_a_version(visits: pd.DataFrame) -> pd.Series:
    """Whether mmt_max is that of a version (never blank)."""
    return visits.mmt_max.isin(mmt_maxima()).fillna(False).astype(bool)


@Visits.rule(
    "CSM-14",
    HOLD,
    CONFORMANCE,
    on="mmt_max",
    expected="80 | 150 | 260",
    source=IMACS_MMT,
    en="The maximum of the MMT is that of no version. Give 80, 150 or 260.",
    de="Der Höchstwert des MMT gehört zu keiner Fassung. Bitte 80, 150 oder 260 angeben.",
)
def has_the_maximum_of_a_version_of_the_mmt(visits: pd.DataFrame) -> pd.Series:
    """The change of strength is taken of the maximum: a wrong one scales every response."""
    return has_a_version(visits)


@Visits.rule(
    "CSM-01",
    HOLD,
    PLAUSIBILITY,
    on="mmt_score mmt_max",
    expected="mmt_score ≤ mmt_max",
    source=f"{IMACS_MMT}; ProDERM",
    en="The MMT is above the maximum of its version. Correct the score, or the version: 80 is one "
    "side, 150 both sides.",
    de="Der MMT liegt über dem Höchstwert seiner Fassung. Bitte den Wert oder die Fassung "
    "berichtigen: 80 ist einseitig, 150 beidseitig.",
)
def is_no_stronger_than_its_mmt_allows(visits: pd.DataFrame) -> pd.Series:
    """84 of 80 is nobody's strength; it is another version's score or a slip of the finger."""
    return when(has_a_version(visits), visits.mmt_score <= visits.mmt_max)


@Visits.rule(
    "CSM-02",
    HOLD,
    COMPLETENESS,
    on="mmt_score",
    shows="mmt_max mmt_score",
    expected="mmt_score ≠ ∅ ⇒ mmt_max ≠ ∅",
    source=f"{IMACS_MMT}; NIEHS IMACS response criteria page",
    en="The MMT has no maximum, so nobody knows which version it is. Give mmt_max: 80 for one "
    "side, 150 for both, 260 for MMT24.",
    de="Der MMT hat keinen Höchstwert, so dass die Fassung unbekannt ist. Bitte mmt_max angeben: "
    "80 einseitig, 150 beidseitig, 260 für MMT24.",
)
def says_the_version_of_its_mmt(visits: pd.DataFrame) -> pd.Series:
    """70 of 80 is mild weakness, 70 of 150 severe; a change halves silently."""
    return visits.mmt_max.notna()


@Visits.rule(
    "CSM-03",
    QUERY,
    PLAUSIBILITY,
    on="mmt_score mmt_max proximal_weakness",
    expected="proximal_weakness = absent, mmt_max > 80 ⇒ mmt_score > 80",
    source="ProDERM (MMT8 below 142 of 150 as entry criterion)",
    en="The MMT is of the one-sided size although there is no proximal weakness and the version is "
    "a larger one. Check which version was used.",
    de="Der MMT hat die Größe der einseitigen Fassung, obwohl keine proximale Schwäche besteht und "
    "die Fassung eine größere ist. Bitte prüfen, welche Fassung verwendet wurde.",
)
def has_a_score_of_its_version_of_the_mmt(visits: pd.DataFrame) -> pd.Series:
    """54 rising to 70 scores the same in both versions, so no recomputed response reveals it."""
    return when(has_a_version(visits) & visits.mmt_max.gt(mmt_maxima()[0]), ~_mistaken(visits))


def _mistaken(visits: pd.DataFrame) -> pd.Series:
    """Half of full strength or less, and yet no weakness: a score out of 80 under another name."""
    small = (visits.mmt_score <= mmt_maxima()[0]) & visits.mmt_max.gt(mmt_maxima()[0])
    return small.fillna(False).astype(bool) & visits.proximal_weakness.eq("absent")


@Visits.rule(
    "CSM-15",
    NOTE,
    CONFORMANCE,
    on="mmt_max patient_id visit_date",
    expected="mmt_max = mmt_max₀",
    source=f"{IMACS_MMT}; NIEHS IMACS response criteria page",
    en="The MMT is of another version than at the patient's first visit. Use one version "
    "throughout; between versions no response is scored.",
    de="Der MMT hat eine andere Fassung als bei der ersten Visite der Person. Bitte durchgehend "
    "dieselbe Fassung verwenden; zwischen Fassungen wird kein Ansprechen berechnet.",
)
def has_the_version_of_the_mmt_of_the_first_visit(visits: pd.DataFrame) -> pd.Series:
    """A change is a change of one scale. A mistaken version is CSM-03's business."""
    asked = visits[has_a_version(visits) & ~_mistaken(visits)]
    first = asked.sort_values("visit_date", kind="stable").groupby("patient_id")["mmt_max"]
    return asked.mmt_max.eq(first.transform("first")).reindex(visits.index)


# --- the other measures -------------------------------------------------------------------------


@Visits.rule(
    "CSM-05",
    NOTE,
    CONFORMANCE,
    on="visit_id",
    shows="physician_global_vas patient_global_vas extramuscular_vas",
    expected="physician_global_vas, patient_global_vas, extramuscular_vas = k × 0.1 cm",
    source="MDAAT 2009 form",
    en="A visual analogue scale is given finer than the millimetre it is read to. Give centimetres "
    "with one decimal.",
    de="Eine visuelle Analogskala ist feiner angegeben als der Millimeter, auf den man sie "
    "abliest. Bitte Zentimeter mit einer Nachkommastelle angeben.",
)
def has_visual_scales_in_whole_millimetres(visits: pd.DataFrame) -> pd.Series:
    """A finer value was computed, not marked. Above 10, in mm, the column's scale says no."""
    millimetres = [visits[scale] * 10 for scale in VISUAL_SCALES]
    given = reduce(or_, (scale.notna() for scale in millimetres))
    finer = reduce(or_, ((scale - scale.round()).abs() >= 1e-6 for scale in millimetres))
    return when(given, ~finer)


@Visits.rule(
    "CSM-06",
    QUERY,
    CONFORMANCE,
    on="haq_di",
    expected="haq_di = k/8 | k/7 | k/6",
    source="HAQ scoring note; six of eight sections needed (from memory, to be verified)",
    en="The HAQ-DI is not a mean of six, seven or eight sections. Recompute it: the sum of the "
    "worst items of the sections, divided by their number.",
    de="Der HAQ-DI ist kein Mittel aus sechs, sieben oder acht Abschnitten. Bitte neu berechnen: "
    "Summe der schlechtesten Werte der Abschnitte, geteilt durch deren Zahl.",
)
def has_a_haq_di_that_is_a_mean_of_its_sections(visits: pd.DataFrame) -> pd.Series:
    """Off the grid it was averaged over visits or guessed. Two decimals are near enough."""
    off = [(visits.haq_di - (visits.haq_di * n).round() / n).abs() for n in (8, 7, 6)]
    return reduce(or_, (distance < 0.0051 for distance in off))


@Visits.rule(
    "CSM-13",
    QUERY,
    CONFORMANCE,
    on="visit_id",
    expected="x_absent ≠ ∅ ⇒ x = ∅",
    source="registry contract 1.0",
    en="A core set measure has a value and a reason why it has none. Delete the one that is wrong.",
    de="Ein Maß des Kerndatensatzes hat einen Wert und zugleich einen Grund für dessen Fehlen. "
    "Bitte das Falsche löschen.",
)
def has_no_reason_for_absence_beside_a_measure(visits: pd.DataFrame) -> pd.Series:
    """“Not done” beside a zero leaves open whether the patient was well or not examined."""
    explained = {measure: visits[f"{measure}_absent"].notna() for measure in MEASURES}
    both = reduce(or_, (told & visits[measure].notna() for measure, told in explained.items()))
    return when(reduce(or_, explained.values()), ~both)


# --- what the centre concluded ------------------------------------------------------------------


@Visits.rule(
    "CSM-16",
    NOTE,
    PLAUSIBILITY,
    on="flare_reported remission_reported",
    expected="¬(flare_reported ∧ remission_reported)",
    source="own proposal",
    en="The visit is reported as a flare and as a remission. Correct the one that is wrong.",
    de="Die Visite ist als Schub und als Remission gemeldet. Bitte das Falsche berichtigen.",
)
def is_not_a_flare_and_a_remission(visits: pd.DataFrame) -> pd.Series:
    """Both are compared with what the registry derives from the measures, and one must be wrong."""
    return ~(visits.flare_reported & visits.remission_reported)


@Visits.rule(
    "CSM-17",
    NOTE,
    CONFORMANCE,
    on="visit_date patient_id",
    expected="1 visit / patient_id, visit_date",
    source="own proposal",
    en="The patient has another visit on the same day in an earlier row. Join the two, or correct "
    "the date.",
    de="Für die Person steht in einer früheren Zeile eine weitere Visite am selben Tag. Bitte "
    "beide zusammenführen oder das Datum berichtigen.",
)
def is_the_only_visit_of_its_day(visits: pd.DataFrame) -> pd.Series:
    """Half of the core set in each of two rows is no core set."""
    return ~visits.duplicated(["patient_id", "visit_date"])


@Visits.rule(
    "OG-02",
    QUERY,
    PLAUSIBILITY,
    on="rash_dm_typical patient_id visit_date",
    group="patient_id rash_dm_typical",
    expected="rash_dm_typical ≠ present",
    source="EULAR/ACR 2017 classification (doi:10.1136/annrheumdis-2017-211468); ORPHA:206569",
    en="The patient has a rash typical of dermatomyositis. Check the diagnosis, and confirm it if "
    "IMNM is right; asked once, at the first visit with the rash.",
    de="Die Person hat einen für Dermatomyositis typischen Ausschlag. Bitte die Diagnose prüfen "
    "und, falls IMNM richtig ist, bestätigen; gefragt wird einmal, bei der ersten Visite mit "
    "Ausschlag.",
)
def shows_no_rash_of_dermatomyositis(visits: pd.DataFrame) -> pd.Series:
    """IMNM spares the skin; atypical cases exist, so that the centre is asked and not corrected."""
    rash = visits[visits.rash_dm_typical.eq("present")].sort_values("visit_date", kind="stable")
    first = rash.drop_duplicates("patient_id").index
    looked = visits.rash_dm_typical.ne("not_assessed")
    return when(looked, pd.Series(~visits.index.isin(first), index=visits.index))
