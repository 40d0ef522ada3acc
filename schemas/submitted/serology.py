"""Serology: one row per antibody result, dated, as the laboratory reported it."""

import pandas as pd

from registry.codelists import codelist, table
from registry.doses import drug_of
from registry.limits import limit
from registry.rules import Category, Severity
from registry.tables import per_code, when
from schemas.engine import Date, Number, Table, Text, column

NOTE, QUERY = Severity.NOTE, Severity.QUERY
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY

IMNM_ANTIBODIES = ["hmgcr", "srp"]


class Serology(Table):
    """One row per antibody result. "Not tested" is never "negative": it has a reason of its own.

    Results are kept as reported, each with its kit, unit and cut-off; none is converted, none is
    interpreted by the registry, and a later result does not replace an earlier one.
    """

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    serology_id: Text = column(
        "The centre's own key of the result, stable between submissions.",
        "Eigener Schlüssel des Befundes, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    sample_date: Date = column(
        "Day on which the sample was taken.", "Tag der Probenentnahme.", required=True
    )
    antibody: Text = column(
        "Antibody that was sought.", "Gesuchter Antikörper.", codes="antibodies", required=True
    )
    assay: Text = column("Method of the test.", "Testverfahren.", codes="assays")
    kit: Text = column("Maker's name of the kit.", "Name des Testkits beim Hersteller.")
    value: Number = column(
        "Measured value, in unit; of a titre the reciprocal.",
        "Messwert in unit; bei einem Titer der Kehrwert.",
        at_least=0,
    )
    value_comparator: Text = column(
        "How the true value relates to value; blank means equal.",
        "Wie der wahre Wert zum Messwert steht; leer heißt gleich.",
        codes="comparators",
    )
    unit: Text = column("Unit of value and cutoff.", "Einheit von value und cutoff.", codes="units")
    cutoff: Number = column(
        "Value from which this laboratory calls the kit positive, in unit.",
        "Wert, ab dem dieses Labor den Test positiv nennt, in unit.",
        at_least=0,
    )
    interpretation: Text = column(
        "The laboratory's reading of the result.",
        "Beurteilung des Ergebnisses durch das Labor.",
        codes="interpretations",
    )
    interpretation_absent: Text = column(
        "Why there is no result; blank where there is one.",
        "Warum es kein Ergebnis gibt; leer, wo es eines gibt.",
        codes="absent_reasons",
    )


# --- what a result says -------------------------------------------------------------------------


def is_positive(serology: pd.DataFrame) -> pd.Series:
    """Whether the laboratory calls the result positive; False where there is none."""
    readings = codelist("interpretations").table
    return serology["interpretation"].isin(readings.loc[readings["is_positive"], "code"])


@Serology.rule(
    "SER-12",
    QUERY,
    CONFORMANCE,
    on="serology_id",
    shows="interpretation interpretation_absent",
    expected="interpretation ≠ ∅ ⇔ interpretation_absent = ∅",
    source="registry contract 1.0",
    en="The row has both a result and a reason why there is none, or neither. Fill in the "
    "laboratory's reading or the reason, not both.",
    de="Die Zeile hat sowohl ein Ergebnis als auch einen Grund für sein Fehlen, oder keines von "
    "beiden. Bitte entweder die Beurteilung des Labors oder den Grund angeben.",
)
def has_either_a_result_or_a_reason(serology: pd.DataFrame) -> pd.Series:
    """The registry does not read a value by itself: kits and their cut-offs differ."""
    return serology.interpretation.notna() != serology.interpretation_absent.notna()


@Serology.rule(
    "SER-13",
    NOTE,
    COMPLETENESS,
    on="value",
    shows="unit value",
    expected="unit ≠ ∅",
    source="laboratory handbooks (Iowa, ARUP, Mayo); Drouot 2014 (PMC3979083)",
    en="The value has no unit. Fill in the kit's unit; arbitrary units have a code too.",
    de="Der Wert hat keine Einheit. Bitte die Einheit des Tests nachtragen; auch willkürliche "
    "Einheiten haben einen Code.",
)
def has_a_unit_with_its_value(serology: pd.DataFrame) -> pd.Series:
    """U/mL, chemiluminescent units and signal intensities of one antibody are three scales."""
    return serology.unit.notna()


@Serology.rule(
    "SER-14",
    QUERY,
    PLAUSIBILITY,
    on="sample_date antibody assay",
    group="patient_id sample_date antibody assay",
    source="own proposal",
    en="Another row has the same patient, day, antibody, method, kit and unit, but another "
    "result. Keep the right one, or correct the day or the method.",
    de="Eine andere Zeile hat dieselbe Person, denselben Tag, Antikörper, Test und dieselbe "
    "Einheit, aber ein anderes Ergebnis. Bitte nur das richtige behalten oder Tag oder Verfahren "
    "berichtigen.",
)
def agrees_with_its_duplicate(serology: pd.DataFrame) -> pd.Series:
    """Two results of one test cannot both be right, and nobody but the centre knows which is."""
    test = ["patient_id", "sample_date", "antibody", "assay", "kit", "unit"]
    found = serology[serology.interpretation.notna() | serology.value.notna()]
    result = ["value", "value_comparator", "interpretation"]
    same_test, same_result = found.duplicated(test), found.duplicated([*test, *result])
    return (~same_test | same_result).reindex(serology.index)


@Serology.rule(
    "SER-02",
    QUERY,
    CONFORMANCE,
    on="interpretation value cutoff",
    expected="negative: value ≤ cutoff; positive: value ≥ cutoff",
    source="laboratory handbooks (Iowa, ARUP, Mayo, Quest); Drouot 2014 (PMC3979083)",
    en="Value, cut-off and reading of the result contradict each other. Check all three against "
    "the laboratory's report.",
    de="Wert, Grenzwert und Beurteilung des Ergebnisses widersprechen sich. Bitte alle drei mit "
    "dem Laborbefund vergleichen.",
)
def is_read_as_its_value_says(serology: pd.DataFrame) -> pd.Series:
    """A swapped cut-off or a result of another row turns a negative into a diagnosis.

    The cut-off is the one of the row. Borderline and strong bands are asked only of kits whose
    bands are known with that cut-off. Exactly at the cut-off laboratories differ: either is right.
    """
    reading = serology.interpretation
    lowest = (
        _band(serology, "strong_from").where(reading.eq("strong_positive")).fillna(serology.cutoff)
    )
    lowest = lowest.where(is_positive(serology))
    lowest = lowest.mask(reading.eq("borderline"), _band(serology, "borderline_from"))
    highest = serology.cutoff.where(reading.eq("negative"))
    highest = highest.mask(reading.eq("borderline"), _band(serology, "positive_from"))
    return ~(_is_below(serology, lowest) | _is_above(serology, highest))


def _band(serology: pd.DataFrame, name: str) -> pd.Series:
    """A band of known kits that are positive from the row's own cut-off; blank for all others."""
    kit = ["antibody", "assay", "unit"]
    bands = table("assay_cutoffs").set_index(kit)
    codes = [serology[name] for name in kit]
    of_kit = per_code(bands["positive_from"], *codes).eq(serology["cutoff"])
    return per_code(bands[name], *codes).where(of_kit)


def _is_below(serology: pd.DataFrame, limit: pd.Series) -> pd.Series:
    """Whether the true value is certainly below; "< 20" is below 20, "> 20" never is."""
    value, sign = serology["value"], serology["value_comparator"].fillna("=")
    return sign.isin(["=", "<", "<="]) & (value < limit) | sign.eq("<") & (value == limit)


def _is_above(serology: pd.DataFrame, limit: pd.Series) -> pd.Series:
    value, sign = serology["value"], serology["value_comparator"].fillna("=")
    return sign.isin(["=", ">", ">="]) & (value > limit) | sign.eq(">") & (value == limit)


# --- line blots ---------------------------------------------------------------------------------


@Serology.rule(
    "SER-06",
    QUERY,
    CONFORMANCE,
    on="assay antibody",
    source="EUROLINE 15-antigen panel (PMC7388388)",
    en="Anti-HMGCR is reported from a line blot, whose panel usually lacks HMGCR. Check method "
    "and antibody, or confirm that this blot contains HMGCR.",
    de="Anti-HMGCR stammt aus einem Linienblot, dessen Panel gewöhnlich kein HMGCR enthält. Bitte "
    "Verfahren und Antikörper prüfen oder bestätigen, dass dieser Blot HMGCR enthält.",
)
def finds_hmgcr_with_a_test_that_contains_it(serology: pd.DataFrame) -> pd.Series:
    """A "negative" of a test that cannot find the antibody makes an antibody-negative patient."""
    assays = codelist("assays").table
    lacks_it = serology.assay.isin(assays.loc[assays["panel_lacks_hmgcr"], "code"])
    has_result = serology.interpretation.notna() | serology.value.notna()
    return when(serology.antibody.eq("hmgcr") & has_result, ~lacks_it)


@Serology.rule(
    "SER-04",
    QUERY,
    PLAUSIBILITY,
    on="interpretation antibody assay",
    source="Betteridge 2019 (doi:10.1016/j.jaut.2019.04.001); Cavazzana 2016",
    en="The same line blot shows another myositis-specific antibody as well. Confirm this one by "
    "immunoprecipitation or ELISA and send that result too.",
    de="Derselbe Linienblot zeigt noch einen anderen myositisspezifischen Antikörper. Bitte "
    "diesen durch Immunpräzipitation oder ELISA bestätigen und auch dieses Ergebnis senden.",
)
def is_the_only_specific_antibody_of_its_blot(serology: pd.DataFrame) -> pd.Series:
    """Two are found in 0.2 % by immunoprecipitation but in 17 % by blot: most are not there."""
    settled = ~_is_one_of_several(serology) | _is_retested(serology)
    return when(_is_specific_on_blot(serology), settled)


@Serology.rule(
    "SER-05",
    NOTE,
    PLAUSIBILITY,
    on="interpretation antibody assay",
    source="line immunoassay study (doi:10.1186/s41927-020-00132-9)",
    en="Anti-SRP is positive, not strongly, on a line blot only. Confirm it by "
    "immunofluorescence, immunoprecipitation or ELISA and send that result too.",
    de="Anti-SRP ist nur im Linienblot und nicht stark positiv. Bitte durch Immunfluoreszenz, "
    "Immunpräzipitation oder ELISA bestätigen und auch dieses Ergebnis senden.",
)
def is_confirmed_if_weakly_positive_for_srp(serology: pd.DataFrame) -> pd.Series:
    """Of weak blots seven in ten are right in myositis, and none outside it."""
    weak = serology.antibody.eq("srp") & serology.interpretation.eq("positive")
    alone = _is_specific_on_blot(serology) & ~_is_one_of_several(serology)  # else SER-04 speaks
    return when(weak & alone, _is_retested(serology))


def _is_specific_on_blot(serology: pd.DataFrame) -> pd.Series:
    """Positive blots for a myositis-specific antibody; HMGCR is SER-06's business."""
    antibodies = codelist("antibodies").table
    specific = set(antibodies.loc[antibodies["is_msa"], "code"]) - {"hmgcr"}
    blot = serology["assay"].eq("line_blot")
    return blot & serology["antibody"].isin(specific) & is_positive(serology)


def _is_one_of_several(serology: pd.DataFrame) -> pd.Series:
    """Whether the row's blot (patient, day, kit) shows two or more specific antibodies."""
    found = serology[_is_specific_on_blot(serology)]
    blot = found.groupby(["patient_id", "sample_date", "kit"], dropna=False)
    several = blot["antibody"].transform("nunique") > 1
    return several.reindex(serology.index, fill_value=False)


def _is_retested(serology: pd.DataFrame) -> pd.Series:
    """Whether the patient has a result for the same antibody by another method than a blot."""
    other = serology[serology["assay"].ne("line_blot") & serology["interpretation"].notna()]
    return _pairs(serology).isin(_pairs(other))


def _pairs(serology: pd.DataFrame) -> pd.Series:
    return serology["patient_id"] + " " + serology["antibody"]


# --- over time ----------------------------------------------------------------------------------


@Serology.rule(
    "SER-08",
    NOTE,
    PLAUSIBILITY,
    on="interpretation sample_date antibody",
    source="seroconversion in IMNM (doi:10.1186/s41927-020-00128-5)",
    en="The antibody was negative before and is positive now. Nothing needs to be done if both "
    "results are right: keep both rows, and do not overwrite the negative one.",
    de="Der Antikörper war zuvor negativ und ist nun positiv. Sind beide Befunde richtig, ist "
    "nichts zu tun: bitte beide Zeilen behalten und den negativen Befund nicht überschreiben.",
)
def does_not_follow_a_negative_result(serology: pd.DataFrame) -> pd.Series:
    """Antibody-negative IMNM does turn positive; so do mixed-up samples."""
    known = serology[serology.interpretation.notna()].sort_values("sample_date", kind="stable")
    before = known.groupby(["patient_id", "antibody"])[["interpretation", "sample_date"]].shift()
    earlier = before.sample_date < known.sample_date
    turned = before.interpretation.eq("negative") & earlier
    return when(is_positive(known) & earlier, ~turned).reindex(serology.index)


@Serology.rule(
    "SER-10",
    NOTE,
    PLAUSIBILITY,
    on="kit value sample_date antibody",
    expected="kit, unit = kit, unit (t − 1)",
    source="anti-SRP ELISA against immunoprecipitation: level follows CK and strength",
    en="The level was measured before with another kit or in another unit. Nothing needs to be "
    "done; the registry does not compare the two.",
    de="Der Wert wurde zuvor mit einem anderen Testkit oder in einer anderen Einheit gemessen. Es "
    "ist nichts zu tun; das Register vergleicht die beiden nicht.",
)
def is_measured_with_the_kit_used_before(serology: pd.DataFrame) -> pd.Series:
    """Within a kit the level follows the disease; from one kit to the next it follows the kit."""
    measured = serology[["kit", "value"]].notna().all(axis="columns")
    titres = serology[serology.antibody.isin(IMNM_ANTIBODIES) & measured]
    who = ["patient_id", "antibody"]
    first = titres.groupby(who)["sample_date"].transform("min")
    first_of_kit = titres.groupby([*who, "assay", "kit", "unit"], dropna=False)["sample_date"]
    day = titres.sample_date
    return when(day > first, day > first_of_kit.transform("min")).reindex(serology.index)


@Serology.rule(
    "SER-09",
    NOTE,
    PLAUSIBILITY,
    on="interpretation sample_date",
    expected="> 8 wk after ivig, or value ≥ 2 × cutoff",
    source="passive transfer of antibodies by immunoglobulins, from memory",
    en="A low positive result was sampled within eight weeks after intravenous immunoglobulin. "
    "Repeat the test later, or from a sample taken before.",
    de="Ein niedrig positiver Befund stammt aus den acht Wochen nach intravenösem Immunglobulin. "
    "Bitte den Test später oder an einer Probe von davor wiederholen.",
)
def is_not_low_positive_after_immunoglobulin(
    serology: pd.DataFrame, therapies: pd.DataFrame
) -> pd.Series:
    """Donors' antibodies are transfused with the immunoglobulin and fade within weeks."""
    ratio = serology.value / serology.cutoff
    low = serology.interpretation.eq("positive")
    low &= ~(ratio >= limit("SER-09", "low_titre_times_cutoff", "note_below"))
    weeks = pd.Timedelta(weeks=limit("SER-09", "sample_after_ivig", "note_below"))
    soon = _is_soon_after_ivig(serology[low], therapies, weeks)
    return when(low, ~soon.reindex(serology.index, fill_value=False))


def _is_soon_after_ivig(
    serology: pd.DataFrame, therapies: pd.DataFrame, within: pd.Timedelta
) -> pd.Series:
    """Whether the sample was taken during IVIG (ongoing without a stop date) or soon after."""
    ivig = therapies[drug_of(therapies) == "ivig"]
    only_day = ivig["start_date"].where(ivig["frequency"].eq("once"))
    ivig = ivig.assign(stop_date=ivig["stop_date"].fillna(only_day))
    pairs = serology[["patient_id", "sample_date"]].reset_index(names="row")
    pairs = pairs.merge(ivig[["patient_id", "start_date", "stop_date"]], on="patient_id")
    sampled = pairs["sample_date"]
    soon = (sampled > pairs["start_date"]) & ~(sampled > pairs["stop_date"] + within)
    return pd.Series(serology.index.isin(pairs.loc[soon, "row"]), index=serology.index)
