"""Values of labs: what is plausible for an analyte, alone, in its unit and over time.

Ranges stand in plausible_ranges.csv; the course of CK is worked out in `registry/laboratory.py`.
"""

import pandas as pd

from registry.laboratory import ck_course, ck_of, in_range, makes_sense_in_its_unit, near
from registry.limits import limit
from registry.rules import Category, Severity
from registry.tables import when
from schemas.submitted.labs import REFERENCE_INTERVALS, Labs

HOLD, QUERY, NOTE = Severity.HOLD, Severity.QUERY, Severity.NOTE
PLAUSIBILITY = Category.PLAUSIBILITY


# --- alone ---------------------------------------------------------------------------------------


@Labs.rule(
    "LAB-05",
    QUERY,
    PLAUSIBILITY,
    on="value unit analyte",
    expected="ck ≥ 10 U/L",
    source=REFERENCE_INTERVALS,
    en="The CK is below 10 U/L, far below every limit of normal. Check for a zero put in for a "
    "missing value and for a value in µkat/L, and confirm it if it is right.",
    de="Die CK liegt unter 10 U/L, weit unter jeder Referenzgrenze. Bitte prüfen, ob eine Null für "
    "einen fehlenden Wert oder ein Wert in µkat/L eingetragen wurde, und, falls richtig, "
    "bestätigen.",
)
def is_no_ck_near_zero(labs: pd.DataFrame) -> pd.Series:
    """Zero is a default or a fill-in; so low a CK occurs in severe wasting only."""
    return in_range(labs, "LAB-05")


@Labs.rule(
    "LAB-06",
    NOTE,
    PLAUSIBILITY,
    on="value unit analyte",
    expected="ck ≤ 60,000 U/L",
    source="Valiyil 2009 (highest published in IMNM: 56,000 U/L)",
    en="The CK is higher than any published in IMNM. Check the value and its unit.",
    de="Die CK ist höher als jede bei IMNM veröffentlichte. Bitte Wert und Einheit prüfen.",
)
def is_no_ck_beyond_those_published_in_imnm(labs: pd.DataFrame) -> pd.Series:
    """Above it rhabdomyolysis is the likelier reason. In µkat/L see LAB-09."""
    return when(makes_sense_in_its_unit(labs), in_range(labs, "LAB-06"))


@Labs.rule(
    "LAB-07",
    QUERY,
    PLAUSIBILITY,
    on="value unit analyte",
    expected="ck ≤ 200,000 U/L",
    source="Cases J 2008;1:173 (332,200 U/L, exertional)",
    en="The CK is above 200,000 U/L, as in rhabdomyolysis. Check the value and its unit, and "
    "confirm it if it is right.",
    de="Die CK liegt über 200.000 U/L wie bei einer Rhabdomyolyse. Bitte Wert und Einheit prüfen "
    "und, falls richtig, bestätigen.",
)
def is_no_ck_of_rhabdomyolysis(labs: pd.DataFrame) -> pd.Series:
    """Three times the highest of IMNM: another disease, or another unit. In µkat/L see LAB-09."""
    return when(makes_sense_in_its_unit(labs), in_range(labs, "LAB-07"))


@Labs.rule(
    "LAB-08",
    HOLD,
    PLAUSIBILITY,
    on="value unit analyte",
    expected="ck ≤ 2,000,000 U/L",
    source="Cases J 2008;1:173 (above 1,000,000 U/L reported once)",
    en="The CK is above 2,000,000 U/L, more than was ever measured in anybody. Correct the value "
    "or its unit.",
    de="Die CK liegt über 2.000.000 U/L, mehr als je bei einem Menschen gemessen wurde. Bitte den "
    "Wert oder die Einheit berichtigen.",
)
def is_a_ck_that_has_ever_been_measured(labs: pd.DataFrame) -> pd.Series:
    """Twice the highest value found in print. Below zero the column's scale says no already."""
    return in_range(labs, "LAB-08")


@Labs.rule(
    "LAB-13",
    QUERY,
    PLAUSIBILITY,
    on="value unit analyte",
    expected="plausible_ranges.csv",
    source="case report (CK 11,426: aldolase 94.2, LDH 1,513, AST 193, ALT 137 U/L); own proposal",
    en="The value is outside what is plausible for this analyte. Check it for a slipped decimal "
    "point and for its unit, and confirm it if it is right.",
    de="Der Wert liegt außerhalb des für diesen Analyten Plausiblen. Bitte auf ein verrutschtes "
    "Komma und die Einheit prüfen und, falls richtig, bestätigen.",
)
def is_plausible_for_its_analyte(labs: pd.DataFrame) -> pd.Series:
    """LDH, aldolase, AST and ALT stand in for CK in the core set: the most abnormal one counts."""
    return in_range(labs, "LAB-13")


# --- in time and beside others -------------------------------------------------------------------


@Labs.rule(
    "LAB-09",
    QUERY,
    PLAUSIBILITY,
    on="value unit analyte",
    expected="ck ≤ 400 µkat/L; ck / ck₋₁ ≠ 60 ± 10 %",
    source=REFERENCE_INTERVALS,
    en="The CK looks as if it were in the other unit, U/L for µkat/L or the reverse. Check unit "
    "and value, and confirm them if they are right.",
    de="Die CK sieht aus, als stünde sie in der anderen Einheit, U/L statt µkat/L oder umgekehrt. "
    "Bitte Einheit und Wert prüfen und, falls richtig, bestätigen.",
)
def is_no_ck_that_looks_like_the_other_unit(labs: pd.DataFrame) -> pd.Series:
    """A slip by 60 invents a flare or a remission. Beyond 2,000,000 U/L it is LAB-08's business."""
    ck = ck_of(labs)
    slipped = ck_course(labs).slipped.reindex(ck.index).fillna(False).astype(bool)
    own_unit = when(in_range(ck, "LAB-09").notna(), makes_sense_in_its_unit(ck) & ~slipped)
    return own_unit.reindex(labs.index)


@Labs.rule(
    "LAB-10",
    QUERY,
    PLAUSIBILITY,
    on="value collected_date unit analyte",
    expected="ck ≥ ck₋₁ × 0.5^days",
    source="half-life of CK about 36 h (textbook, to be verified)",
    en="The CK falls faster than it is cleared from the blood. Check the value, the unit and the "
    "date of this result and the one before.",
    de="Die CK fällt schneller, als sie aus dem Blut verschwindet. Bitte Wert, Einheit und Datum "
    "dieses und des vorigen Ergebnisses prüfen.",
)
def is_no_ck_that_falls_faster_than_it_is_cleared(labs: pd.DataFrame) -> pd.Series:
    """Even if all muscle healed overnight, half of the CK would be there a day later."""
    return ~ck_course(labs).rushed


@Labs.rule(
    "LAB-11",
    QUERY,
    PLAUSIBILITY,
    on="value collected_date upper_limit_normal analyte",
    expected="ck₋₁ > 10 × ULN, ≤ 7 d ⇒ ck ≥ 0.5 × ULN",
    source="own proposal, after the half-life of CK; published “CK drop to zero”",
    en="The CK falls from above 10 times normal to below half of normal within a week. Check the "
    "value and the date; a missing value is left empty, not zero.",
    de="Die CK fällt binnen einer Woche vom über Zehnfachen der Norm unter deren Hälfte. Bitte "
    "Wert und Datum prüfen; ein fehlender Wert bleibt leer und ist nicht null.",
)
def is_no_ck_that_vanishes_within_a_week(labs: pd.DataFrame) -> pd.Series:
    """Treatment takes months; samples get swapped within a day."""
    return ~ck_course(labs).vanished


@Labs.rule(
    "LAB-12",
    NOTE,
    PLAUSIBILITY,
    on="value upper_limit_normal analyte collected_date",
    expected="ast > 3 × ULN ⇒ ck > ULN",
    source="Shelly 2020 (PMC7713997 T1): AST or ALT raised in 32 of 35",
    en="The AST is above three times normal while the CK of the same day is normal. Check the CK; "
    "if both are right, think of the liver.",
    de="Die AST liegt über dem Dreifachen der Norm, die CK desselben Tages aber in der Norm. Bitte "
    "die CK prüfen; stimmen beide, an die Leber denken.",
)
def is_no_raised_ast_beside_a_normal_ck(labs: pd.DataFrame) -> pd.Series:
    """In IMNM both come from muscle and rise together."""
    times_uln = labs.value / labs.upper_limit_normal
    raised = labs.analyte.eq("ast") & (times_uln > limit("LAB-12", "ast_times_uln", "note_above"))
    day = ["patient_id", "collected_date"]
    ck = labs[labs.analyte.eq("ck")].assign(times_uln=times_uln)
    highest = ck.groupby(day)["times_uln"].max()
    that_day = highest.reindex(pd.MultiIndex.from_frame(labs.loc[raised, day]))
    that_day = that_day.set_axis(labs.index[raised]).reindex(labs.index)
    return when(that_day.notna(), that_day > 1)


@Labs.rule(
    "LAB-17",
    NOTE,
    PLAUSIBILITY,
    on="collected_date value analyte",
    expected="ck: collected_date − biopsy_date ∉ 1 … 3 d",
    source="laboratory manual (CK not within 3 days of muscle injury)",
    en="The CK was taken within three days after a muscle biopsy. It is published with this mark; "
    "check the dates of both.",
    de="Die CK wurde binnen drei Tagen nach einer Muskelbiopsie entnommen. Sie wird mit diesem "
    "Vermerk veröffentlicht; bitte beide Daten prüfen.",
)
def is_no_ck_raised_by_a_biopsy(labs: pd.DataFrame, biopsies: pd.DataFrame) -> pd.Series:
    """The needle and the knife raise CK by themselves; on the day itself blood is drawn before."""
    ck = labs[labs.analyte.eq("ck")]
    dates = biopsies[["patient_id", "biopsy_date"]]
    biopsy = near(ck, "collected_date", dates, "biopsy_date", 3, "backward", same_day=False)
    return biopsy.biopsy_date.isna().astype("boolean").reindex(labs.index)
