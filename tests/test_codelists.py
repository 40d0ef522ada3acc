"""Every code list and every table of limits keeps the promises their readers rely on."""

from fractions import Fraction

import pandas as pd
import pytest

from registry.codelists import codelist, names, table, table_names

# Lists of international terms, where a German label is often the English one.
INTERNATIONAL = {"antibodies", "assays", "drugs", "exposure_agents", "muscles"}
SAME_WORD = {
    *("imnm", "crp", "aldolase", "wheelchair", "LI", "MT", "MX", "MY", "JP", "PT", "IL", "CN"),
    *("IS", "LU", "SG", "UA", "AR", "M33.2"),
}
GRADES = ("hold_below", "query_below", "note_below", "note_above", "query_above", "hold_above")

every_list = pytest.mark.parametrize("name", names())
every_table = pytest.mark.parametrize("name", table_names())
limits = pytest.mark.parametrize("name", ["plausible_ranges", "dose_limits", "clinical_limits"])


def codes(name: str) -> set[str]:
    return set(codelist(name).table["code"])


@every_list
def test_codes_are_there_once(name):
    assert codelist(name).table["code"].notna().all()
    assert codelist(name).table["code"].is_unique


@every_list
def test_both_labels_are_there_and_read_apart(name):
    labels = codelist(name).table.set_index("code")[["label_en", "label_de"]]
    assert labels.notna().all(axis=None)
    assert not labels["label_en"].duplicated().any() or name == "diagnosis_codes"
    same = labels.index[labels["label_en"] == labels["label_de"]]
    assert name in INTERNATIONAL or set(same) <= SAME_WORD


@every_list
def test_each_code_has_a_source_and_a_date(name):
    assert codelist(name).table[["source", "since"]].notna().all(axis=None)


@every_list
def test_text_has_no_stray_blanks(name):
    text = codelist(name).table.select_dtypes("str")
    assert text.apply(lambda column: column.dropna().eq(column.dropna().str.strip()).all()).all()


@every_table
def test_each_row_has_a_source_and_stands_once(name):
    assert table(name)["source"].notna().all()
    assert not table(name).duplicated().any()


@pytest.mark.parametrize("name", [*names(), *table_names()])
def test_yes_and_no_are_never_blank(name):
    content = codelist(name).table if name in names() else table(name)
    assert content.select_dtypes("boolean").notna().all(axis=None)


@pytest.mark.parametrize(
    ("name", "column", "allowed"),
    [
        ("plausible_ranges", "analyte", codes("analytes")),
        ("plausible_ranges", "unit", codes("units")),
        ("unit_factors", "analyte", codes("analytes")),
        ("unit_factors", "unit", codes("units")),
        ("unit_factors", "canonical_unit", codes("units")),
        ("dose_limits", "drug", codes("drugs") | codes("exposure_agents")),
        ("dose_limits", "route", codes("routes") | {"any"}),
        (
            "dose_limits",
            "frequency_kind",
            set(codelist("frequencies").table["kind"]) | {"any"},
        ),
        ("dose_limits", "unit", set(codelist("dose_units").table["ucum"]) | {"d", "wk"}),
        ("dose_schedules", "drug", codes("drugs")),
        ("dose_schedules", "severity", {"note", "query", "hold"}),
        ("glucocorticoids", "drug", codes("drugs")),
        ("atc_history", "drug", codes("drugs")),
        ("atc_history", "current_atc", set(codelist("drugs").table["atc"])),
        ("assay_cutoffs", "antibody", codes("antibodies")),
        ("assay_cutoffs", "assay", codes("assays")),
        ("assay_cutoffs", "unit", codes("units")),
    ],
)
def test_tables_speak_in_codes_of_the_lists(name, column, allowed):
    assert set(table(name)[column]) <= allowed


@pytest.mark.parametrize(
    ("name", "column", "allowed"),
    [
        ("analytes", "canonical_unit", codes("units")),
        ("loinc", "analyte", codes("analytes")),
        ("drugs", "drug_class", codes("drug_classes")),
        ("diagnosis_codes", "code_system", codes("diagnosis_code_systems")),
        ("organ_items", "domain", codes("organ_domains")),
        ("exposure_agents", "kind", {"statin", "checkpoint_inhibitor"}),
        ("dose_units", "per", {"absolute", "kg", "m2"}),
    ],
)
def test_lists_speak_in_codes_of_each_other(name, column, allowed):
    assert set(codelist(name).table[column]) <= allowed


def test_codes_stay_text():
    assert "0016098" in codelist("diagnosis_codes").codes
    assert codelist("mmt_versions").codes == ("80", "150", "260")


def test_wrong_diagnosis_codes_are_known_and_say_why():
    diagnoses = codelist("diagnosis_codes").table
    accepted = diagnoses[diagnoses["accepted"]]
    wrong = diagnoses[~diagnoses["accepted"]]
    assert set(accepted["code"]) == {"206569", "0016098", "715863001", "G72.4", "G72.49"}
    assert {"699702", "0979337", "G72.41", "M33.2"} <= set(wrong["code"])
    assert wrong[["rule", "why_en", "why_de"]].notna().all(axis=None)


def test_a_glucocorticoid_without_a_factor_cannot_be_added_up():
    drugs = codelist("drugs").table
    glucocorticoids = drugs.loc[drugs["drug_class"] == "glucocorticoid", "code"]
    assert set(glucocorticoids) == set(table("glucocorticoids")["drug"])


def test_an_atc_code_stands_for_one_drug():
    drugs = codelist("drugs").table
    meant = pd.concat(
        [
            drugs.loc[drugs["is_meant_by_atc"], "atc"],
            drugs["atc_other"].dropna().str.split().explode(),
            table("atc_history")["old_atc"],
        ]
    )
    assert meant.is_unique
    assert set(drugs["atc"].dropna()) <= set(meant)


def test_atc_codes_have_all_five_levels():
    drugs = codelist("drugs").table
    atc = pd.concat([drugs["atc"], codelist("exposure_agents").table["atc"]]).dropna()
    assert atc.str.fullmatch(r"[A-Z]\d{2}[A-Z]{2}\d{2}").all()


def test_retired_atc_codes_lead_to_the_current_one_of_that_drug():
    current = codelist("drugs").table.set_index("code")["atc"]
    history = table("atc_history")
    assert (history["current_atc"].array == current[history["drug"]].array).all()


def test_every_analyte_has_its_canonical_unit_with_factor_one():
    factors = table("unit_factors")
    canonical = factors[factors["unit"] == factors["canonical_unit"]].set_index("analyte")
    assert canonical["unit"].to_dict() == (
        codelist("analytes").table.set_index("code")["canonical_unit"].to_dict()
    )
    assert (canonical[["numerator", "denominator"]] == 1).all(axis=None)


def test_an_analyte_and_unit_pair_stands_once():
    assert not table("unit_factors").duplicated(["analyte", "unit"]).any()


@pytest.mark.parametrize(
    ("analyte", "unit", "factor"),
    [
        ("ck", "ukat/L", Fraction(60)),
        ("troponin_t", "ng/mL", Fraction(1000)),
        ("crp", "mg/dL", Fraction(10)),
        ("creatinine", "mg/dL", Fraction("88.42")),
    ],
)
def test_factors_are_exact(analyte, unit, factor):
    row = table("unit_factors").set_index(["analyte", "unit"]).loc[(analyte, unit)]
    assert Fraction(int(row["numerator"]), int(row["denominator"])) == factor


def test_the_tis_enzymes_have_a_range():
    analytes = codelist("analytes").table
    ranges = analytes.set_index("code")["tis_range_times_uln"].dropna()
    assert ranges.to_dict() == {"ck": 15, "aldolase": 6, "ldh": 3, "ast": 3, "alt": 3}
    assert set(ranges.index) == set(analytes.loc[analytes["is_tis_enzyme"], "code"])


@limits
def test_limits_grow_harsher_outwards(name):
    grades = table(name)[list(GRADES)]
    assert grades.notna().any(axis=1).all()
    assert grades.apply(lambda row: row.dropna().is_monotonic_increasing, axis=1).all()
    assert grades.apply(lambda row: row.dropna().is_unique, axis=1).all()


@pytest.mark.parametrize("side", ["below", "above"])
def test_a_band_ends_where_the_next_rule_begins(side):
    ranges = table("plausible_ranges").set_index("rule")
    for rule, until in ranges[f"until_{side}"].dropna().items():
        others = ranges.loc[ranges["analyte"].eq(ranges.at[rule, "analyte"])].drop(rule)
        assert until in others[[grade for grade in GRADES if grade.endswith(side)]].to_numpy()


def test_plausible_ranges_are_in_the_canonical_unit():
    canonical = codelist("analytes").table.set_index("code")["canonical_unit"]
    ranges = table("plausible_ranges")
    assert (ranges["unit"].array == canonical[ranges["analyte"]].array).all()


def test_a_statin_has_one_maximum_dose():
    agents = codelist("exposure_agents").table.set_index("code")["max_daily_mg"].dropna()
    statins = table("dose_limits").query("rule == 'TX-24'").set_index("drug")["query_above"]
    assert statins.to_dict() == agents.to_dict()


def test_forbidden_schedules_are_kinds_of_frequency():
    forbidden = table("dose_schedules")["forbidden_kinds"].str.split().explode()
    assert set(forbidden) <= set(codelist("frequencies").table["kind"])


def test_cutoffs_leave_no_gap_between_negative_and_positive():
    cutoffs = table("assay_cutoffs")
    next_band = cutoffs["borderline_from"].fillna(cutoffs["positive_from"])
    assert (cutoffs["negative_below"] == next_band).all()
    bands = cutoffs[["negative_below", "positive_from", "strong_from"]]
    assert bands.apply(lambda row: row.dropna().is_monotonic_increasing, axis=1).all()
    assert not cutoffs.duplicated(["antibody", "assay", "unit"]).any()


@pytest.mark.parametrize("measure", sorted(set(table("tis_bands")["measure"])))
def test_tis_bands_cover_every_change_without_gap(measure):
    bands = table("tis_bands").query("measure == @measure")
    assert pd.isna(bands["above_percent"].iloc[0])
    assert pd.isna(bands["up_to_percent"].iloc[-1])
    assert bands["above_percent"].iloc[1:].tolist() == bands["up_to_percent"].iloc[:-1].tolist()
    assert bands["above_percent"].iloc[1:].is_monotonic_increasing
    assert bands["score"].is_monotonic_increasing


def test_the_best_tis_is_100():
    assert table("tis_bands").groupby("measure")["score"].max().sum() == 100


def test_tis_thresholds_rise():
    thresholds = table("tis_thresholds").set_index("group")[["minimal", "moderate", "major"]]
    assert thresholds.loc["adult"].tolist() == [20, 40, 60]
    assert thresholds.loc["juvenile"].tolist() == [30, 45, 70]


def test_a_frequency_is_an_exact_number_of_times_per_day():
    frequencies = codelist("frequencies").table.set_index("code")
    weekly = frequencies.loc["weekly"]
    assert (weekly["times_per_day_numerator"], weekly["times_per_day_denominator"]) == (1, 7)
    uncounted = frequencies.index[frequencies["times_per_day_numerator"].isna()]
    assert set(uncounted) == {"once", "per_cycle"}


def test_labels_come_in_either_language():
    assert codelist("sex").labels("de")["female"] == "Weiblich"
    assert codelist("sex").labels("en")["female"] == "Female"


def test_a_reader_cannot_spoil_a_table_for_the_next():
    mine = table("unit_factors")
    mine["numerator"] = 0
    assert (table("unit_factors")["numerator"] > 0).all()


def test_an_unknown_name_is_told_what_there_is():
    with pytest.raises(KeyError, match="analytes"):
        codelist("analyts")
    with pytest.raises(KeyError, match="unit_factors"):
        table("unit_factor")
