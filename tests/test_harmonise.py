"""Harmonising: one unit, one code, one drug; what was submitted stays beside; twice equals once."""

import json
import string
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.codelists import codelist
from registry.contract import Column, Contract, Kind
from registry.harmonise import centre_wide, harmonise, together
from registry.harmonise.mapping import Mapping, TableMapping, TextFormat
from registry.harmonise.serology import derived_interpretation
from registry.harmonise.sources import PROVENANCE, as_text
from registry.submission import Submission, receive
from registry.tables import PANDAS
from sample_data import generate
from sample_data.dialect import resource_names, spoken, twin
from sample_data.package import write_package
from schemas.submitted import CONTRACT
from tests.packages import package

Tables = dict[str, pd.DataFrame]

NO_MAPPINGS = Path("tests")  # a folder without any: every centre writes the contract's terms


def harmonised_from(
    path: Path, centres: Path = NO_MAPPINGS, contract: Contract = CONTRACT
) -> Tables:
    submission = receive(path, contract, centres)
    return harmonise(submission.tables, submission, contract)


def values(tables: Tables) -> Tables:
    """Harmonised values alone: without where they came from."""
    return {
        name: table.loc[:, ~table.columns.str.startswith("source_")].drop(
            columns=["submission_id", "mapping_version", "unit_factor"], errors="ignore"
        )
        for name, table in tables.items()
    }


def assert_same(one: Tables, other: Tables) -> None:
    assert list(one) == list(other)
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)


def blank_as(values: pd.Series, mark: object = None) -> list[object]:
    return [mark if pd.isna(value) else value for value in values]


# --- laboratory ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "canonical", "canonical_unit", "factor"),
    [
        ("ck", 1.0, "ukat/L", 60.0, "U/L", 60.0),
        ("ck", 1.35, "ukat/L", 81.0, "U/L", 60.0),
        ("ck", 258.7, "ukat/L", 15522.0, "U/L", 60.0),
        ("ck", 6456.0, "U/L", 6456.0, "U/L", 1.0),
        ("crp", 1.2, "mg/dL", 12.0, "mg/L", 10.0),
        ("troponin_t", 0.014, "ng/mL", 14.0, "ng/L", 1000.0),
        ("creatinine", 1.0, "mg/dL", 88.42, "umol/L", 88.42),
        ("creatinine", 80.0, "umol/L", 80.0, "umol/L", 1.0),
    ],
)
def test_a_result_and_its_limits_are_in_the_canonical_unit_of_the_analyte(
    analyte: str,
    value: float,
    unit: str,
    canonical: float,
    canonical_unit: str,
    factor: float,
    tmp_path: Path,
) -> None:
    own = {"value": [value], "upper_limit_normal": [value], "analyte": [analyte], "unit": [unit]}

    labs = harmonised_from(package(tmp_path, columns={"labs": own}))["labs"].iloc[0]

    assert labs["value"] == labs["upper_limit_normal"] == canonical
    assert labs["unit"] == canonical_unit
    assert labs["unit_factor"] == factor
    assert labs[["source_value", "source_unit"]].tolist() == [f"{value:g}", unit]


@pytest.mark.parametrize(("analyte", "unit"), [("ck", "mg/dL"), ("esr", "ukat/L"), ("ck", None)])
def test_what_no_factor_converts_is_blank_and_stays_as_submitted(
    analyte: str, unit: str | None, tmp_path: Path
) -> None:
    own = {"value": [400.0], "upper_limit_normal": [200.0], "analyte": [analyte]}
    units = {"unit": pa.array([unit], pa.string())}

    labs = harmonised_from(package(tmp_path, columns={"labs": {**own, **units}}))["labs"]

    assert labs[["value", "upper_limit_normal", "unit", "unit_factor"]].isna().all(axis=None)
    assert labs["source_value"].tolist() == ["400"]
    assert blank_as(labs["source_unit"]) == [unit]


def test_a_censored_result_keeps_its_comparator(tmp_path: Path) -> None:
    own = {"value": [0.5], "value_comparator": ["<"], "analyte": ["ck"], "unit": ["ukat/L"]}

    labs = harmonised_from(package(tmp_path, columns={"labs": own}))["labs"]

    assert labs[["value", "value_comparator", "unit"]].iloc[0].tolist() == [30.0, "<", "U/L"]


# --- serology -----------------------------------------------------------------------------------


def interpreted(value: float, comparator: str | None = None, **facts: Any) -> object:
    test = {"antibody": "hmgcr", "assay": "elisa", "unit": "U/mL", "cutoff": None, **facts}
    row = pd.DataFrame({**test, "value": [value], "value_comparator": [comparator]})
    row = row.astype(
        {"value": "float64", "cutoff": "float64", "value_comparator": "str", "unit": "str"}
    )
    return blank_as(derived_interpretation(row))[0]


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (0, "negative"),
        (19.9, "negative"),
        (20, "positive"),
        (59.9, "positive"),
        (60, "strong_positive"),
    ],
)
def test_an_interpretation_by_antibody_assay_and_unit(value: float, meaning: str) -> None:
    assert interpreted(value) == meaning


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (5, "negative"),
        (6, "borderline"),
        (10.9, "borderline"),
        (11, "positive"),
        (51, "strong_positive"),
    ],
)
def test_a_blot_has_a_grey_zone(value: float, meaning: str) -> None:
    assert interpreted(value, antibody="srp", assay="line_blot", unit="{SI}") == meaning


@pytest.mark.parametrize(
    ("value", "cutoff", "meaning"),
    [
        (25, 20, "positive"),  # the list's own cut-off: its bands hold
        (70, 20, "strong_positive"),
        (25, 30, "negative"),  # the kit knows better where it begins …
        (70, 30, "positive"),  # … and says nothing of strength
        (30, 30, "positive"),
    ],
)
def test_the_rows_own_cutoff_comes_first(value: float, cutoff: float, meaning: str) -> None:
    assert interpreted(value, cutoff=cutoff) == meaning


@pytest.mark.parametrize(
    ("comparator", "value", "meaning"),
    [
        ("<", 20, "negative"),
        ("<=", 20, None),
        ("<", 30, None),
        (">", 60, "strong_positive"),
        (">=", 60, "strong_positive"),
        (">=", 20, None),
        ("=", 20, "positive"),
    ],
)
def test_a_censored_titre_decides_only_what_is_certain(
    comparator: str, value: float, meaning: str | None
) -> None:
    assert interpreted(value, comparator) == meaning


@pytest.mark.parametrize(
    "facts", [{"unit": "{CU}"}, {"assay": "iif"}, {"antibody": "ana"}, {"unit": None}], ids=str
)
def test_an_unknown_assay_without_a_cutoff_is_not_interpreted(facts: dict[str, Any]) -> None:
    assert interpreted(70, **facts) is None
    assert interpreted(70, **facts, cutoff=40.0) == "positive"


def test_what_the_centre_says_is_never_overwritten(tmp_path: Path) -> None:
    own = {
        "value": [70.0, None],
        "antibody": ["hmgcr"] * 2,
        "assay": ["elisa"] * 2,
        "unit": ["U/mL"] * 2,
        "interpretation": ["negative", "positive"],
    }

    serology = harmonised_from(package(tmp_path, columns={"serology": own}))["serology"]

    assert serology["interpretation"].tolist() == ["negative", "positive"]
    assert blank_as(serology["derived_interpretation"]) == ["strong_positive", None]
    assert serology["value"].iloc[0] == 70


# --- therapies and exposures --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "atc", "harmonised", "current"),
    [
        ("rituximab", None, "rituximab", "L01FA01"),
        (None, "L01FA01", "rituximab", "L01FA01"),
        (None, "L01XC02", "rituximab", "L01FA01"),  # until 2021
        (None, "L04AA58", "efgartigimod", "L04AL01"),  # 2024 and 2025
        (None, "L01BA01", "methotrexate", "L04AX03"),  # as in oncology
        ("mycophenolate_sodium", "L04AA06", "mycophenolate_sodium", "L04AA06"),
        ("plasma_exchange", None, "plasma_exchange", None),
        (None, "N02BE01", None, "N02BE01"),
    ],
)
def test_a_therapy_has_one_drug_and_one_current_atc_code(
    drug: str | None, atc: str | None, harmonised: str | None, current: str | None, tmp_path: Path
) -> None:
    own = {name: pa.array([code], pa.string()) for name, code in {"drug": drug, "atc": atc}.items()}

    therapies = harmonised_from(package(tmp_path, columns={"therapies": own}))["therapies"]

    codes = ["drug", "atc", "source_drug", "source_atc"]
    assert [blank_as(therapies[c])[0] for c in codes] == [harmonised, current, drug, atc]


def test_the_atc_version_is_the_one_the_code_is_from(tmp_path: Path) -> None:
    own = {
        "atc": ["L01XC02", "N02BE01", "L01FA01"],
        "atc_version": ["2021", "2021", None],
    }

    therapies = harmonised_from(package(tmp_path, columns={"therapies": own}))["therapies"]

    assert therapies["atc_version"].tolist() == ["2026-04-25", "2021", "2026-04-25"]
    assert blank_as(therapies["source_atc_version"]) == ["2021", "2021", None]


def test_doses_are_milligrams_and_prednisone_equivalents(tmp_path: Path) -> None:
    own = {
        "drug": ["methylprednisolone", "methotrexate", "plasma_exchange"],
        "dose": [32.0, 17.5, 5.0],
        "dose_unit": ["mg", "mg", "sessions"],
        "frequency": ["daily", "weekly", "per_cycle"],
    }

    therapies = harmonised_from(package(tmp_path, columns={"therapies": own}))["therapies"]

    assert blank_as(therapies["daily_dose_mg"]) == [32.0, 2.5, None]
    assert blank_as(therapies["prednisone_mg_day"]) == [40.0, None, None]
    assert therapies["drug_class"].tolist() == [
        "glucocorticoid",
        "immunosuppressant",
        "plasma_exchange",
    ]


def test_a_dose_per_kilogram_takes_the_weight_of_the_patients_visit(tmp_path: Path) -> None:
    own = {"drug": ["ivig"], "dose": [0.4], "dose_unit": ["g/kg"], "frequency": ["daily"]}

    made = package(tmp_path, columns={"therapies": own, "visits": {"weight_kg": [70.0]}})

    assert harmonised_from(made)["therapies"]["daily_dose_mg"].tolist() == [28_000.0]


@pytest.mark.parametrize(
    ("agent", "atc", "harmonised", "current"),
    [
        (None, "C10AA05", "atorvastatin", "C10AA05"),
        ("simvastatin", None, "simvastatin", "C10AA01"),
        ("red_yeast_rice", None, "red_yeast_rice", None),
    ],
)
def test_an_exposure_has_one_agent_and_its_atc_code(
    agent: str | None, atc: str | None, harmonised: str, current: str | None, tmp_path: Path
) -> None:
    own = {
        name: pa.array([code], pa.string()) for name, code in {"agent": agent, "atc": atc}.items()
    }

    exposures = harmonised_from(package(tmp_path, columns={"exposures": own}))["exposures"]

    codes = ["agent", "atc", "source_agent", "source_atc"]
    assert [blank_as(exposures[c])[0] for c in codes] == [harmonised, current, agent, atc]


# --- where it came from -------------------------------------------------------------------------


def test_every_row_says_where_it_came_from(tmp_path: Path) -> None:
    submission = receive(package(tmp_path, columns={"labs": {"value": [1.0, 2.0, 3.0]}}), CONTRACT)
    kept = {**submission.tables, "labs": submission.tables["labs"].loc[[1, 3]]}

    tables = harmonise(kept, submission, CONTRACT)

    assert all(set(PROVENANCE) <= set(table) for table in tables.values())
    labs = tables["labs"]
    assert labs["source_row"].tolist() == [1, 3]
    assert labs["source_value"].tolist() == ["1", "3"]
    assert set(labs["submission_id"]) == {submission.id}
    assert set(labs["mapping_version"]) == {"contract-1.0"}
    assert str(labs["source_row"].dtype) == "Int64"


def test_every_code_and_every_converted_value_has_its_source_beside_it(tmp_path: Path) -> None:
    tables = harmonised_from(package(tmp_path))

    coded = {
        (name, c.name) for name, spec in CONTRACT.items() for c in spec.columns.values() if c.codes
    }
    assert {
        (name, column) for name, column in coded if f"source_{column}" not in tables[name]
    } == set()
    assert {f"source_{c}" for c in ("value", "upper_limit_normal", "lower_limit_normal")} <= set(
        tables["labs"]
    )


def test_ids_are_centre_wide_and_blank_links_stay_blank(tmp_path: Path) -> None:
    visits = pa.array(["visits-1", None])

    labs = harmonised_from(package(tmp_path, columns={"labs": {"visit_id": visits}}))["labs"]

    assert labs["lab_id"].tolist() == ["DE01:labs-1", "DE01:labs-2"]
    assert labs["patient_id"].tolist() == ["DE01:patients-1"] * 2
    assert blank_as(labs["visit_id"]) == ["DE01:visits-1", None]
    assert centre_wide(pd.Series(["P1"]), "DE01").tolist() == ["DE01:P1"]


def test_a_table_that_was_not_sent_is_there_without_rows(tmp_path: Path) -> None:
    sent = harmonised_from(
        package(tmp_path / "sent", columns={"events": {"seriousness": ["disability"]}})
    )

    tables = harmonised_from(package(tmp_path / "unsent"))

    assert list(tables) == list(CONTRACT)
    assert len(tables["events"]) == 0
    assert tables["events"].dtypes.to_dict() == sent["events"].dtypes.to_dict()


def test_harmonising_leaves_what_it_was_given_as_it_was(tmp_path: Path) -> None:
    submission = receive(package(tmp_path), CONTRACT)
    before = {name: table.copy() for name, table in submission.tables.items()}

    harmonise(submission.tables, submission, CONTRACT)

    assert_same(before, submission.tables)


def test_centres_together(tmp_path: Path) -> None:
    centres = [
        harmonised_from(package(tmp_path / code, manifest={"registry:centre": code}))
        for code in ("DE01", "SE01")
    ]

    tables = together(centres)

    assert tables["patients"]["patient_id"].tolist() == ["DE01:patients-1", "SE01:patients-1"]
    assert list(tables["patients"].index) == [0, 1]
    for name, table in tables.items():
        assert table.dtypes.to_dict() == centres[0][name].dtypes.to_dict()


def test_no_centre_together_is_nothing() -> None:
    assert together([]) == {}


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pd.Series([5.0, 1.35, None]), ["5", "1.35", None]),
        (pd.Series([5, None], dtype="Int64"), ["5", None]),
        (pd.Series([True, None], dtype="boolean"), ["true", None]),
        (pd.to_datetime(pd.Series(["2024-03-31", None])), ["2024-03-31", None]),
        (pd.Series(["µkat/L", None], dtype="str"), ["µkat/L", None]),
        (pd.Series([], dtype="float64"), []),
    ],
)
def test_values_as_people_write_them(column: pd.Series, texts: list[str | None]) -> None:
    assert blank_as(as_text(column)) == texts


# --- twice equals once --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def swedish(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    """SE01 as the generator writes it, in its dialect."""
    folder = tmp_path_factory.mktemp("swedish")
    mapping = generate.swedish_mapping()
    said = spoken(generate.swedish_tables(), mapping, generate.SWEDISH_TEXT)
    written(said, folder, names=resource_names(mapping))
    return receive(folder, CONTRACT)


def written(
    tables: Tables, folder: Path, names: dict[str, str] | None = None, centre: str = "SE01"
) -> Path:
    write_package(
        tables,
        folder,
        centre=centre,
        data_cut=date(2026, 9, 30),
        language="de",
        created=generate.CREATED,
        resource_names=names,
    )
    return folder


def test_harmonising_twice_equals_once(swedish: Submission) -> None:
    once = harmonise(swedish.tables, swedish, CONTRACT)

    assert_same(harmonise(once, swedish, CONTRACT), once)


def test_harmonised_values_sent_again_stay_the_same(swedish: Submission, tmp_path: Path) -> None:
    once = harmonise(swedish.tables, swedish, CONTRACT)
    again = {name: table[list(CONTRACT[name].columns)] for name, table in once.items()}

    twice = harmonised_from(written(again, tmp_path))

    for name, spec in CONTRACT.items():
        ids = [c.name for c in spec.columns.values() if c.key or c.links]
        unprefixed = {column: twice[name][column].str.removeprefix("SE01:") for column in ids}
        twice[name] = twice[name].assign(**unprefixed)
    assert_same(values(twice), values(once))


# --- the twin -----------------------------------------------------------------------------------


def test_the_swedish_centre_equals_its_twin_in_the_contracts_terms(
    swedish: Submission, tmp_path: Path
) -> None:
    in_dialect = harmonise(swedish.tables, swedish, CONTRACT)

    in_contract_terms = harmonised_from(written(twin(generate.swedish_tables()), tmp_path))

    assert len(in_dialect["labs"]) > 1000
    assert set(in_dialect["labs"]["unit_factor"]) == {1.0, 60.0}
    assert_same(values(in_dialect), values(in_contract_terms))


def toml_of(mapping: Mapping) -> str:
    """A mapping as the registry would keep it."""

    def section(name: str, facts: dict[str, str]) -> str:
        lines = (
            f"{json.dumps(k, ensure_ascii=False)} = {json.dumps(v, ensure_ascii=False)}"
            for k, v in facts.items()
        )
        return "\n".join([f"[{name}]", *lines, ""])

    parts = [f'version = "{mapping.version}"\ncentre = "{mapping.centre}"\n']
    parts += [section("text", mapping.text.model_dump()), section("units", mapping.units)]
    for name, table in mapping.tables.items():
        parts += [section(f"tables.{name}", {"resource": str(table.resource)})]
        parts += [section(f"tables.{name}.columns", table.columns)]
    parts += [section(f'codes."{name}"', codes) for name, codes in mapping.codes.items()]
    return "\n".join(parts)


# Words a centre might use: nothing that is one of the contract's words already.
WORDS = st.text(string.ascii_uppercase + "ÄÖÅ µ.-", min_size=1, max_size=5).map(
    lambda word: f"x{word}x"
)
SPOKEN = ("patients", "visits", "labs", "therapies")


@st.composite
def dialects(draw: st.DrawFn) -> Mapping:
    """Any renaming of tables, columns, codes and units, and any way to write numbers and days."""
    tables = {
        name: TableMapping(
            resource=f"{name}_{draw(st.sampled_from('abc'))}",
            columns=_renamed(draw, [c for c in CONTRACT[name].columns if draw(st.booleans())]),
        )
        for name in SPOKEN
    }
    lists = ["sex", "analytes", "comparators", "drugs", "frequencies", "routes", "three_state"]
    codes = {
        name: {own: code for code, own in _renamed(draw, codelist(name).codes).items()}
        for name in draw(st.lists(st.sampled_from(lists), unique=True))
    }
    units = {
        own: code for code, own in _renamed(draw, ("ukat/L", "mg/L", "mg", "sessions")).items()
    }
    text = TextFormat(
        decimal=draw(st.sampled_from([".", ","])),
        date=draw(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"])),
    )
    return Mapping(version="7", centre="SE01", tables=tables, codes=codes, units=units, text=text)


def _renamed(draw: st.DrawFn, names: tuple[str, ...] | list[str]) -> dict[str, str]:
    own = draw(st.lists(WORDS, min_size=len(names), max_size=len(names), unique=True))
    return dict(zip(names, own, strict=True))


# Columns of numbers and days that a centre may store as text.
WRITABLE = [
    f"{name}.{column.name}"
    for name in SPOKEN
    for column in CONTRACT[name].columns.values()
    if column.kind in (Kind.NUMBER, Kind.DATE, Kind.YES_NO)
]


def drawn_values(draw: st.DrawFn, column: Column, rows: int) -> list[object]:
    """Cells of one column: blank, or anything the contract allows."""
    days = st.dates(date(1950, 1, 1), date(2026, 9, 30)).map(pd.Timestamp)
    cell: st.SearchStrategy[object] = {
        Kind.TEXT: st.text(string.ascii_letters, min_size=1, max_size=4),
        Kind.NUMBER: st.integers(0, 10**6).map(lambda hundredths: hundredths / 100),
        Kind.WHOLE: st.integers(0, 300),
        Kind.YES_NO: st.booleans(),
        Kind.DATE: days,
    }[column.kind]
    if column.links is not None:
        cell = st.just(f"{column.links}-1")
    elif column.codes is not None:
        cell = st.sampled_from(codelist(column.codes).codes)
    blank = cell if column.required else st.none() | cell
    return draw(st.lists(blank, min_size=rows, max_size=rows))


@st.composite
def contract_tables(draw: st.DrawFn) -> Tables:
    """Tables in the contract's terms, laboratory values in µkat/L among them."""
    tables = {}
    for name in SPOKEN:
        rows = draw(st.integers(0, 3))
        columns: dict[str, object] = {
            column.name: pd.Series(drawn_values(draw, column, rows))
            for column in CONTRACT[name].columns.values()
        }
        columns["centre_id"] = ["SE01"] * rows
        columns[CONTRACT[name].key] = [f"{name}-{row}" for row in range(1, rows + 1)]
        dtypes = {column.name: PANDAS[column.kind] for column in CONTRACT[name].columns.values()}
        tables[name] = pd.DataFrame(columns).astype(dtypes)
    return tables


@given(dialects(), contract_tables(), st.sets(st.sampled_from(WRITABLE)))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_package_in_a_dialect_harmonises_like_its_twin_in_the_contracts_terms(
    mapping: Mapping, tables: Tables, as_text: set[str]
) -> None:
    four_tables = {name: CONTRACT[name] for name in SPOKEN}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "SE01.toml").write_text(toml_of(mapping), encoding="utf-8")
        own = spoken(tables, mapping, as_text)
        said = written(own, folder / "dialect", names=resource_names(mapping))
        plain = written(twin(tables), folder / "plain")

        in_dialect = harmonised_from(said, folder, four_tables)
        in_contract_terms = harmonised_from(plain, contract=four_tables)

    assert_same(values(in_dialect), values(in_contract_terms))
