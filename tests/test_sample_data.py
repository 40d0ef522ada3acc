"""The invented centres: calibrated, coherent, clean, repeatable, and the committed ones current."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import path
from registry import submission
from registry.codelists import codelist
from registry.harmonise.mapping import Mapping, TextFormat
from registry.outcomes.tis import RANGES, improvement, percent, score
from sample_data import generate
from sample_data.centres import GERMAN, SWEDISH, Centre, any_centres
from sample_data.cohort import cohort
from sample_data.columns import CONTRACT, Tables
from sample_data.dialect import spoken, twin
from sample_data.labs import MOST_INEXACT, on_grid
from sample_data.package import write_package

YEAR = pd.Timedelta(days=365.25)

FACTS = {
    "centre": "DE01",
    "data_cut": GERMAN.data_cut,
    "language": "de",
    "created": generate.CREATED,
}


@pytest.fixture(scope="module")
def many() -> Tables:
    """A centre of 2,000 patients, for shares and medians."""
    return cohort(GERMAN, 2000, seed=11)


@pytest.fixture(scope="module", params=["DE01", "SE01", "big"])
def clean(request: pytest.FixtureRequest, many: Tables) -> Tables:
    """Every centre that must break no rule; enzymes of SE01 in U/L."""
    made = {"DE01": generate.german_tables, "SE01": lambda: twin(generate.swedish_tables())}
    return many if request.param == "big" else made[request.param]()


@pytest.fixture(params=["DE01", "SE01", "big"])
def clean_package(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param != "big":
        return generate.HERE / request.param
    write_package(cohort(GERMAN, 500, seed=12), tmp_path, **FACTS)
    return tmp_path


# --- calibration: domain dossier §1.4 and §8 ---------------------------------------------------


def test_presenting_ck_is_log_normal_around_6000(many: Tables) -> None:
    ck = presenting_ck(many)
    assert 5_400 < ck.median() < 6_600
    assert 0.8 < np.log(ck).std() < 1.0
    assert 0.005 < (ck < 1000).mean() < 0.05
    assert ck.max() <= 56_000


@pytest.mark.parametrize(
    ("subtype", "low", "high"),
    [
        ("anti_hmgcr", 0.45, 0.55),
        ("anti_srp", 0.20, 0.25),
        ("seronegative", 0.18, 0.25),
        ("unclassified", 0.005, 0.03),
    ],
)
def test_antibody_shares(many: Tables, subtype: str, low: float, high: float) -> None:
    assert low < many["patients"]["subtype"].eq(subtype).mean() < high


def test_a_few_are_dual_positive_where_a_centre_may_have_queries() -> None:
    assert (
        0
        < cohort(Centre("FR01"), 1000, seed=1)["patients"]["subtype"].eq("dual_positive").sum()
        < 15
    )


def test_statin_goes_with_anti_hmgcr_in_adults(many: Tables) -> None:
    patients = many["patients"]
    adults = patients[age_at_onset(patients) >= 18]
    exposed = adults["patient_id"].isin(many["exposures"]["patient_id"])
    share = exposed.groupby(adults["subtype"]).mean()
    assert 0.63 < share["anti_hmgcr"] < 0.72
    assert share.drop("anti_hmgcr").max() < 0.25


def test_persons(many: Tables) -> None:
    patients = many["patients"]
    age, delay = age_at_onset(patients), patients["diagnosis_date"] - patients["onset_date"]
    assert 0.55 < patients["sex"].eq("female").mean() < 0.61
    assert 50 < age.median() < 60
    assert 0.02 < (age < 18).mean() < 0.07
    assert 2.5 < delay.median() / YEAR * 12 < 3.5
    assert delay.max() / YEAR * 12 < 157


def test_five_year_mortality_is_about_7_percent(many: Tables) -> None:
    patients = many["patients"]
    years = ((patients["last_contact_date"] - patients["diagnosis_date"]) / YEAR).sum()
    deaths = patients["vital_status"].eq("dead").sum()
    assert 0.055 < 1 - np.exp(-5 * deaths / years) < 0.085


def test_response_at_six_months(many: Tables) -> None:
    tis = tis_at_six_months(many)
    assert len(tis) > 1500
    assert 0.7 < (tis >= 20).mean() < 0.9
    assert 0.45 < (tis >= 40).mean() < 0.8
    assert 0.10 < (tis >= 60).mean() < 0.35


def test_half_relapse(many: Tables) -> None:
    start = many["therapies"].groupby("patient_id")["start_date"].min()
    patients = many["patients"].set_index("patient_id")
    followed = patients.index[
        patients["last_contact_date"] - start.reindex(patients.index) > 2 * YEAR
    ]
    events = many["events"]
    relapsed = events.loc[events["event_type"].eq("relapse"), "patient_id"]
    assert 0.40 < followed.isin(relapsed).mean() < 0.65


def test_ck_stays_raised_at_full_strength_in_many(many: Tables) -> None:
    """Tiniakou 2017: 44 % at full strength after two years, 55 % of these with CK > 500 U/L."""
    late = with_ck(many).query("800 < days < 1200")
    strong = late[late["mmt_score"] >= 0.975 * late["mmt_max"]]
    assert 0.35 < len(strong) / len(late) < 0.6
    assert 0.35 < (strong["ck"] > 500).mean() < 0.65


def test_enzymes_follow_ck(many: Tables) -> None:
    labs = many["labs"].query("value_absent.isna()")
    wide = labs.pivot(index=["patient_id", "collected_date"], columns="analyte", values="value")
    correlation = np.log(wide[["ck", "aldolase", "ldh", "ast", "alt"]]).corr()
    assert correlation["ck"].min() > 0.85


def test_core_set_measures_agree(many: Tables) -> None:
    visits = many["visits"]
    measures = ["physician_global_vas", "patient_global_vas", "haq_di", "mmt_score"]
    correlation = visits[measures].corr()
    assert correlation.loc["physician_global_vas", ["patient_global_vas", "haq_di"]].min() > 0.6
    assert correlation.loc["physician_global_vas", "mmt_score"] < -0.6


# --- clean: what rules.csv asks of every row ---------------------------------------------------


def test_nothing_happens_after_the_last_contact(clean: Tables) -> None:
    last = clean["patients"].set_index("patient_id")["last_contact_date"]
    for name, day in dates(clean):
        patient = clean[name].loc[day.index, "patient_id"]
        assert (day <= patient.map(last)).all(), (name, day.name)


def test_days_of_a_patient_are_in_order(clean: Tables) -> None:
    days = clean["patients"]
    assert (days["birth_year"] <= days["onset_date"].dt.year).all()
    assert (days["onset_date"] <= days["first_contact_date"]).all()
    assert (days["first_contact_date"] <= days["diagnosis_date"]).all()
    therapies = clean["therapies"]
    diagnosed = therapies["patient_id"].map(days.set_index("patient_id")["diagnosis_date"])
    assert (therapies["start_date"] >= diagnosed).all()


def test_every_code_is_in_its_list(clean: Tables) -> None:
    for name, spec in CONTRACT.items():
        for column in spec.columns.values():
            if column.codes:
                assert set(clean[name][column.name].dropna()) <= set(codelist(column.codes).codes)


def test_no_row_is_an_orphan(clean: Tables) -> None:
    for name, spec in CONTRACT.items():
        assert clean[name][spec.key].is_unique
        assert clean[name]["patient_id"].isin(clean["patients"]["patient_id"]).all()
    assert clean["labs"]["visit_id"].dropna().isin(clean["visits"]["visit_id"]).all()
    assert clean["events"]["therapy_id"].dropna().isin(clean["therapies"]["therapy_id"]).all()


def test_a_value_or_the_reason_why_not(clean: Tables) -> None:
    siblings = [
        (clean[name][column.removesuffix("_absent")], clean[name][column])
        for name, spec in CONTRACT.items()
        for column in spec.columns
        if column.endswith("_absent")
    ]
    precipitated = clean["serology"]["assay"].eq("immunoprecipitation")
    assert len(siblings) == 7
    assert not precipitated.all()
    assert all((value.isna() == reason.notna()).all() for value, reason in siblings)


def test_measures_lie_on_their_grids(clean: Tables) -> None:
    visits = clean["visits"].dropna(subset=["mmt_score", "haq_di"])
    assert (visits["haq_di"] * 8 % 1 == 0).all()
    assert (visits["mmt_score"] % 1 == 0).all()
    assert visits["mmt_score"].between(0, visits["mmt_max"].astype("float64")).all()
    for name in ("physician_global_vas", "patient_global_vas", "extramuscular_vas"):
        marks = clean["visits"][name].dropna()
        assert (marks == marks.round(1)).all()
        assert marks.between(0, 10).all()


def test_ck_never_looks_like_another_unit_and_never_falls_too_fast(clean: Tables) -> None:
    ck = clean["labs"].query("analyte == 'ck'").sort_values(["patient_id", "collected_date"])
    before = ck.groupby("patient_id")[["value", "collected_date"]].shift()
    ratio, days = (
        ck["value"] / before["value"],
        (ck["collected_date"] - before["collected_date"]).dt.days,
    )
    assert not np.maximum(ratio, 1 / ratio).between(54, 66).any()
    assert not (ratio < 0.5**days).any()


def test_every_visit_has_a_ck_within_a_fortnight(clean: Tables) -> None:
    ck = clean["labs"].query("analyte == 'ck'")[["patient_id", "collected_date"]]
    pairs = clean["visits"][["visit_id", "patient_id", "visit_date"]].merge(ck, on="patient_id")
    near = (pairs["visit_date"] - pairs["collected_date"]).abs().dt.days <= 14
    assert set(pairs.loc[near, "visit_id"]) == set(clean["visits"]["visit_id"])


def test_episodes_of_a_drug_and_route_do_not_overlap(clean: Tables) -> None:
    therapies = clean["therapies"].assign(drug=drug_of(clean["therapies"]))
    therapies = therapies.sort_values(["patient_id", "drug", "route", "start_date"])
    before = therapies.groupby(["patient_id", "drug", "route"])["stop_date"].shift()
    first = ~therapies.duplicated(["patient_id", "drug", "route"])
    assert (first | (before < therapies["start_date"])).all()


def test_lines_never_go_back(clean: Tables) -> None:
    therapies = clean["therapies"].sort_values(["patient_id", "start_date", "line"])
    assert (therapies.groupby("patient_id")["line"].diff().fillna(0) >= 0).all()


def test_a_dose_per_kilogram_has_a_weight_within_six_months(clean: Tables) -> None:
    doses = clean["therapies"].query("dose_unit in ('g/kg', 'mg/kg')")
    weights = clean["visits"].dropna(subset="weight_kg")[["patient_id", "visit_date"]]
    pairs = doses.merge(weights, on="patient_id")
    near = (pairs["visit_date"] - pairs["start_date"]).abs().dt.days <= 182
    assert set(pairs.loc[near, "therapy_id"]) == set(doses["therapy_id"])


def test_a_raised_glucocorticoid_follows_a_relapse(clean: Tables) -> None:
    oral = clean["therapies"].query("route == 'po'").assign(drug=drug_of)
    oral = oral[oral["drug"].eq("prednisolone")].sort_values(["patient_id", "start_date"])
    before = oral.groupby("patient_id")["dose"].shift()
    raised = oral[oral["dose"] > before]
    relapses = clean["events"].query("event_type == 'relapse'")[["patient_id", "event_date"]]
    pairs = raised.merge(relapses, on="patient_id")
    answered = (pairs["start_date"] - pairs["event_date"]).dt.days.between(0, 3)
    assert set(pairs.loc[answered, "therapy_id"]) == set(raised["therapy_id"])
    assert not ((before >= 40) & (oral["dose"] < before / 2)).any()


def test_seronegative_patients_have_both_antibodies_negative_and_a_biopsy(clean: Tables) -> None:
    seronegative = clean["patients"].query("subtype == 'seronegative'")["patient_id"]
    negative = clean["serology"].query("interpretation == 'negative'")
    for antibody in ("hmgcr", "srp"):
        assert seronegative.isin(
            negative.loc[negative["antibody"].eq(antibody), "patient_id"]
        ).all()
    assert seronegative.isin(
        clean["biopsies"].query("imnm_features == 'present'")["patient_id"]
    ).all()


def test_a_clean_centre_breaks_no_rule_above_note(clean_package: Path) -> None:
    findings = path.check_rows(path.receive(clean_package))
    holding = findings.rows[findings.rows["severity"].isin(["refuse", "hold", "query"])]
    assert sorted(set(holding["rule_id"])) == []
    assert findings.coverage["could_not_run"].isna().all()


# --- the committed packages --------------------------------------------------------------------


def test_the_patients_that_must_pass_are_in_de01() -> None:
    """The last section of the outcome definitions: real patients that contradict tidy rules."""
    de01 = generate.german_tables()
    patients, serology, biopsies = de01["patients"], de01["serology"], de01["biopsies"]
    positive = patients.query("subtype in ('anti_hmgcr', 'anti_srp')")["patient_id"]
    hmgcr = patients.query("subtype == 'anti_hmgcr'")["patient_id"]
    strong = with_ck(de01).query("mmt_score >= 0.975 * mmt_max")
    first_negative = serology.query("antibody == 'hmgcr' and interpretation == 'negative'")
    must_pass = {
        "seropositive without biopsy": (~positive.isin(biopsies["patient_id"])).any(),
        "anti-HMGCR without statin": (~hmgcr.isin(de01["exposures"]["patient_id"])).any(),
        "CK > 500 at full strength": (strong["ck"] > 500).any(),
        "CK < 1000": (presenting_ck(de01) < 1000).any(),
        "a child": (age_at_onset(patients) < 18).any(),
        "seroconversion": hmgcr.isin(first_negative["patient_id"]).any(),
        "MAC negative": biopsies.query("patient_id in @positive")["c5b9_sarcolemmal"]
        .eq("absent")
        .any(),
        "a retired ATC code": de01["therapies"]["atc"].eq("L01XC02").any(),
        "statin withdrawal alone": de01["therapies"]["line"].eq(0).any(),
    }
    assert [name for name, there in must_pass.items() if not there] == []


@pytest.mark.parametrize("centre", ["DE01", "SE01"])
def test_the_committed_packages_are_current(centre: str, tmp_path: Path) -> None:
    """If this fails: python -m sample_data.generate --samples."""
    generate.main(["--samples", "--output", str(tmp_path)])
    assert bytes_of(tmp_path / centre) == bytes_of(generate.HERE / centre)


def test_a_package_says_what_is_in_it(tmp_path: Path) -> None:
    generate.write_samples(tmp_path)
    said = json.loads((tmp_path / "SE01" / "datapackage.json").read_text(encoding="utf-8"))
    keys = {key: said[f"registry:{key}"] for key in ("contract", "centre", "data_cut", "language")}
    assert keys == {"contract": "1.0", "centre": "SE01", "data_cut": "2026-09-30", "language": "de"}
    assert said["resources"][2]["name"] == "laborwerte"
    for resource in said["resources"]:
        file = tmp_path / "SE01" / resource["path"]
        assert resource["hash"] == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
        assert resource["registry:rows"] == pq.read_metadata(file).num_rows


def test_only_portable_types_are_stored() -> None:
    stored = {
        str(field.type)
        for file in generate.HERE.glob("[DS]E01/*.parquet")
        for field in pq.read_schema(file)
    }
    assert stored <= {"string", "bool", "int64", "double", "date32[day]"}


# --- repeatable, and of any size ---------------------------------------------------------------


def test_the_same_seed_gives_the_same_tables_and_another_seed_others() -> None:
    once, again, other = (cohort(GERMAN, 30, seed) for seed in (5, 5, 6))
    for name in CONTRACT:
        pd.testing.assert_frame_equal(once[name], again[name])
    assert not once["labs"].equals(other["labs"])


def test_a_big_centre_is_drawn_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "PIECE", 20)
    order = ["--centres", "2", "--patients", "30", "--seed", "3", "--output"]
    generate.main([*order, str(tmp_path / "a")])
    generate.main([*order, str(tmp_path / "b")])
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["AT01", "BE01"]
    patients = pq.read_table(tmp_path / "a" / "AT01" / "patients.parquet")
    assert len(set(patients["patient_id"].to_pylist())) == 30
    for centre in ("AT01", "BE01"):
        assert bytes_of(tmp_path / "a" / centre) == bytes_of(tmp_path / "b" / centre)


def test_centres_have_codes_of_their_own() -> None:
    codes = [centre.code for centre in any_centres(120)]
    assert len(set(codes)) == 120
    assert codes[0] == "AT01"
    assert codes[len(codelist("countries").codes)] == "AT02"


@pytest.mark.parametrize("arguments", [["--patients", "0"], ["--centres", "2"]])
def test_a_senseless_order_is_explained(
    arguments: list[str], capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        generate.main(arguments)
    assert "usage: python -m sample_data.generate" in capsys.readouterr().err


# --- dialect -----------------------------------------------------------------------------------


def test_a_dialect_is_the_inverse_of_its_mapping() -> None:
    mapping = Mapping(
        version="1",
        centre="SE01",
        tables={"labs": {"columns": {"value": "Wert", "unit": "Einheit", "analyte": "Analyt"}}},
        codes={"analytes": {"Kreatinkinase": "ck"}},
        units={"µkat/L": "ukat/L"},
        text=TextFormat(decimal=",", date="%d.%m.%Y"),
    )
    labs = cohort(SWEDISH, 2, seed=1)["labs"].head(1)
    labs["value"], labs["collected_date"] = 12.35, pd.Timestamp("2024-02-01")
    said = spoken({"labs": labs}, mapping, {"labs.value", "labs.collected_date"})["labs"].iloc[0]
    assert said["Analyt"] == "Kreatinkinase"
    assert (said["Wert"], said["Einheit"], said["collected_date"]) == (
        "12,35",
        "µkat/L",
        "01.02.2024",
    )


def test_two_codes_of_one_meaning_cannot_be_spoken() -> None:
    mapping = Mapping(version="1", centre="SE01", codes={"sex": {"w": "female", "f": "female"}})
    with pytest.raises(ValueError, match="mean the same"):
        spoken({"patients": cohort(SWEDISH, 2, seed=1)["patients"]}, mapping)


def test_se01_reads_back_as_what_was_spoken() -> None:
    received = submission.receive(generate.HERE / "SE01", CONTRACT)
    for name, meant in generate.swedish_tables().items():
        pd.testing.assert_frame_equal(received.tables[name], meant, check_exact=True)


@given(st.floats(0.001, 400), st.sampled_from([0.01, 0.05]))
def test_a_value_on_the_grid_converts_without_rounding(value: float, step: float) -> None:
    on = on_grid(np.array([value]), step, 60)
    assert on * 60 == np.round(on * 60, 9)
    assert abs(on - value) <= (MOST_INEXACT + 1) * step


def test_the_twin_says_the_same_in_units_per_litre() -> None:
    spoken_in, said = generate.swedish_tables()["labs"], twin(generate.swedish_tables())["labs"]
    katal = spoken_in["unit"].eq("ukat/L")
    assert katal.any()
    assert not said["unit"].eq("ukat/L").any()
    for name in ("value", "upper_limit_normal", "lower_limit_normal"):
        exactly = spoken_in[name].where(~katal, spoken_in[name] * 60)
        pd.testing.assert_series_equal(said[name], exactly, check_exact=True)


def test_a_package_may_be_written_from_pieces(tmp_path: Path) -> None:
    def in_two() -> Iterator[Tables]:
        yield cohort(GERMAN, 3, seed=1, first=1, total=6)
        yield cohort(GERMAN, 3, seed=1, first=4, total=6)

    facts = {
        "centre": "DE01",
        "data_cut": GERMAN.data_cut,
        "language": "de",
        "created": "2026-10-15",
    }
    said = write_package(in_two(), tmp_path, **facts)
    patients = pd.read_parquet(tmp_path / "patients.parquet")["patient_id"]
    assert list(patients) == [f"P000{number}" for number in range(1, 7)]
    assert said["resources"][0]["registry:rows"] == 6


# --- builders ----------------------------------------------------------------------------------


def bytes_of(folder: Path) -> dict[str, str]:
    """Name → hash: equal where the bytes are, and short where they are not."""
    files = sorted(folder.iterdir())
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def dates(tables: Tables) -> Iterator[tuple[str, pd.Series]]:
    """Every filled date of every table but that of the patients."""
    for name, table in tables.items():
        if name != "patients":
            for column in table.columns[table.dtypes.astype("str") == "datetime64[s]"]:
                yield name, table[column].dropna()


def age_at_onset(patients: pd.DataFrame) -> pd.Series:
    return patients["onset_date"].dt.year - patients["birth_year"]


def drug_of(therapies: pd.DataFrame) -> pd.Series:
    by_atc = codelist("drugs").table.drop_duplicates("atc").set_index("atc")["code"]
    return therapies["drug"].fillna(therapies["atc"].replace("L01XC02", "L01FA01").map(by_atc))


def presenting_ck(tables: Tables) -> pd.Series:
    ck = tables["labs"].query("analyte == 'ck'").sort_values("collected_date")
    return ck.groupby("patient_id")["value"].first()


def with_ck(tables: Tables) -> pd.DataFrame:
    """Visits with their CK, its multiple of the ULN, and days since the first therapy."""
    ck = tables["labs"].query("analyte == 'ck'").dropna(subset="visit_id").set_index("visit_id")
    visits = tables["visits"].set_index("visit_id")
    start = tables["therapies"].query("line > 0").groupby("patient_id")["start_date"].min()
    since = visits["visit_date"] - visits["patient_id"].map(start)
    times_uln = ck["value"] / ck["upper_limit_normal"]
    return visits.assign(ck=ck["value"], times_uln=times_uln, days=since.dt.days)


def tis_at_six_months(tables: Tables) -> pd.Series:
    """TIS of the visit nearest to day 182 of line 1, against the visit at its start."""
    visits = with_ck(tables).sort_values("days")
    before = visits.query("-30 <= days <= 3").groupby("patient_id").last()
    six = visits[(visits["days"] - 182).abs() <= 45].groupby("patient_id").first()
    before, six = before.align(six, join="inner", axis=0)
    fall = {
        "physician_global": before["physician_global_vas"] - six["physician_global_vas"],
        "patient_global": before["patient_global_vas"] - six["patient_global_vas"],
        "extramuscular": before["extramuscular_vas"] - six["extramuscular_vas"],
        "haq_di": before["haq_di"] - six["haq_di"],
        "mmt": six["mmt_score"] - before["mmt_score"],
        "muscle_enzyme": before["times_uln"] - six["times_uln"],
    }
    ranges = {**RANGES, "mmt": GERMAN.mmt_max, "muscle_enzyme": 15}
    scores = {
        name: score(name, percent(change.to_numpy(), ranges[name])) for name, change in fall.items()
    }
    return pd.Series(improvement(scores)[0]).dropna()
