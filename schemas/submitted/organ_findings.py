"""Organ findings: one row per item that was sought in one examination, found or not."""

import pandas as pd

from registry.codelists import codelist
from registry.laboratory import ck_near, near
from registry.limits import limit
from registry.rules import Category, Severity
from registry.tables import per_code, when
from schemas.engine import Date, Number, Table, Text, column

HOLD, QUERY, NOTE = Severity.HOLD, Severity.QUERY, Severity.NOTE
CONFORMANCE, PLAUSIBILITY = Category.CONFORMANCE, Category.PLAUSIBILITY

PHYSIOLOGY = "registry, physiological limits from memory, to be reviewed"

# An examination and a visit or a CK speak of the same state within so many days of each other.
SAME_STATE_DAYS = 30


class OrganFindings(Table):
    """One row per item and examination. An item that was not sought has no row: absent is not
    the same as not sought.
    """

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    finding_id: Text = column(
        "The centre's own key of the finding, stable between submissions.",
        "Eigener Schlüssel des Befundes, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    assessed_date: Date = column("Day of the examination.", "Tag der Untersuchung.", required=True)
    domain: Text = column(
        "Kind of examination.", "Art der Untersuchung.", required=True, codes="organ_domains"
    )
    item: Text = column(
        "What was looked for or measured.",
        "Was gesucht oder gemessen wurde.",
        required=True,
        codes="organ_items",
    )
    value: Number = column(
        "Measured value, in unit; for MRI items the grade, where one was given.",
        "Messwert in unit; bei MRT-Merkmalen der Grad, wenn einer angegeben wurde.",
    )
    unit: Text = column("UCUM unit of the value.", "UCUM-Einheit des Wertes.", codes="units")
    result: Text = column(
        "Verdict of the examiner; of feeding_tube and modified_diet, abnormal means in use.",
        "Urteil der untersuchenden Person; bei feeding_tube und modified_diet heißt auffällig: in "
        "Gebrauch.",
        codes="organ_results",
    )


def _listed(findings: pd.DataFrame, fact: str) -> pd.Series:
    """What organ_items.csv says of each row's item."""
    return per_code(codelist("organ_items").says(fact), findings.item)


def _within_limits(findings: pd.DataFrame, domains: list[str]) -> pd.Series:
    """Whether a value in the item's own unit lies in its physiological limits."""
    lowest, highest = _listed(findings, "query_below"), _listed(findings, "query_above")
    in_its_unit = findings.unit.eq(_listed(findings, "unit"))
    asked = findings.domain.isin(domains) & in_its_unit & lowest.notna() & findings.value.notna()
    return when(asked, findings.value.between(lowest, highest))


@OrganFindings.rule(
    "OG-04",
    HOLD,
    CONFORMANCE,
    on="item domain",
    expected="item ∈ domain",
    source="registry contract 1.0",
    en="The item is not one of this kind of examination. Correct the item or the domain.",
    de="Das Merkmal gehört nicht zu dieser Art der Untersuchung. Bitte Merkmal oder Art "
    "berichtigen.",
)
def is_of_an_item_of_its_domain(organ_findings: pd.DataFrame) -> pd.Series:
    """An ejection fraction from an EMG is a row shifted by one."""
    return _listed(organ_findings, "domain").eq(organ_findings.domain)


@OrganFindings.rule(
    "OG-05",
    QUERY,
    CONFORMANCE,
    on="unit item value",
    expected="unit = unit(item)",
    source="registry contract 1.0",
    en="The value is in another unit than the item is kept in. Convert the value, or correct the "
    "unit.",
    de="Der Wert steht in einer anderen Einheit, als für das Merkmal vorgesehen ist. Bitte den "
    "Wert umrechnen oder die Einheit berichtigen.",
)
def is_in_the_unit_of_its_item(organ_findings: pd.DataFrame) -> pd.Series:
    """Lung function in litres and in percent of predicted are two items, not two units of one."""
    own = _listed(organ_findings, "unit")
    return when(own.notna(), own.eq(organ_findings.unit))


@OrganFindings.rule(
    "PF-01",
    QUERY,
    PLAUSIBILITY,
    on="value item unit domain",
    expected="FVC 0.3 … 8 L, 10 … 160 %; FEV1 0.2 … 8 L; DLCO 5 … 160 %",
    source=PHYSIOLOGY,
    en="The lung function value is beyond physiology. Check the decimal point and whether it is "
    "litres or percent of predicted.",
    de="Der Wert der Lungenfunktion liegt jenseits des Physiologischen. Bitte das Komma prüfen und "
    "ob es Liter oder Prozent vom Soll sind.",
)
def has_lung_function_within_physiology(organ_findings: pd.DataFrame) -> pd.Series:
    """Weak breathing is what kills in IMNM; a slipped decimal point would hide or invent it."""
    return _within_limits(organ_findings, ["lung_function"])


@OrganFindings.rule(
    "OG-03",
    QUERY,
    PLAUSIBILITY,
    on="value item unit domain",
    expected="LVEF 5 … 85 %; QTc 300 … 650 ms",
    source=PHYSIOLOGY,
    en="The value of the heart is beyond physiology. Check the decimal point and the unit.",
    de="Der Wert des Herzens liegt jenseits des Physiologischen. Bitte Komma und Einheit prüfen.",
)
def has_heart_values_within_physiology(organ_findings: pd.DataFrame) -> pd.Series:
    """Where it was sought, the heart is involved in up to four of five: values are compared."""
    return _within_limits(organ_findings, ["echo", "ecg"])


@OrganFindings.rule(
    "PF-02",
    QUERY,
    PLAUSIBILITY,
    on="value item patient_id assessed_date unit",
    expected="FEV1 ≤ FVC",
    source=PHYSIOLOGY,
    en="The FEV1 is above the FVC of the same day. Check both; they may be swapped.",
    de="Die FEV1 liegt über der FVC desselben Tages. Bitte beide prüfen; vielleicht sind sie "
    "vertauscht.",
)
def breathes_out_no_more_in_a_second_than_in_all(organ_findings: pd.DataFrame) -> pd.Series:
    """What comes out in the first second is part of what comes out."""
    day = ["patient_id", "assessed_date", "unit"]
    fvc = organ_findings[organ_findings.item.eq("fvc")].groupby(day)["value"].max()
    fev1 = organ_findings[organ_findings.item.eq("fev1")]
    all_of_it = fvc.reindex(pd.MultiIndex.from_frame(fev1[day])).set_axis(fev1.index)
    return when(all_of_it.notna(), fev1.value <= all_of_it).reindex(organ_findings.index)


@OrganFindings.rule(
    "IM-02",
    NOTE,
    PLAUSIBILITY,
    on="item patient_id assessed_date",
    expected="fatty_replacement ≥ fatty_replacement₋₁",
    source="memory, to be verified",
    en="Fatty replacement of muscle is less than at the MRI before. Check both readings; another "
    "muscle or another scale explains it, healing does not.",
    de="Der fettige Muskelumbau ist geringer als in der MRT zuvor. Bitte beide Befunde prüfen; ein "
    "anderer Muskel oder eine andere Skala erklärt es, Heilung nicht.",
)
def shows_no_less_fatty_replacement_than_before(organ_findings: pd.DataFrame) -> pd.Series:
    """Muscle turned to fat is damage and stays; oedema is activity and goes."""
    fat = organ_findings[organ_findings.item.eq("fatty_replacement")]
    fat = fat.sort_values(["patient_id", "assessed_date"], kind="stable")
    before = fat.groupby("patient_id")[["value", "unit", "result"]].shift(1)
    graded = fat.value.notna() & before.value.notna()
    graded &= fat.unit.eq(before.unit) | (fat.unit.isna() & before.unit.isna())
    judged = fat.result.isin(["normal", "abnormal"]) & before.result.isin(["normal", "abnormal"])
    less = (graded & (fat.value < before.value)) | (
        judged & before.result.eq("abnormal") & fat.result.eq("normal")
    )
    return when(graded | judged, ~less).reindex(organ_findings.index)


@OrganFindings.rule(
    "EM-01",
    NOTE,
    PLAUSIBILITY,
    on="result item patient_id assessed_date",
    expected="myopathic_units = normal ⇒ ck ≤ 5 × ULN",
    source="NAM China 2016: EMG myogenic in 41 of 45",
    en="The EMG shows no myopathic units although the CK is above five times normal. Check the "
    "reading; a weak muscle may not have been examined.",
    de="Das EMG zeigt keine myopathischen Einheiten, obwohl die CK über dem Fünffachen der Norm "
    "liegt. Bitte den Befund prüfen; vielleicht wurde kein schwacher Muskel untersucht.",
)
def shows_a_myopathic_emg_at_a_high_ck(
    organ_findings: pd.DataFrame, labs: pd.DataFrame
) -> pd.Series:
    """Nine of ten are myopathic; the tenth exists, so that it is only noted."""
    emg = organ_findings[organ_findings.item.eq("myopathic_units")]
    times_uln = ck_near(emg, "assessed_date", labs, SAME_STATE_DAYS).times_uln
    high = times_uln > limit("EM-01", "ck_times_uln", "note_above")
    looked = emg.result.isin(["normal", "abnormal"]) & times_uln.notna()
    return when(looked, ~(emg.result.eq("normal") & high)).reindex(organ_findings.index)


@OrganFindings.rule(
    "OG-01",
    QUERY,
    PLAUSIBILITY,
    on="result item patient_id assessed_date",
    expected="feeding_tube, modified_diet = abnormal ⇒ dysphagia ≠ absent",
    source="Lim 2018, NL/BE; PMC9114810",
    en="A feeding tube or a modified diet is recorded, but the visit nearest to it says there is "
    "no difficulty swallowing. Correct the one that is wrong.",
    de="Eine Ernährungssonde oder angepasste Kost ist vermerkt, die nächstgelegene Visite verneint "
    "aber eine Schluckstörung. Bitte das Falsche berichtigen.",
)
def goes_with_difficulty_swallowing_if_it_is_a_diet_or_tube(
    organ_findings: pd.DataFrame, visits: pd.DataFrame
) -> pd.Series:
    """Dysphagia, in a third of patients, is why they aspirate: it must not be lost in one field."""
    in_use = organ_findings[
        organ_findings.item.isin(["feeding_tube", "modified_diet"])
        & organ_findings.result.eq("abnormal")
    ]
    asked = visits[visits.dysphagia.isin(["present", "absent"])]
    swallowing = asked[["patient_id", "visit_date", "dysphagia"]]
    found = near(in_use, "assessed_date", swallowing, "visit_date", SAME_STATE_DAYS).dysphagia
    return when(found.notna(), found.eq("present")).reindex(organ_findings.index)
