"""What a release says of itself: quality, risk, what changed, and which release to use."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from flows.cli import app
from registry.findings import Breaches, Findings, as_findings
from registry.release import NoRelease, open_release, releases
from registry.release.croissant import croissant
from registry.release.disclosure import disclosure
from registry.release.folder import remove
from registry.release.odcs import data_contract
from registry.release.passport import next_version
from registry.release.quality import account, fields_statement, open_findings, rows_statement
from registry.release.withdrawn import withdraw
from registry.store import Store
from schemas.published import PUBLISHED
from tests.test_release import Tables, cut, published


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """The folder of releases of a store; pytest cannot remove read-only ones."""
    yield Store(tmp_path).published
    remove(tmp_path)


# --- quality --------------------------------------------------------------------------------------


def test_every_row_a_centre_sent_is_accounted_for() -> None:
    published = {
        "visits": pd.DataFrame({"centre_id": ["DE01"] * 5}),
        "outcomes": pd.DataFrame({"centre_id": ["DE01"] * 7}),
    }
    accounts = pd.DataFrame(
        [("DE01", "visits", 10, 2)], columns=["centre_id", "table", "submitted", "held_back"]
    )

    rows = rows_statement(published, accounts)

    assert rows.astype(object).where(rows.notna(), None).to_numpy().tolist() == [
        ["DE01", "visits", 10, 2, 3, 5],
        ["DE01", "outcomes", None, None, None, 7],
    ]


def test_rows_held_back_are_counted_whether_or_not_they_name_a_patient() -> None:
    held = pd.DataFrame({"table": ["visits", "visits"], "row": [1, 2]})
    visits = pd.DataFrame({"patient_id": [None, "P1", "P1"]})

    counted = account({"visits": visits, "labs": visits.head(1)}, held, "DE01")

    assert counted.to_numpy().tolist() == [["DE01", "visits", 3, 2], ["DE01", "labs", 1, 0]]


def test_a_field_is_complete_of_its_centres_rows() -> None:
    visits = pd.DataFrame({"haq_di": [1.0, None, None], "centre_id": ["DE01", "DE01", "FR01"]})

    fields = fields_statement({"visits": visits})

    assert fields.to_numpy().tolist() == [
        ["DE01", "visits", "haq_di", 2, 1, 0.5],
        ["FR01", "visits", "haq_di", 1, 0, 0.0],
    ]


def test_open_findings_are_counts_by_rule() -> None:
    breaches = Breaches()
    breaches.broke("TX-02", "therapies", pd.Index([1, 2]), "frequency")
    tables = {
        "therapies": pd.DataFrame(
            {"patient_id": ["P1", "P2"], "therapy_id": ["a", "b"], "frequency": ["daily"] * 2},
            index=[1, 2],
        )
    }
    found = as_findings(
        breaches, centre="DE01", contract={}, tables=tables, submitted=tables, own_columns={}
    )

    assert open_findings(found, "DE01").drop(columns="severity").to_numpy().tolist() == [
        ["DE01", "therapies", "TX-02", 2]
    ]
    assert len(open_findings(Findings.none(), "DE01")) == 0


def test_findings_and_waivers_stand_in_the_manifest_and_the_statement(root: Path) -> None:
    found = [("DE01", "therapies", "TX-02", "query", 3), ("DE01", "labs", "LAB-01", "note", 4)]
    waiver = {
        "centre_id": "DE01",
        "table": "submission",
        "rule_id": "VOL-01",
        "rows": 1,
        "approved": "2026-11-01",
        "expires": "2027-05-01",
    }

    folder = cut(
        root,
        open_findings=pd.DataFrame(
            found, columns=["centre_id", "table", "rule_id", "severity", "findings"]
        ),
        waivers=[waiver],
    )

    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["open_findings"] == {"DE01": {"refuse": 0, "hold": 0, "query": 3, "note": 4}}
    assert manifest["waivers"] == [waiver]
    statement = (folder / "quality/README.md").read_text()
    assert "| DE01 | therapies | TX-02 | query | 3 |" in statement
    assert "| DE01 | submission | VOL-01 | 1 | 2026-11-01 | 2027-05-01 |" in statement


# --- disclosure -----------------------------------------------------------------------------------


def test_the_risk_is_that_of_patients_alike_in_what_others_may_know() -> None:
    """Two alike, one alone; by decade and without the centre all three are alike."""
    patients = pd.DataFrame(
        {
            "centre_id": ["DE01", "DE01", "FR01"],
            "sex": ["female"] * 3,
            "birth_year": pd.array([1960, 1960, 1969], "Int64"),
            "subtype": ["anti_srp"] * 3,
        }
    )

    risk, sizes = disclosure(patients)

    by_known = risk.set_index("known")
    closest = by_known.loc["centre + sex + birth_year + subtype"]
    assert closest[["patients", "cells", "k", "unique"]].tolist() == [3, 2, 1, 1]
    assert closest["unique_share"] == pytest.approx(1 / 3)
    assert closest["mean_risk"] == pytest.approx(2 / 3)
    assert by_known.loc[
        "sex + birth_decade + subtype", ["k", "unique", "in_cells_below_5"]
    ].tolist() == [3, 0, 3]
    assert sizes[sizes["known"].eq("sex + birth_decade")].to_numpy().tolist() == [
        ["sex + birth_decade", 3, 1, 3]
    ]


def test_a_blank_is_a_value_like_any_other() -> None:
    patients = pd.DataFrame(
        {
            "centre_id": ["DE01"] * 2,
            "sex": pd.array([None, None], "str"),
            "birth_year": pd.array([None, None], "Int64"),
            "subtype": pd.array([None, None], "str"),
        }
    )

    assert disclosure(patients)[0]["k"].tolist() == [2] * 5


def test_small_counts_are_in_no_file_of_the_public_folder(root: Path) -> None:
    folder = cut(root) / "public"

    for file in folder.glob("*.parquet"):
        shown = pq.read_table(file)["patients"].drop_null().to_pylist()
        assert not [n for n in shown if 0 < n < 11], file.name
    assert "| Total | · |" in (folder / "README.md").read_text()


# --- one dictionary, four descriptions ------------------------------------------------------------


def test_every_description_names_every_column_and_its_type() -> None:
    files = {
        name: {"path": f"data/{name}.parquet", "bytes": 1, "sha256": "0" * 64} for name in PUBLISHED
    }
    crumbs = croissant("2026.1.0", "2026-11-23", PUBLISHED, files)
    contract = data_contract("2026.1.0", "2026-11-23", PUBLISHED)

    said = {
        "croissant": {r["name"]: [f["name"] for f in r["field"]] for r in crumbs["recordSet"]},
        "odcs": {t["name"]: [p["name"] for p in t["properties"]] for t in contract["schema"]},
    }

    dictionary = {name: list(spec.columns) for name, spec in PUBLISHED.items()}
    assert said == {"croissant": dictionary, "odcs": dictionary}
    labs = next(t for t in contract["schema"] if t["name"] == "labs")
    assert next(p for p in labs["properties"] if p["name"] == "visit_id")["relationships"] == [
        {"type": "foreignKey", "to": "visits.visit_id"}
    ]


def test_the_crate_lists_every_file_but_what_lists_the_crate(root: Path) -> None:
    folder = cut(root)

    crate = json.loads((folder / "ro-crate-metadata.json").read_text())

    listed = {part["@id"] for e in crate["@graph"] if e["@id"] == "./" for part in e["hasPart"]}
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert there - listed == {"manifest.json", "checksums.sha256", "ro-crate-metadata.json"}
    assert listed - there == set()


def test_the_contract_is_plain_yaml(root: Path) -> None:
    contract = yaml.safe_load((cut(root) / "contract.odcs.yaml").read_text())

    assert (contract["apiVersion"], contract["version"]) == ("v3.1.0", "2026.1.0")


# --- what changed ---------------------------------------------------------------------------------


def edited() -> Tables:
    """One weight put right, one visit gone, one laboratory result new, against `published()`."""
    tables = {name: table.copy() for name, table in published()[0].items()}
    tables["visits"].loc[1, "weight_kg"] = 71.5
    tables["visits"] = tables["visits"].drop(4)
    new = tables["labs"].head(1).assign(lab_id="L0000000000000000")
    tables["labs"] = pd.concat([tables["labs"], new], ignore_index=True)
    return tables


def test_changes_are_told_by_patient_table_and_field_without_values(root: Path) -> None:
    was = published()[0]["visits"]
    cut(root)

    folder = cut(root, edited(), code="decade")

    changes = pd.read_parquet(folder / "changes.parquet")
    first, fourth = was.loc[1], was.loc[4]
    lab = published()[0]["labs"].loc[1, "patient_id"]
    assert sorted(
        changes.astype(object).where(changes.notna(), None).to_numpy().tolist(), key=str
    ) == sorted(
        [
            [first["patient_id"], "visits", first["visit_id"], "weight_kg", "field_changed"],
            [fourth["patient_id"], "visits", fourth["visit_id"], None, "row_gone"],
            [lab, "labs", "L0000000000000000", None, "row_new"],
        ],
        key=str,
    )
    log = (folder / "CHANGELOG.md").read_text()
    assert "| visits | field_changed | weight_kg | 1 | 1 |" in log
    assert "71.5" not in log


def test_who_is_no_longer_published_is_a_count_and_not_an_id(root: Path) -> None:
    """Perhaps they withdrew: their pseudonym must not live on in a change log."""
    cut(root)
    gone = published()[0]["patients"].loc[1, "patient_id"]
    without = {
        name: table[table["patient_id"].ne(gone)].reset_index(drop=True)
        for name, table in published()[0].items()
    }

    folder = cut(root, without, code="decade")

    assert "| patients | 3 | 2 | 3 | 2 | 0 | 1 |" in (folder / "CHANGELOG.md").read_text()
    assert len(pd.read_parquet(folder / "changes.parquet")) == 0
    for file in folder.rglob("*"):
        assert file.is_dir() or gone.encode() not in file.read_bytes(), file.name


# --- versions and the command line ----------------------------------------------------------------


def test_a_patch_counts_on_the_last_number() -> None:
    assert next_version("2026.3.1", "2027-01-01", patch=True) == "2026.3.2"
    with pytest.raises(ValueError, match="patch"):
        next_version(None, "2027-01-01", patch=True)


def test_the_list_says_which_release_to_use(root: Path) -> None:
    assert releases(root) == []
    cut(root)
    cut(root, code="decade")
    cut(root, code="facade")
    cut(root, code="accede")
    withdraw(root, ["2026.3.0"], replaced_by="2026.4.0")

    n = len(published()[0]["patients"])
    assert [(r.version, r.status, r.replaced_by, r.patients) for r in releases(root)] == [
        ("2026.4.0", "active", None, n),
        ("2026.3.0", "withdrawn", "2026.4.0", None),
        ("2026.2.0", "superseded", None, n),
        ("2026.1.0", "superseded", None, n),
    ]


def test_a_release_is_opened_by_its_version(root: Path) -> None:
    cut(root)
    cut(root, code="decade")

    assert open_release(root, "2026.1.0").manifest["code"] == "c0ffee"
    for odd in ("2026.9.0", "../published", "latest"):
        with pytest.raises(NoRelease):
            open_release(root, odd)


def test_releases_and_diff_at_the_command_line(root: Path, tmp_path: Path) -> None:
    cut(root)
    cut(root, edited(), code="decade")

    listed = CliRunner().invoke(app, ["releases", "--store", str(tmp_path)])
    shown = CliRunner().invoke(
        app,
        [
            "diff",
            "2026.1.0",
            "2026.2.0",
            "--store",
            str(tmp_path),
            "--output",
            str(tmp_path / "c.parquet"),
        ],
    )

    assert listed.exit_code == 0
    assert "2026.2.0 │ active" in listed.stdout
    assert "2026.1.0 │ superseded" in listed.stdout
    assert shown.exit_code == 0
    assert shown.stdout == (root / "releases/2026.2.0/CHANGELOG.md").read_text()
    assert len(pd.read_parquet(tmp_path / "c.parquet")) == 3
