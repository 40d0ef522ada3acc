"""The path on the three centres: plain functions, no Prefect."""

import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import expectations.submitted  # noqa: F401  (declares its rules)
import sample_data.generate as samples
from flows import path
from flows.cli import app
from registry.findings import Findings
from registry.harmonise import harmonise
from registry.release import open_release
from registry.rules import CATALOGUE, Home, Severity
from registry.store import Store
from sample_data.defects.package import NOT_PLANTED
from sample_data.package import write_package
from schemas.submitted import CONTRACT

SAMPLES = Path("sample_data")
ASKED_ELSEWHERE = (Home.CONVERT, Home.RELEASE)
ASKED_OF_SUBMISSIONS = {r.id for r in CATALOGUE.values() if r.home not in ASKED_ELSEWHERE}


def checked(package: Path, previous: Path | None = None) -> Findings:
    """Everything `registry check` finds."""
    submission = path.receive(package)
    earlier = path.receive(previous) if previous else None
    return path.check_rows(submission) + path.check_whole(submission, earlier)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The three centres ingested and a release cut, as `make demo` does."""
    kept = Store(tmp_path_factory.mktemp("store"))
    for centre in ("DE01", "FR01", "SE01"):
        path.ingest(SAMPLES / centre, kept)
    path.cut_release(kept)
    return kept


def test_de01_has_no_finding_above_a_note() -> None:
    found = checked(SAMPLES / "DE01")

    assert set(found.rows["severity"]) <= {Severity.NOTE.value}
    assert found.coverage["could_not_run"].isna().all()


def test_fr01_breaks_every_rule_exactly_once() -> None:
    found = checked(SAMPLES / "FR01", SAMPLES / "FR01.previous")

    planted = ASKED_OF_SUBMISSIONS - set(NOT_PLANTED)
    assert Counter(found.rows["rule_id"]) == dict.fromkeys(sorted(planted), 1)
    assert found.coverage["could_not_run"].isna().all()


def test_se01_harmonises_to_the_values_of_its_twin_in_the_contracts_terms(tmp_path: Path) -> None:
    twin_folder = tmp_path / "twin"
    write_package(
        samples.swedish_tables(),
        twin_folder,
        centre="SE01",
        data_cut=samples.SWEDISH.data_cut,
        language="de",
        created=samples.CREATED,
    )
    dialect = path.receive(SAMPLES / "SE01")
    twin = path.receiving.receive(twin_folder, CONTRACT, centres=tmp_path)

    spoken, plain = (harmonise(s.tables, s, CONTRACT) for s in (dialect, twin))

    for name, table in plain.items():
        values = [
            c
            for c in table
            if not c.startswith("source_") and c not in ("submission_id", "mapping_version")
        ]
        pd.testing.assert_frame_equal(spoken[name][values], table[values], obj=name)
    assert set(spoken["labs"]["mapping_version"]) != set(plain["labs"]["mapping_version"])
    assert "Kreatinkinase" in set(spoken["labs"]["source_analyte"])


def test_two_centres_are_accepted_and_the_third_is_refused(store: Store) -> None:
    assert store.centres() == ["DE01", "SE01"]
    assert [receipt.status for receipt in store.ledger.receipts("FR01")] == ["refused"]


def test_the_same_package_twice_is_one_submission_with_one_identity(store: Store) -> None:
    first = store.accepted("DE01")

    again = path.ingest(SAMPLES / "DE01", store)

    assert again == first
    assert store.ledger.receipts("DE01") == [first]


def test_a_second_release_of_the_same_submissions_is_the_first(store: Store) -> None:
    latest = open_release(store.published)

    again = path.cut_release(store)

    assert (again.version, again.new) == (latest.version, False)
    assert len(list((store.published / "releases").iterdir())) == 1


def test_latest_resolves_and_pandas_and_duckdb_read_the_same(store: Store) -> None:
    release = open_release(store.published)

    for name in release.tables:
        file = release.folder / release.manifest["tables"][name]["path"]
        by_pandas = pd.read_parquet(file)
        by_duckdb = duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall()[0][0]
        assert len(by_pandas) == by_duckdb == release.manifest["tables"][name]["rows"]
    assert len(pd.read_parquet(release.folder / "data/treatment_outcomes.parquet")) > 50


def test_every_tis_is_recomputable_from_the_published_rows(store: Store) -> None:
    """By hand, from visits and labs as an analyst has them: no function of ours is called."""
    read = open_release(store.published).pandas
    outcomes, visits = read("visit_outcomes"), read("visits").set_index("visit_id")
    scored = outcomes[outcomes["tis"].notna()]
    then, now = visits.loc[scored["baseline_visit_id"]], visits.loc[scored["visit_id"]]

    def percent(measure: str, range_: float | pd.Series, sign: int = 1) -> np.ndarray:
        change = (then[measure].to_numpy(float) - now[measure].to_numpy(float)) * sign
        return np.round(change / np.asarray(range_, dtype=float) * 100, 9)

    def banded(values: np.ndarray, edges: list[float], scores: list[float]) -> np.ndarray:
        return np.array(scores)[np.searchsorted(edges, values, side="left")]

    four, five = [5, 15, 25, 40], [2, 10, 20, 30]
    total = (
        banded(percent("physician_global_vas", 10), four, [0, 7.5, 15, 17.5, 20])
        + banded(percent("patient_global_vas", 10), four, [0, 2.5, 5, 7.5, 10])
        + banded(percent("haq_di", 3), four, [0, 5, 7.5, 7.5, 10])
        + banded(percent("extramuscular_vas", 10), four, [0, 7.5, 12.5, 15, 20])
        + banded(percent("mmt_score", now["mmt_max"], -1), five, [0, 10, 20, 27.5, 32.5])
        + scored["tis_muscle_enzyme"].to_numpy(float)
    )

    assert len(scored) > 100
    np.testing.assert_array_equal(total, scored["tis"].to_numpy(float))


def test_every_published_value_leads_back_to_its_source_row(store: Store) -> None:
    release = open_release(store.published)
    receipt = store.accepted("SE01")
    assert receipt is not None
    submission = path.receive(store.package(receipt))
    labs = release.pandas("labs")
    ck = labs[
        (labs["submission_id"] == submission.id) & (labs["analyte"] == "ck") & labs["value"].notna()
    ]

    source = submission.submitted["labs"].loc[ck["source_row"].astype(int)]

    assert len(ck) > 100
    assert source["Wert"].tolist() == ck["source_value"].tolist()
    microkatal = source["Wert"].str.replace(",", ".").astype(float).to_numpy()
    np.testing.assert_array_equal(np.round(microkatal * 60, 9), ck["value"].to_numpy())


def test_a_failed_gate_publishes_nothing_and_leaves_the_latest_as_it_was(store: Store) -> None:
    before = open_release(store.published)
    gathered = path.gather(store)
    tables, left_out = path.publishable(gathered, path.derive(gathered), store)
    tables["visit_outcomes"].loc[tables["visit_outcomes"].index[0], "tis"] = 33.0

    cut = path.publish(gathered, tables, left_out, path.gate(tables), store)

    assert not cut.published
    assert not cut.findings.rows.empty
    assert open_release(store.published).version == before.version


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES / "DE01", tmp_path / "DE01"))


def test_a_package_that_changes_keeps_the_identity_of_what_stays_wrong(
    package: Path, tmp_path: Path
) -> None:
    before = checked(package).rows
    manifest = json.loads((package / "datapackage.json").read_text())
    (package / "datapackage.json").write_text(json.dumps({**manifest, "version": "later"}))

    after = checked(package).rows

    assert path.receive(package).id != path.receive(SAMPLES / "DE01").id
    assert sorted(before["identity"]) == sorted(after["identity"])
    assert not before.empty


def test_a_release_accounts_for_every_row_that_was_submitted(store: Store) -> None:
    release = open_release(store.published)

    rows = pd.read_parquet(release.folder / "quality/rows.parquet")
    submitted = rows.dropna(subset="submitted").groupby("centre_id")["submitted"].sum()
    for centre in ("DE01", "SE01"):
        receipt = store.accepted(centre)
        assert receipt is not None
        assert submitted[centre] == sum(receipt.rows.values())
        found = release.manifest["open_findings"][centre]
        assert found == receipt.counts
    assert (
        (rows["submitted"] - rows["held_back"] - rows["left_out"])
        .dropna()
        .eq(rows.loc[rows["submitted"].notna(), "published"])
        .all()
    )


def test_registry_release_says_that_the_latest_release_stands(store: Store) -> None:
    done = CliRunner().invoke(app, ["release", "--store", str(store.root)])

    assert done.exit_code == 0, done.output
    assert f"{open_release(store.published).version} stands" in done.output
