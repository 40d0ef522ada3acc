"""Labs: one row per result of one analyte.

Whether its value is plausible, alone and beside others, stands in `lab_values.py`.
"""

import pandas as pd

from registry.codelists import codelist
from registry.laboratory import CORE_SET_DAYS, has_limits_in_its_unit, in_range
from registry.rules import Category, Severity
from registry.tables import look_up, once, per_code, when
from registry.units import is_convertible, unit_property
from schemas.engine import Date, Number, Table, Text, column

HOLD, QUERY, NOTE = Severity.HOLD, Severity.QUERY, Severity.NOTE
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY

REFERENCE_INTERVALS = "reference intervals (PMC4975217 T3)"


class Labs(Table):
    """One row per result of one analyte in one sample; value and limits are in the row's unit."""

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    lab_id: Text = column(
        "The centre's own key of the result, stable between submissions.",
        "Eigener Schlüssel des Ergebnisses, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    visit_id: Text = column(
        "Visit the sample was taken for; blank where it belongs to none.",
        "Visite, zu der die Probe entnommen wurde; leer, wenn sie zu keiner gehört.",
        links="visits",
    )
    collected_date: Date = column(
        "Day on which the sample was taken.", "Tag der Probenentnahme.", required=True
    )
    analyte: Text = column(
        "What was measured.", "Was gemessen wurde.", required=True, codes="analytes"
    )
    value: Number = column(
        "Measured value, in unit; of a censored result the limit that value_comparator is about.",
        "Messwert in unit; bei einem zensierten Ergebnis die Grenze, auf die sich value_comparator "
        "bezieht.",
        at_least=0,
    )
    value_comparator: Text = column(
        "How the true value relates to value; blank means =.",
        "Wie sich der wahre Wert zu value verhält; leer bedeutet =.",
        codes="comparators",
    )
    value_absent: Text = column(
        "Why there is no value; blank where there is one.",
        "Warum kein Wert vorliegt; leer, wenn es einen gibt.",
        codes="absent_reasons",
    )
    unit: Text = column(
        "UCUM unit of the value and of both limits of normal.",
        "UCUM-Einheit des Wertes und beider Referenzgrenzen.",
        codes="units",
    )
    upper_limit_normal: Number = column(
        "Upper limit of normal of this laboratory for this patient, in unit.",
        "Obere Referenzgrenze dieses Labors für diese Person, in unit.",
        at_least=0,
    )
    lower_limit_normal: Number = column(
        "Lower limit of normal of this laboratory for this patient, in unit.",
        "Untere Referenzgrenze dieses Labors für diese Person, in unit.",
        at_least=0,
    )
    loinc: Text = column(
        "LOINC code of the test, where the laboratory gives one.",
        "LOINC-Code der Untersuchung, wenn das Labor einen angibt.",
    )


# --- value, comparator, reason, unit -----------------------------------------------------------


@Labs.rule(
    "SUB-07",
    QUERY,
    CONFORMANCE,
    on="value_comparator",
    expected="< x: 0 < x ≤ ULN; > x: x > ULN; x ≠ ∅",
    source="published case reports: “>200 units”, “>22000”",
    en="The comparator does not go with the value. Give the limit as value beside < or >; a result "
    "below a limit above normal, or above a limit within normal, has its sign turned round.",
    de="Vergleichszeichen und Wert passen nicht zusammen. Bitte neben < oder > die Grenze als Wert "
    "angeben; kleiner als eine Grenze oberhalb der Norm oder größer als eine im Normbereich ist "
    "ein vertauschtes Zeichen.",
)
def has_a_comparator_that_goes_with_its_value(labs: pd.DataFrame) -> pd.Series:
    """A laboratory prints < at its detection limit and > at the end of its range, never else."""
    less, more = (labs.value_comparator.isin(signs) for signs in (["<", "<="], [">", ">="]))
    below_too_high = less & ((labs.value > labs.upper_limit_normal) | (labs.value == 0))
    above_too_low = more & (labs.value <= labs.upper_limit_normal)
    return labs.value.notna() & ~below_too_high & ~above_too_low


@Labs.rule(
    "LAB-18",
    QUERY,
    CONFORMANCE,
    on="value_absent",
    expected="value_absent ≠ ∅ ⇒ value = ∅",
    source="registry contract 1.0",
    en="The result has a value and a reason why it has none. Delete the one that is wrong; a "
    "result below detection is the detection limit with the comparator <.",
    de="Das Ergebnis hat einen Wert und zugleich einen Grund für dessen Fehlen. Bitte das Falsche "
    "löschen; ein Ergebnis unter der Nachweisgrenze ist diese Grenze mit dem Zeichen <.",
)
def has_no_reason_for_absence_beside_its_value(labs: pd.DataFrame) -> pd.Series:
    """One of the two is a leftover, and nobody but the centre knows which."""
    return labs.value.isna()


@Labs.rule(
    "LAB-21",
    NOTE,
    COMPLETENESS,
    on="analyte",
    shows="value value_absent",
    expected="value ≠ ∅ ∨ value_absent ≠ ∅",
    source="registry contract 1.0",
    en="The result has neither a value nor a reason for its absence. Give one of them, or leave "
    "the row out.",
    de="Das Ergebnis hat weder einen Wert noch einen Grund für dessen Fehlen. Bitte eines von "
    "beiden angeben oder die Zeile weglassen.",
)
def has_a_value_or_the_reason_why_not(labs: pd.DataFrame) -> pd.Series:
    """Not tested is not the same as lost, and neither is the same as normal."""
    said = labs.value.notna() | labs.value_absent.notna()
    return when(labs.value_comparator.isna(), said)


@Labs.rule(
    "LAB-20",
    HOLD,
    COMPLETENESS,
    on="value",
    shows="unit value",
    expected="value ≠ ∅ ⇒ unit ≠ ∅",
    source="registry contract 1.0",
    en="The value has no unit. Give its UCUM unit.",
    de="Der Wert hat keine Einheit. Bitte die UCUM-Einheit angeben.",
)
def has_a_unit_with_its_value(labs: pd.DataFrame) -> pd.Series:
    """A CK of 100 is normal in U/L and thirty times normal in µkat/L."""
    return labs.unit.notna()


@Labs.rule(
    "LAB-01",
    HOLD,
    CONFORMANCE,
    on="unit analyte",
    expected="(analyte, unit) ∈ unit_factors.csv",
    source="TORJ-10-141 T2 (a published table prints CK in mg/dl)",
    en="The analyte is not measured in this unit. Correct the unit or the analyte.",
    de="Dieser Analyt wird nicht in dieser Einheit gemessen. Bitte Einheit oder Analyt "
    "berichtigen.",
)
def is_in_a_unit_of_its_analyte(labs: pd.DataFrame) -> pd.Series:
    """What cannot be converted cannot be compared between centres."""
    return is_convertible(labs.analyte, labs.unit)


@Labs.rule(
    "LAB-15",
    NOTE,
    CONFORMANCE,
    on="loinc analyte unit",
    expected="loinc: (analyte, property of unit)",
    source="LOINC; loinc2hpo",
    en="The LOINC code is of another test or another kind of unit. Correct it, or leave it empty.",
    de="Der LOINC-Code gehört zu einer anderen Untersuchung oder Einheitenart. Bitte berichtigen "
    "oder leer lassen.",
)
def has_the_loinc_code_of_its_test(labs: pd.DataFrame) -> pd.Series:
    """A code copied from the row above is how a troponin becomes a CK."""
    analyte, kind = (
        per_code(codelist("loinc").says(fact), labs.loinc) for fact in ("analyte", "property")
    )
    measured = unit_property(labs.analyte, labs.unit)
    return when(measured.notna(), analyte.eq(labs.analyte) & kind.eq(measured))


# --- limits of normal ---------------------------------------------------------------------------


@Labs.rule(
    "LAB-02",
    HOLD,
    CONFORMANCE,
    on="upper_limit_normal unit analyte",
    expected="1 µkat/L = 60 U/L",
    source="NIEHS IMACS response criteria page; 1 U = 1 µmol/min",
    en="The upper limit of normal is in another unit than the row. Convert the value and both "
    "limits together, or correct the unit.",
    de="Die obere Referenzgrenze steht in einer anderen Einheit als die Zeile. Bitte Wert und "
    "beide Grenzen gemeinsam umrechnen oder die Einheit berichtigen.",
)
def has_value_and_limits_in_one_unit(labs: pd.DataFrame) -> pd.Series:
    """Converting only one of them makes a CK sixty times more, or less, abnormal than it was."""
    return has_limits_in_its_unit(labs)


@Labs.rule(
    "LAB-03a",
    NOTE,
    COMPLETENESS,
    on="value analyte",
    shows="upper_limit_normal value",
    expected="ck ⇒ upper_limit_normal ≠ ∅",
    source=f"{REFERENCE_INTERVALS}; NIEHS IMACS response criteria page",
    en="The CK has no upper limit of normal. Give the one of your laboratory for this patient.",
    de="Die CK hat keine obere Referenzgrenze. Bitte die Ihres Labors für diese Person angeben.",
)
def has_an_upper_limit_of_normal_if_it_is_a_ck(labs: pd.DataFrame) -> pd.Series:
    """Limits differ from 150 to 400 U/L: without its own, a CK is abnormal by nobody's standard."""
    ck = labs.analyte.eq("ck") & labs.visit_id.isna()
    return when(ck, labs.upper_limit_normal.notna())


@Labs.rule(
    "LAB-03b",
    QUERY,
    COMPLETENESS,
    on="value analyte visit_id",
    shows="upper_limit_normal value",
    expected="ck, visit_id ≠ ∅ ⇒ upper_limit_normal ≠ ∅",
    source=f"{REFERENCE_INTERVALS}; NIEHS IMACS response criteria page",
    en="The CK of a visit has no upper limit of normal. Give the limit of your laboratory for this "
    "patient; the response score needs it.",
    de="Die CK einer Visite hat keine obere Referenzgrenze. Bitte die Grenze Ihres Labors für "
    "diese Person angeben; der Ansprech-Score braucht sie.",
)
def has_an_upper_limit_of_normal_if_it_is_the_ck_of_a_visit(labs: pd.DataFrame) -> pd.Series:
    """The enzyme of the core set counts in multiples of the limit; its range is 15 of them."""
    return when(labs.analyte.eq("ck"), labs.upper_limit_normal.notna())


@Labs.rule(
    "LAB-04",
    QUERY,
    PLAUSIBILITY,
    on="upper_limit_normal unit analyte",
    expected="ck: 100 U/L ≤ ULN ≤ 600 U/L",
    source=f"{REFERENCE_INTERVALS}; CK reference limits (PMC3973528)",
    en="The upper limit of normal of the CK is not one that laboratories use. Check it; those of "
    "adults and adolescents lie between 100 and 600 U/L.",
    de="Die obere Referenzgrenze der CK ist keine, die Labore verwenden. Bitte prüfen; bei "
    "Erwachsenen und Jugendlichen liegt sie zwischen 100 und 600 U/L.",
)
def has_an_upper_limit_of_ck_that_laboratories_use(labs: pd.DataFrame) -> pd.Series:
    """The limit divides every CK of the patient. In another unit it is LAB-02's business."""
    return when(has_limits_in_its_unit(labs), in_range(labs, "LAB-04"))


@Labs.rule(
    "LAB-22",
    QUERY,
    PLAUSIBILITY,
    on="lower_limit_normal upper_limit_normal",
    expected="lower_limit_normal < upper_limit_normal",
    source="own proposal",
    en="The lower limit of normal is not below the upper one. Check both; they may be swapped.",
    de="Die untere Referenzgrenze liegt nicht unter der oberen. Bitte beide prüfen; vielleicht "
    "sind sie vertauscht.",
)
def has_a_lower_limit_below_the_upper(labs: pd.DataFrame) -> pd.Series:
    """Swapped limits make healthy values abnormal. In two units they are LAB-02's business."""
    ordered = labs.lower_limit_normal < labs.upper_limit_normal
    return when(has_limits_in_its_unit(labs).fillna(True), ordered)


# --- the day and the visit it belongs to --------------------------------------------------------


@Labs.rule(
    "SUB-08",
    QUERY,
    PLAUSIBILITY,
    on="value patient_id collected_date analyte unit",
    group="patient_id collected_date analyte unit",
    expected="1 value / patient_id, collected_date, analyte, unit",
    source="own proposal",
    en="The same test of the same day stands in an earlier row with another value. Delete the "
    "wrong row; all of them are held back until then.",
    de="Dieselbe Untersuchung desselben Tages steht in einer früheren Zeile mit einem anderen "
    "Wert. Bitte die falsche Zeile löschen; bis dahin werden alle zurückgehalten.",
)
def has_no_other_value_of_the_same_day(labs: pd.DataFrame) -> pd.Series:
    """Nobody can tell from outside which of the two was the patient's."""
    test = ["patient_id", "collected_date", "analyte", "unit"]
    again = labs.dropna(subset=[*test, "value"])
    again = again[again.duplicated(test, keep=False)]
    first = again.groupby(test)["value"].transform("first")
    return again.value.eq(first).astype("boolean").reindex(labs.index, fill_value=True)


@Labs.rule(
    "LAB-19",
    HOLD,
    CONFORMANCE,
    on="visit_id patient_id",
    expected="patient_id = visits.patient_id",
    source="own proposal, after OHDSI DataQualityDashboard, isForeignKey",
    en="The result belongs to a visit of another patient. Correct the visit or the patient.",
    de="Das Ergebnis gehört zur Visite einer anderen Person. Bitte Visite oder Person berichtigen.",
)
def belongs_to_a_visit_of_its_own_patient(labs: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """A result in the wrong record is worse than one that is missing, and breaches privacy."""
    return _is_of_its_own_patient(labs, visits)


@once
def _is_of_its_own_patient(labs: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Whether the visit of a result is one of its patient; blank where nobody knows the visit."""
    patient = look_up(labs.visit_id, visits, "patient_id", key="visit_id")
    return when(patient.notna(), patient == labs.patient_id)


@Labs.rule(
    "LAB-23",
    NOTE,
    PLAUSIBILITY,
    on="collected_date visit_id patient_id",
    expected="|collected_date − visit_date| ≤ 14 d",
    source="NIEHS IMACS response criteria page; own proposal",
    en="The sample was taken more than 14 days before or after the visit it is linked to. Check "
    "the date, or leave visit_id empty.",
    de="Die Probe wurde mehr als 14 Tage vor oder nach der verknüpften Visite entnommen. Bitte das "
    "Datum prüfen oder visit_id leer lassen.",
)
def was_taken_within_two_weeks_of_its_visit(labs: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Beyond two weeks it does not count as the visit's enzyme, whatever it is linked to."""
    visit = look_up(labs.visit_id, visits, "visit_date", key="visit_id")
    off = (labs.collected_date - visit).dt.days.abs()
    own = _is_of_its_own_patient(labs, visits).fillna(False)
    return when(off.notna() & own, off <= CORE_SET_DAYS)
