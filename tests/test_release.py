"""From harmonised tables to a release that other people's software reads, and that no crash can break."""

import atexit
import hashlib
import json
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import files
from registry.consent import COVERED, consent
from registry.contract import Kind
from registry.files import remove
from registry.outcomes import treatment_outcomes, visit_outcomes
from registry.release import (
    NoRelease,
    Passport,
    ReleaseDamaged,
    fingerprint,
    open_release,
    publishable,
    same_as_latest,
    write_release,
)
from registry.release import write as writing
from registry.release.parquet import schema_fingerprint
from registry.release.passport import next_version
from registry.release.pseudonyms import pseudonyms
from registry.release.public import TABLES
from registry.tables import PANDAS
from schemas.published import PUBLISHED
from tests.killing import killed_at

SECRET = b"a key for tests only, 32 bytes.."
DAY_0 = pd.Timestamp("2020-03-01")
CUT = pd.Timestamp("2024-12-31").date()

Rows = list[dict[str, Any]]
Tables = dict[str, pd.DataFrame]


# --- builders -------------------------------------------------------------------------------------


def table(name: str, rows: Rows, shift: int = 0) -> pd.DataFrame:
    """A harmonised table; `…_date` cells are days after DAY_0, `shift` days later."""
    spec = PUBLISHED[name].columns.values()
    dates = {c.name.removesuffix("_day") + "_date" for c in spec if c.unit == "d"}
    columns = {c.name: PANDAS[c.kind] for c in spec if c.unit != "d"}
    origin = {"centre_id": "DE01", "submission_id": f"DE01-{'a' * 16}", "mapping_version": "1"}
    filled = pd.DataFrame([origin | {"source_row": n} | row for n, row in enumerate(rows, start=1)])
    made = {
        c: pd.Series(filled.get(c), index=filled.index, dtype=kind) for c, kind in columns.items()
    }
    for date in dates:
        days = pd.to_timedelta(
            pd.Series(filled.get(date), index=filled.index, dtype="float64"), unit="D"
        )
        made[date] = (DAY_0 + pd.Timedelta(days=shift) + days).astype("datetime64[s]")
    return pd.DataFrame(made)


def person(
    who: str, consent: str = "granted", scope: str | None = "research_reuse", **facts: Any
) -> dict[str, Any]:
    known = {
        "patient_id": f"DE01:{who}",
        "consent_status": consent,
        "consent_scope": scope,
        "sex": "female",
    }
    ill = {"birth_year": 1960, "onset_date": -90, "diagnosis_date": -5, "vital_status": "alive"}
    return known | ill | facts


def visit(who: str, number: int, on: int, activity: float) -> dict[str, Any]:
    measures = {
        "physician_global_vas": activity,
        "patient_global_vas": activity,
        "extramuscular_vas": activity,
    }
    strength = {"mmt_score": 80 - 4 * activity, "mmt_max": 80, "haq_di": activity / 4}
    ids = {"visit_id": f"DE01:{who}-v{number}", "patient_id": f"DE01:{who}", "visit_date": on}
    return ids | measures | strength


def ck(who: str, number: int, on: int, value: float, visit: int | None = None) -> dict[str, Any]:
    ids = {"lab_id": f"DE01:{who}-l{number}", "patient_id": f"DE01:{who}", "collected_date": on}
    at = None if visit is None else f"DE01:{who}-v{visit}"
    result = {"analyte": "ck", "value": value, "unit": "U/L", "upper_limit_normal": 200.0}
    return (
        ids
        | result
        | {"visit_id": at, "source_value": f"{value:g}", "source_unit": "U/L", "unit_factor": 1.0}
    )


def steroid(who: str, start: int, stop: int | None = None) -> dict[str, Any]:
    ids = {
        "therapy_id": f"DE01:{who}-t1",
        "patient_id": f"DE01:{who}",
        "start_date": start,
        "stop_date": stop,
    }
    drug = {"drug": "prednisone", "drug_class": "glucocorticoid", "atc": "H02AB07", "route": "po"}
    return (
        ids
        | drug
        | {
            "dose": 40.0,
            "dose_unit": "mg",
            "frequency": "daily",
            "prednisone_mg_day": 40.0,
            "line": 1,
        }
    )


def cohort(shift: int = 0, patients: Rows | None = None, **more: Rows) -> Tables:
    """A (treated and better), B (two visits, no therapy), C (diagnosis only), and who did not consent."""
    rows: dict[str, Rows] = {
        "patients": patients
        or [
            person("A"),
            person("B"),
            person("C", scope=None),
            person("never-asked", "unknown"),
            person("withdrawn", "withdrawn_delete"),
            person("here-only", "restricted", "registry_only"),
        ],
        "visits": [
            *(
                visit("A", n, on, activity)
                for n, (on, activity) in enumerate([(10, 8.0), (102, 1.0)])
            ),
            *(visit("B", n, on, 5.0) for n, on in enumerate([30, 60])),
            visit("withdrawn", 0, 3, 6.25),
        ],
        "labs": [
            ck("A", 0, 10, 6000.0, visit=0),
            ck("A", 1, 102, 300.0),
            ck("withdrawn", 0, 3, 4321.5, visit=0),
        ],
        "therapies": [steroid("A", 12, 400), steroid("withdrawn", 3)],
        "events": [],
    }
    names = [name for name in PUBLISHED if not name.endswith("_outcomes")]
    tables = {name: table(name, {**rows, **more}.get(name, []), shift) for name in names}
    tables["therapies"] = tables["therapies"].drop(
        columns="submitted_line"
    )  # publishing tells them apart
    return tables


def published(
    tables: Tables | None = None, secret: bytes = SECRET
) -> tuple[Tables, dict[str, int]]:
    """Published tables and who was left out, as `publishable` gives them."""
    return _plainly_published() if tables is None else _published(tables, secret)


@cache
def _plainly_published() -> tuple[Tables, dict[str, int]]:
    return _published(cohort(), SECRET)


def _published(tables: Tables, secret: bytes) -> tuple[Tables, dict[str, int]]:
    visits = visit_outcomes(tables, CUT)
    return publishable(
        tables, visits, treatment_outcomes(tables, CUT, visits=visits), secret, PUBLISHED
    )


def passport(**facts: Any) -> Passport:
    known: Passport = {
        "submissions": [f"DE01-{'a' * 16}"],
        "data_cuts": {"DE01": CUT.isoformat()},
        "rule_set": "0123456789abcdef",
        "code": "c0ffee",
        "algorithm_version": "1.0",
        "excluded": {"consent_unknown": 1},
        "created": "2026-11-22T12:00:00+00:00",
    }
    return {**known, **facts}  # type: ignore[typeddict-item]


def cut(root: Path, tables: Tables | None = None, version: str | None = None, **facts: Any) -> Path:
    return write_release(
        root, published()[0] if tables is None else tables, PUBLISHED, passport(**facts), version
    )


def first_cut(root: Path) -> Path:
    """The release `cut(root)` makes in an empty folder: made once, and copied."""
    shutil.copytree(_first(), root)
    return root / "releases" / "2026.1.0"


@cache
def _first() -> Path:
    kept = Path(tempfile.mkdtemp(prefix="first-release-"))
    atexit.register(remove, kept)
    cut(kept)
    return kept


def content(folder: Path) -> dict[str, str]:
    """File → hash, of everything below a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture
def root(tmp_path: Path) -> Any:
    """A folder for releases; pytest cannot remove read-only ones."""
    yield tmp_path / "published"
    remove(tmp_path)


# --- what may leave -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "scope", "answer"),
    [
        ("granted", "research_reuse", COVERED),
        ("granted", None, COVERED),
        ("granted", "registry_only", "consent_scope_excludes_release"),
        ("restricted", "research_reuse_myositis", COVERED),
        ("restricted", "registry_only", "consent_restricted"),
        ("restricted", None, "consent_restricted"),
        ("withdrawn_no_further_collection", "research_reuse", COVERED),
        ("withdrawn_delete", "research_reuse", "consent_withdrawn_delete"),
        ("unknown", "research_reuse", "consent_unknown"),
        (None, "research_reuse", "consent_missing"),
        ("a code of no list", "research_reuse", "consent_a code of no list"),
    ],
)
def test_consent_covers_a_release_by_status_or_scope(
    status: str | None, scope: str | None, answer: str
) -> None:
    patients = pd.DataFrame({"consent_status": [status], "consent_scope": [scope]}, dtype="str")

    assert list(consent(patients)) == [answer]


def test_who_did_not_consent_is_left_out_with_all_rows_and_counted() -> None:
    tables, excluded = published()

    assert excluded == {
        "consent_restricted": 1,
        "consent_unknown": 1,
        "consent_withdrawn_delete": 1,
    }
    assert {
        name: len(t) for name, t in tables.items() if len(t) and not name.endswith("_outcomes")
    } == {
        "patients": 3,
        "visits": 4,
        "labs": 2,
        "therapies": 1,
    }
    for name, spec in PUBLISHED.items():
        for column, parent in spec.links.items():
            assert tables[name][column].dropna().isin(tables[parent][PUBLISHED[parent].key]).all()


def test_a_patient_without_a_day_to_count_from_is_left_out() -> None:
    nowhere = [person("A"), person("Z", diagnosis_date=None)]

    tables, excluded = published(cohort(patients=nowhere))

    assert excluded == {"no_index_day": 1}
    assert len(tables["patients"]) == 1


def test_day_0_is_the_first_line_else_the_first_visit_else_the_diagnosis() -> None:
    tables, _ = published()

    days = tables["patients"].set_index("index_basis")[["onset_day", "diagnosis_day"]]
    assert days.loc["therapy_line"].tolist() == [-102, -17]
    assert days.loc["visit"].tolist() == [-120, -35]
    assert days.loc["diagnosis"].tolist() == [-85, 0]
    assert tables["therapies"]["start_day"].tolist() == [0]
    assert sorted(tables["visits"]["visit_day"]) == [-2, 0, 30, 90]


def test_an_optional_link_to_what_is_not_there_is_cleared() -> None:
    tables = cohort(labs=[ck("A", 0, 10, 6000.0, visit=7)], visits=[visit("A", 0, 10, 8.0)])

    labs = published(tables)[0]["labs"]

    assert labs["visit_id"].isna().all()
    assert len(labs) == 1


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        (
            "malignancies",
            {"malignancy_id": "DE01:m1", "icd10": "breast, see letter of 3.4."},
            "icd10",
        ),
        ("labs", {**ck("A", 9, 3, 900.0), "loinc": "Frau Muster"}, "loinc"),
        ("labs", {**ck("A", 9, 3, 900.0), "source_value": "900, told by phone"}, "source_value"),
        ("exposures", {"exposure_id": "DE01:e1", "atc": "2020-03-01"}, "atc"),
    ],
)
def test_text_that_is_no_code_does_not_leave(name: str, row: dict[str, Any], column: str) -> None:
    tables = published(cohort(**{name: [{"patient_id": "DE01:A", **row}]}))[0]

    assert tables[name][column].tolist() == [pytest.approx(float("nan"), nan_ok=True)]


@settings(max_examples=4, deadline=None)
@given(st.integers(-9000, 1500))
def test_no_calendar_date_can_be_told_from_a_release(days: int) -> None:
    """The same patients, all of them fallen ill `days` later, give the same tables."""
    then, now = published()[0], published(cohort(shift=days))[0]

    for name in then:
        pd.testing.assert_frame_equal(now[name], then[name])


def test_the_order_of_the_input_does_not_matter() -> None:
    shuffled = {name: t.sample(frac=1, random_state=1) for name, t in cohort().items()}

    made = published(shuffled)[0]

    for name, expected in published()[0].items():
        pd.testing.assert_frame_equal(made[name], expected)


def test_pseudonyms_depend_on_the_key_and_on_what_they_name() -> None:
    ids = pd.Series(["DE01:1", None, "DE01:1", "FR01:1"], dtype="str")

    made = pseudonyms(ids, "patients", SECRET)

    assert made.str.fullmatch("P[0-9a-f]{16}").tolist() == [True, False, True, True]
    assert made[0] == made[2] != made[3]
    assert made[0] != pseudonyms(ids, "patients", SECRET[::-1])[0]
    assert made[0][1:] != pseudonyms(ids, "visits", SECRET)[0][1:]


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        published(cohort(), secret=b"guess me")


# --- the release ----------------------------------------------------------------------------------


def both(folder: str, *names: str) -> list[str]:
    """Tables that are there as Parquet and as CSV."""
    return [f"{folder}/{name}.{kind}" for name in names for kind in ("parquet", "csv")]


def test_a_release_is_named_described_and_read_only(root: Path) -> None:
    folder = first_cut(root)

    latest = json.loads((root / "latest.json").read_text())
    manifest_bytes = (folder / "manifest.json").read_bytes()
    assert latest == {
        "version": "2026.1.0",
        "manifest": "releases/2026.1.0/manifest.json",
        "manifest_sha256": hashlib.sha256(manifest_bytes).hexdigest(),
    }
    assert set(content(folder)) == {
        *(f"data/{name}.parquet" for name in PUBLISHED),
        *("manifest.json", "datapackage.json", "README.md", "CHANGELOG.md", "checksums.sha256"),
        *("data_dictionary.parquet", "data_dictionary.csv", "codes.parquet", "codes.csv"),
        *("croissant.json", "ro-crate-metadata.json", "contract.odcs.yaml", "changes.parquet"),
        *(f"{folder}/README.md" for folder in ("quality", "disclosure", "public")),
        *both("quality", "rows", "fields", "open", "waivers"),
        *both("disclosure", "risk", "small_cells"),
        *both("public", *(name for name, _, _ in TABLES)),
    }
    assert all(path.stat().st_mode & 0o222 == 0 for path in [folder, *folder.rglob("*")])
    assert list((root / ".staging").iterdir()) == []


def test_the_manifest_says_what_the_release_was_made_from(root: Path) -> None:
    folder = first_cut(root)

    manifest = json.loads((folder / "manifest.json").read_text())
    files, tables = manifest.pop("files"), manifest.pop("tables")
    assert manifest == {
        "release": "2026.1.0",
        "status": "active",
        "created": "2026-11-22T12:00:00+00:00",
        "supersedes": None,
        "fingerprint": fingerprint(passport()),
        "contract": "1.0",
        "rule_set": "0123456789abcdef",
        "code": "c0ffee",
        "algorithm_version": "1.0",
        "submissions": ["DE01-aaaaaaaaaaaaaaaa"],
        "data_cuts": {"DE01": "2024-12-31"},
        "excluded": {"consent_unknown": 1},
        "open_findings": {},
        "waivers": [],
    }
    listed = {file["path"]: file["sha256"] for file in files}
    assert listed == {
        k: v for k, v in content(folder).items() if k not in ("manifest.json", "checksums.sha256")
    }
    schema = pq.read_schema(folder / "data/visits.parquet")
    assert tables["visits"] == {
        "path": "data/visits.parquet",
        "rows": 4,
        "schema_fingerprint": schema_fingerprint(schema),
    }


def test_the_checksums_are_those_of_sha256sum(root: Path) -> None:
    folder = first_cut(root)

    done = subprocess.run(
        ["sha256sum", "-c", "checksums.sha256"], cwd=folder, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_rows_give_the_same_bytes(root: Path) -> None:
    shuffled = {name: t.sample(frac=1, random_state=1) for name, t in cohort().items()}

    first, again = cut(root / "a"), cut(root / "b", published(shuffled)[0])

    assert content(first) == content(again)


def test_who_did_not_consent_is_in_no_byte_of_the_release(root: Path) -> None:
    absent = ["never-asked", "here-only", "withdrawn-", "DE01:", "4321.5", "6.25"]
    for who in ("never-asked", "withdrawn", "here-only"):
        absent += pseudonyms(pd.Series([f"DE01:{who}"], dtype="str"), "patients", SECRET).tolist()

    folder = first_cut(root)

    for path in filter(Path.is_file, folder.rglob("*")):
        seen = path.read_bytes()
        if path.suffix == ".parquet":
            file = pq.ParquetFile(path)
            seen += str(file.metadata.to_dict()).encode() + str(file.read().to_pydict()).encode()
        assert [text for text in absent if text.encode() in seen] == [], path.name


def test_every_type_is_one_that_every_reader_knows(root: Path) -> None:
    portable = {pa.string(), pa.float64(), pa.int64(), pa.int32(), pa.bool_()}

    folder = first_cut(root)

    for path in folder.rglob("*.parquet"):
        assert {field.type for field in pq.read_schema(path)} <= portable
    assert pq.read_schema(folder / "data/visits.parquet").field("visit_day").type == pa.int32()
    assert not any(
        c.kind is Kind.DATE for spec in PUBLISHED.values() for c in spec.columns.values()
    )


def test_pandas_and_duckdb_read_it(root: Path) -> None:
    folder = first_cut(root)

    visits = pd.read_parquet(folder / "data/visits.parquet", dtype_backend="pyarrow")
    assert visits["visit_day"].sort_values().tolist() == [-2, 0, 30, 90]
    with duckdb.connect() as db:
        joined = db.execute(
            f"""SELECT p.index_basis, count(*), max(l.value / l.upper_limit_normal)
            FROM '{folder}/data/patients.parquet' p JOIN '{folder}/data/labs.parquet' l USING (patient_id)
            GROUP BY 1"""
        ).fetchall()
        about = db.execute(
            f"SELECT key::VARCHAR, value::VARCHAR FROM parquet_kv_metadata('{folder}/data/labs.parquet')"
        ).fetchall()
    assert joined == [("therapy_line", 2, 30.0)]
    assert ("registry:release", "2026.1.0") in about


def test_what_is_read_is_what_was_published(root: Path) -> None:
    tables, _ = published()
    cut(root, tables)

    release = open_release(root)

    assert release.tables == tuple(PUBLISHED)
    for name in release.tables:
        pd.testing.assert_frame_equal(release.pandas(name), tables[name])


def test_the_dictionary_has_every_column_and_every_code(root: Path) -> None:
    folder = first_cut(root)

    dictionary = pd.read_csv(folder / "data_dictionary.csv", keep_default_na=False)
    described = [(spec.name, column) for spec in PUBLISHED.values() for column in spec.columns]
    assert list(zip(dictionary["table"], dictionary["column"], strict=True)) == described
    weight = dictionary[dictionary["column"] == "weight_kg"].iloc[0]
    assert weight[["type", "unit", "nullable", "n_rows", "n_present"]].tolist() == [
        "double",
        "kg",
        True,
        4,
        0,
    ]
    codes = pd.read_csv(folder / "codes.csv", keep_default_na=False)
    assert set(codes["codes"]) == set(dictionary["codes"]) - {""}
    assert codes[codes["code"] == "female"][["label_en", "label_de"]].to_numpy().tolist() == [
        ["Female", "Weiblich"]
    ]


def test_the_data_package_names_keys_links_and_codes(root: Path) -> None:
    folder = first_cut(root)

    package = json.loads((folder / "datapackage.json").read_text())
    labs = next(r for r in package["resources"] if r["name"] == "labs")
    assert labs["hash"] == "sha256:" + content(folder)["data/labs.parquet"]
    assert labs["schema"]["primaryKey"] == ["lab_id"]
    visits = {"fields": ["visit_id"], "reference": {"resource": "visits", "fields": ["visit_id"]}}
    assert visits in labs["schema"]["foreignKeys"]
    analyte = next(f for f in labs["schema"]["fields"] if f["name"] == "analyte")
    assert analyte["constraints"]["required"]
    assert "ck" in analyte["constraints"]["enum"]


def test_the_change_log_counts_rows_and_patients(root: Path) -> None:
    first_cut(root)
    fewer = cohort(patients=[person("A"), person("D")])

    folder = cut(root, published(fewer)[0], code="decade")

    assert (folder / "CHANGELOG.md").read_text().splitlines()[:8] == [
        "# Changes in release 2026.2.0",
        "",
        "Compared with 2026.1.0.",
        "",
        "| table | rows before | rows now | patients before | patients now | new | gone |",
        "|---|--:|--:|--:|--:|--:|--:|",
        "| patients | 3 | 2 | 3 | 2 | 1 | 2 |",
        "| visits | 4 | 2 | 2 | 1 | 0 | 1 |",
    ]
    assert "- code: was c0ffee, is decade." in (folder / "CHANGELOG.md").read_text()


# --- versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latest", "created", "expected"),
    [
        (None, "2026-11-22T12:00:00+00:00", "2026.1.0"),
        ("2026.1.0", "2026-11-22T12:00:00+00:00", "2026.2.0"),
        ("2026.9.3", "2026-11-22T12:00:00+00:00", "2026.10.0"),
        ("2026.9.0", "2027-01-01T00:00:00+00:00", "2027.1.0"),
        ("2027.1.0", "2026-12-31T00:00:00+00:00", "2027.2.0"),
    ],
)
def test_versions_count_within_the_year(latest: str | None, created: str, expected: str) -> None:
    assert next_version(latest, created) == expected


def test_a_patch_follows_its_release(root: Path) -> None:
    first_cut(root)

    assert cut(root, version="2026.1.1", code="decade").name == "2026.1.1"
    assert open_release(root).manifest["supersedes"] == "2026.1.0"


@pytest.mark.parametrize("version", ["2026.1.0", "2025.9.0", "latest", "../2027.1.0"])
def test_an_older_or_odd_version_is_refused(root: Path, version: str) -> None:
    first_cut(root)
    before = content(root)

    with pytest.raises(ValueError, match=r"version|newer"):
        cut(root, version=version, code="decade")

    assert content(root) == before


def test_the_same_submissions_rules_and_code_are_the_same_release(root: Path) -> None:
    assert same_as_latest(root, fingerprint(passport())) is None

    folder = first_cut(root)

    assert (
        same_as_latest(root, fingerprint(passport(created="2027-01-01T00:00:00+00:00"))) == folder
    )
    for fact in ("submissions", "rule_set", "code", "algorithm_version"):
        other: Any = ["FR01-b"] if fact == "submissions" else "another"
        assert same_as_latest(root, fingerprint(passport(**{fact: other}))) is None


# --- damage ---------------------------------------------------------------------------------------


def flip(path: Path, position: int) -> None:
    """Change one byte of a read-only file."""
    path.chmod(0o644)
    damaged = bytearray(path.read_bytes())
    damaged[position] ^= 1
    path.write_bytes(damaged)


def test_there_is_no_release_before_the_first(root: Path) -> None:
    with pytest.raises(NoRelease):
        open_release(root)


@pytest.mark.parametrize("name", ["data/labs.parquet", "manifest.json", "codes.csv", "README.md"])
def test_a_flipped_byte_is_detected(root: Path, name: str) -> None:
    folder = first_cut(root)

    flip(folder / name, (folder / name).stat().st_size // 2)

    with pytest.raises(ReleaseDamaged, match=r"2026\.1\.0"):
        open_release(root)


def test_a_byte_flipped_after_opening_is_detected_by_its_page(root: Path) -> None:
    release = open_release(cut(root).parent.parent)
    path = release.folder / "data/labs.parquet"
    ids = pq.ParquetFile(path).metadata.row_group(0).column(0)

    flip(path, ids.dictionary_page_offset + ids.total_compressed_size - 1)

    with pytest.raises(ReleaseDamaged):
        release.arrow("labs")


@pytest.mark.parametrize("damage", ["missing", "extra", "pointer"])
def test_a_file_too_few_or_too_many_is_detected(root: Path, damage: str) -> None:
    folder = first_cut(root)
    (folder / "data").chmod(0o755)
    if damage == "missing":
        (folder / "data/visits.parquet").unlink()
    elif damage == "extra":
        (folder / "data/visits (copy).parquet").touch()
    else:
        (root / "latest.json").write_text('{"version": "20')

    with pytest.raises(ReleaseDamaged):
        open_release(root)


def test_a_damaged_release_is_followed_by_a_whole_one(root: Path) -> None:
    flip(first_cut(root) / "data/labs.parquet", 40)

    assert same_as_latest(root, fingerprint(passport())) is None
    folder = cut(root)

    assert open_release(root).version == "2026.2.0"
    assert (
        "Not compared with 2026.1.0: that release is damaged."
        in (folder / "CHANGELOG.md").read_text()
    )


# --- crashes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        lambda t: {k: v for k, v in t.items() if k != "events"},
        lambda t: {**t, "visits": t["visits"].assign(note="free text")},
        lambda t: {
            **t,
            "visits": t["visits"].assign(visit_day=pd.array([pd.NA] * len(t["visits"]), "Int64")),
        },
    ],
)
def test_tables_that_are_not_as_described_are_not_published(root: Path, wrong: Any) -> None:
    first_cut(root)
    before = (root / "latest.json").read_bytes()

    with pytest.raises(ValueError, match=r"events|note|visit_day"):
        cut(root, wrong(published()[0]), code="decade")

    assert (root / "latest.json").read_bytes() == before
    assert [path.name for path in (root / "releases").iterdir()] == ["2026.1.0"]


def test_a_full_disk_leaves_the_release_before(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first_cut(root)
    with monkeypatch.context() as broken:
        broken.setattr(writing, "write_text", no_space)
        with pytest.raises(OSError, match="No space"):
            cut(root, code="decade")
    assert open_release(root).version == "2026.1.0"

    assert cut(root, code="decade").name == "2026.2.0"
    assert list((root / ".staging").iterdir()) == []


def no_space(*_: Any) -> None:
    raise OSError(28, "No space left on device")


KILLED = [
    (writing, "_write_tables", "after"),  # staging: tables, no manifest
    (writing, "flush_all", "after"),  # staging: everything
    (writing, "flush", "before"),  # renamed, not yet read-only
    (writing, "_point", "before"),  # renamed, read-only, not pointed to
    (files, "flush", "before"),  # at the first file to reach the disk
    (writing, "replace_file", "after"),  # pointed to
]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The second release of a run that nobody killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    cut(folder)
    yield cut(folder, code="decade")
    remove(folder)


@pytest.mark.parametrize(("module", "name", "when"), KILLED)
def test_killed_at_any_point_the_next_run_gives_the_same_release(
    root: Path, undisturbed: Path, module: Any, name: str, when: str
) -> None:
    first = first_cut(root)
    was = content(first)
    arguments = (published()[0], PUBLISHED, passport(code="decade"))

    killed_at((module, name), write_release, root, *arguments, after=when == "after")

    pointed = name == "replace_file"
    assert open_release(root).version == ("2026.2.0" if pointed else "2026.1.0")
    assert content(first) == was
    if same_as_latest(root, fingerprint(passport(code="decade"))) is None:
        write_release(root, *arguments)
    assert content(open_release(root).folder) == content(undisturbed)
    assert sorted(path.name for path in (root / "releases").iterdir()) == ["2026.1.0", "2026.2.0"]


def test_a_folder_never_pointed_to_is_completed_by_its_own_run_and_removed_by_another(
    root: Path,
) -> None:
    first_cut(root)
    before = (root / "latest.json").read_text()
    orphan = cut(root, code="decade")
    made = (orphan / "manifest.json").stat().st_mtime_ns
    (root / "latest.json").write_text(before)

    assert cut(root, code="decade") == orphan
    assert (orphan / "manifest.json").stat().st_mtime_ns == made, "completed, not written again"

    (root / "latest.json").write_text(before)
    assert cut(root, code="facade") == orphan
    assert open_release(root).manifest["code"] == "facade"


def test_one_writer_at_a_time(root: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        cuts = [pool.submit(cut, root, None, None, code=str(n)) for n in range(3)]
        versions = {future.result().name for future in cuts}

    assert versions == {"2026.1.0", "2026.2.0", "2026.3.0"}
    assert open_release(root).version == "2026.3.0"
