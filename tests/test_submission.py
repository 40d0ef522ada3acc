"""Receiving: whatever a package is like, it gives tables and findings, never a traceback."""

import json
import math
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from registry import cells
from registry.package import NotAPackage
from registry.submission import Submission, receive
from schemas.rows import check_rows
from schemas.standing import Asked
from schemas.submitted import CONTRACT
from schemas.submitted.therapies import Therapies
from tests.packages import package, parquet, table_of, zipped

THERAPIES = CONTRACT["therapies"]

Found = list[tuple[str, str, str | None]]


def submission(path: Path, centres: Path = Path("registry/centres")) -> Submission:
    return receive(path, CONTRACT, centres)


def found(received: Submission) -> Found:
    """(rule, table, column) of everything that is wrong with the package."""
    rows = received.breaches.rows
    facts = pd.concat(rows)[["rule_id", "table", "column"]] if rows else pd.DataFrame()
    return [
        (rule, table, None if pd.isna(column) else column)
        for rule, table, column in facts.itertuples(index=False)
    ]


def found_in_rows(received: Submission) -> list[tuple[str, str, str, int]]:
    """(rule, table, column, row) of everything that is wrong with single cells of therapies."""
    asked = Asked(
        received.tables,
        CONTRACT,
        pd.Timestamp(received.made_on),
        centre=received.centre,
        absent=received.absent,
        unsent=received.unsent,
        unreadable=received.unreadable,
    )
    rows = check_rows((Therapies,), asked).rows
    facts = pd.concat(rows)[["rule_id", "table", "column", "row"]] if rows else pd.DataFrame()
    facts = facts[facts["rule_id"].str.startswith(("COL", "SUB"))]
    return list(facts.itertuples(index=False, name=None))


# --- what is read -------------------------------------------------------------------------------


def test_a_valid_package_is_read_in_the_contracts_types(tmp_path: Path) -> None:
    received = submission(package(tmp_path, columns={"therapies": {"dose": [12.5, None]}}))

    assert found(received) == []
    therapies = received.tables["therapies"]
    assert list(therapies.columns) == list(THERAPIES.columns)
    assert list(therapies.index) == [1, 2]
    assert [str(therapies[c].dtype) for c in ("drug", "dose", "line", "start_date")] == [
        "str",
        "float64",
        "Int64",
        "datetime64[s]",
    ]


def test_text_with_decimal_commas_is_unreadable_where_no_mapping_says_so(tmp_path: Path) -> None:
    received = submission(package(tmp_path, columns={"therapies": {"dose": ["12,5", "20"]}}))

    assert found(received) == [("SUB-20", "therapies", "dose")]
    assert found_in_rows(received) == [("COL-02", "therapies", "dose", 1)]
    assert received.tables["therapies"]["dose"].tolist()[1] == 20
    assert received.submitted["therapies"]["dose"].tolist() == ["12,5", "20"]


def test_text_with_decimal_commas_is_read_where_the_mapping_says_so(tmp_path: Path) -> None:
    mapping = 'version = "3"\ncentre = "DE01"\ntext = { decimal = ",", date = "%d.%m.%Y" }'
    (tmp_path / "DE01.toml").write_text(mapping, encoding="utf-8")
    own = {"dose": ["12,5", "20"], "start_date": ["31.03.2024", "1.4.2024"]}

    received = submission(package(tmp_path / "package", columns={"therapies": own}), tmp_path)

    assert found(received) == []
    therapies = received.tables["therapies"]
    assert therapies["dose"].tolist() == [12.5, 20]
    assert therapies["start_date"].dt.strftime("%Y-%m-%d").tolist() == ["2024-03-31", "2024-04-01"]


def test_a_mapped_package_is_read_under_the_contracts_names_and_codes(tmp_path: Path) -> None:
    mapping = """
        version = "3"
        centre = "DE01"
        [tables.therapies]
        resource = "therapien"
        columns = { drug = "Wirkstoff" }
        [codes.drugs]
        "MTX" = "methotrexate"
    """
    (tmp_path / "DE01.toml").write_text(mapping, encoding="utf-8")
    own = table_of(THERAPIES, {"drug": ["MTX", "Zaubertrank"]})
    own = own.rename_columns({"drug": "Wirkstoff"})
    made = package(
        tmp_path / "package",
        tables={"therapien": own},
        announced={"therapies": None},
        without=["therapies"],
    )

    received = submission(made, tmp_path)

    assert found(received) == []
    assert received.tables["therapies"]["drug"].tolist() == ["methotrexate", "Zaubertrank"]
    assert received.submitted["therapies"]["Wirkstoff"].tolist() == ["MTX", "Zaubertrank"]
    assert received.own_columns["therapies"]["drug"] == "Wirkstoff"
    assert found_in_rows(received) == [("COL-03", "therapies", "drug", 2)]


def test_dictionary_and_large_text_columns_are_plain_text(tmp_path: Path) -> None:
    drugs = pa.array(["prednisone", "methotrexate", "prednisone"]).dictionary_encode()
    routes = pa.array(["po", "sc", None], pa.large_string())

    received = submission(
        package(tmp_path, columns={"therapies": {"drug": drugs, "route": routes}})
    )

    assert found(received) == []
    assert received.tables["therapies"]["drug"].tolist() == [
        "prednisone",
        "methotrexate",
        "prednisone",
    ]
    assert received.tables["therapies"]["route"].tolist()[:2] == ["po", "sc"]


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    received = submission(
        package(tmp_path, columns={"therapies": {"dose": pa.array([20], pa.int32())}})
    )

    assert found(received) == []
    assert received.tables["therapies"]["dose"].tolist() == [20.0]


def test_nan_and_infinity_are_findings_of_their_own_rows(tmp_path: Path) -> None:
    doses = pa.array([math.nan, 20.0, math.inf, None])

    received = submission(package(tmp_path, columns={"therapies": {"dose": doses}}))

    assert found_in_rows(received) == [
        ("SUB-06", "therapies", "dose", 1),
        ("SUB-06", "therapies", "dose", 3),
    ]


def test_a_nested_column_is_left_blank_and_the_others_are_read(tmp_path: Path) -> None:
    own = {"dose": [[10.0, 20.0]], "drug": ["prednisone"]}

    received = submission(package(tmp_path, columns={"therapies": own}))

    assert found(received) == [("SUB-21", "therapies", "dose")]
    assert received.unsent["therapies"] == {"dose"}
    assert received.tables["therapies"]["dose"].isna().all()
    assert received.tables["therapies"]["drug"].tolist() == ["prednisone"]


def test_of_two_columns_of_one_name_the_first_is_read(tmp_path: Path) -> None:
    plain = table_of(THERAPIES, {"dose": [20.0]})
    twice = plain.append_column("dose", pa.array([500.0]))

    received = submission(package(tmp_path, tables={"therapies": twice}))

    assert found(received) == [("SUB-16", "therapies", "dose")]
    assert received.tables["therapies"]["dose"].tolist() == [20.0]


def test_unknown_and_missing_columns(tmp_path: Path) -> None:
    own = {"drug": ["prednisone"], "ward": ["3"], "start_date": None, "intent": None}

    received = submission(package(tmp_path, columns={"therapies": own}))

    assert found(received) == [
        ("SUB-14", "therapies", "start_date"),
        ("SUB-15", "therapies", "intent"),
        ("SUB-16", "therapies", "ward"),
    ]
    assert received.unsent["therapies"] == {"start_date", "intent"}
    assert "ward" not in received.tables["therapies"]


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    received = submission(package(tmp_path, columns={"therapies": {"dose": []}}))

    assert found(received) == []
    assert len(received.tables["therapies"]) == 0


def test_a_row_of_another_centre_is_found(tmp_path: Path) -> None:
    received = submission(package(tmp_path, columns={"therapies": {"centre_id": ["DE01", "FR01"]}}))

    assert ("SUB-02", "therapies", "centre_id", 2) in found_in_rows(received)


# --- what is announced --------------------------------------------------------------------------


def test_a_cut_off_file_costs_its_own_table_only(tmp_path: Path) -> None:
    whole = parquet(table_of(THERAPIES))
    cut = whole[: len(whole) // 2]

    received = submission(package(tmp_path, files={"therapies.parquet": cut}))

    assert found(received) == [("SUB-01", "therapies", None), ("SUB-17", "therapies", None)]
    assert received.absent["therapies"] == "table_unreadable"
    assert "labs" in received.tables


def test_a_changed_file_is_found_by_its_hash(tmp_path: Path) -> None:
    other = parquet(table_of(THERAPIES, {"dose": [1000.0]}))

    received = submission(package(tmp_path, files={"therapies.parquet": other}))

    assert found(received) == [("SUB-17", "therapies", None)]


def test_an_announced_row_that_is_not_there(tmp_path: Path) -> None:
    received = submission(package(tmp_path, announced={"labs": {"registry:rows": 2}}))

    assert found(received) == [("SUB-18", "labs", None)]
    (breach,) = received.breaches.rows
    assert breach[["value", "expected"]].iloc[0].tolist() == ["1", "2"]


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    received = submission(package(tmp_path, without=["labs"]))

    assert found(received) == [("SUB-13", "labs", None)]
    assert received.absent["labs"] == "table_not_sent"
    assert received.absent["events"] == "table_not_sent"


def test_a_table_that_is_there_but_not_announced_is_read_and_found(tmp_path: Path) -> None:
    received = submission(package(tmp_path, announced={"labs": None}))

    assert found(received) == [("SUB-11", "submission", "resources[labs]")]
    assert len(received.tables["labs"]) == 1


@pytest.mark.parametrize(
    "name", ["notes.txt", "lab_results.parquet", "old/therapies.parquet", "datapackage.json.bak"]
)
def test_a_file_that_is_no_table_of_the_contract(name: str, tmp_path: Path) -> None:
    content = parquet(table_of(THERAPIES))

    received = submission(package(tmp_path, files={name: content}))

    assert found(received) == [("SUB-19", "submission", None)]


@pytest.mark.parametrize("name", [".DS_Store", "__MACOSX/._labs.parquet", "Thumbs.db"])
def test_what_an_operating_system_leaves_behind_is_nothing(name: str, tmp_path: Path) -> None:
    clean = submission(package(tmp_path / "clean"))

    received = submission(package(tmp_path / "package", files={name: b"\0"}))

    assert found(received) == []
    assert received.id == clean.id


# --- the manifest -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe\x00", b"null", b'{"registry:centre": ' + b"[" * 100_000],
    ids=["empty", "cut off", "a list", "not utf-8", "null", "too deep"],
)
def test_an_unreadable_manifest_is_one_finding_and_the_tables_are_read(
    content: bytes, tmp_path: Path
) -> None:
    received = submission(package(tmp_path, files={"datapackage.json": content}))

    assert found(received) == [("SUB-11", "submission", "datapackage.json")]
    assert received.centre == ""
    assert received.id.startswith("unknown-")
    assert len(received.tables["labs"]) == 1


def test_no_manifest(tmp_path: Path) -> None:
    made = package(tmp_path)
    (made / "datapackage.json").unlink()

    assert found(submission(made)) == [("SUB-11", "submission", "datapackage.json")]


@pytest.mark.parametrize(
    ("manifest", "key"),
    [
        ({"registry:centre": None}, "registry:centre"),
        ({"registry:centre": "Germany 1"}, "registry:centre"),
        ({"registry:centre": "../../DE01"}, "registry:centre"),
        ({"registry:centre": ["DE01"]}, "registry:centre"),
        ({"registry:language": "fr"}, "registry:language"),
        ({"registry:language": ["en"]}, "registry:language"),
        ({"registry:data_cut": "30.09.2026"}, "registry:data_cut"),
        ({"created": "yesterday"}, "created"),
        ({"created": 20261015}, "created"),
    ],
)
def test_a_manifest_that_says_what_the_contract_does_not_allow(
    manifest: dict[str, object], key: str, tmp_path: Path
) -> None:
    assert found(submission(package(tmp_path, manifest=manifest))) == [
        ("SUB-11", "submission", key)
    ]


@pytest.mark.parametrize(
    ("resources", "keys"),
    [
        (None, ["resources"]),
        ({"labs": "labs.parquet"}, ["resources"]),
        ([7], ["resources[0]"]),
        ([{"path": "labs.parquet"}], ["resources[0]"]),
        ([{"name": ["labs"]}], ["resources[0]"]),
    ],
)
def test_malformed_resources_are_found(resources: object, keys: list[str], tmp_path: Path) -> None:
    received = submission(package(tmp_path, manifest={"resources": resources}))

    said = [column for rule, _, column in found(received) if rule == "SUB-11"]
    assert said[: len(keys)] == keys
    assert len(received.tables["labs"]) == 1


def test_a_resource_that_stands_twice_is_found(tmp_path: Path) -> None:
    made = package(tmp_path)
    manifest = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
    manifest["resources"].append(manifest["resources"][0])
    (made / "datapackage.json").write_text(json.dumps(manifest), encoding="utf-8")

    assert found(submission(made)) == [("SUB-11", "submission", "resources[5]")]


@pytest.mark.parametrize("key", ["path", "hash", "registry:rows"])
def test_a_resource_without_what_it_takes_to_know_it_again(key: str, tmp_path: Path) -> None:
    received = submission(package(tmp_path, announced={"labs": {key: None}}))

    assert found(received) == [("SUB-11", "submission", "resources[labs]")]


def test_a_path_out_of_the_package_leads_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside.parquet"
    outside.write_bytes(parquet(table_of(THERAPIES)))

    made = package(tmp_path / "package", announced={"therapies": {"path": "../outside.parquet"}})

    assert ("SUB-13", "therapies", None) in found(submission(made))


@pytest.mark.parametrize(
    ("manifest", "holds"),
    [
        ({"registry:data_cut": "2026-10-15"}, True),
        ({"registry:data_cut": "2026-10-16"}, False),
        ({"created": "2999-01-01T00:00:00Z"}, False),
    ],
)
def test_the_data_cut_lies_before_the_day_the_package_was_made(
    manifest: dict[str, str], holds: bool, tmp_path: Path
) -> None:
    rules = [rule for rule, _, _ in found(submission(package(tmp_path, manifest=manifest)))]

    assert rules == ([] if holds else ["SUB-23"])


# --- folder and zip -----------------------------------------------------------------------------


def test_a_folder_and_its_zips_are_the_same_submission(tmp_path: Path) -> None:
    made = package(tmp_path / "DE01")

    ids = {submission(path).id for path in (made, zipped(made), zipped(made, keep_folder=True))}

    assert len(ids) == 1
    assert ids.pop().startswith("DE01-")


def test_another_content_is_another_submission(tmp_path: Path) -> None:
    one = package(tmp_path / "one", columns={"therapies": {"dose": [20.0]}})
    other = package(tmp_path / "other", columns={"therapies": {"dose": [20.5]}})

    assert submission(one).id != submission(other).id


def test_a_zip_is_read_like_its_folder(tmp_path: Path) -> None:
    made = package(tmp_path / "DE01", columns={"therapies": {"dose": [20.0, 12.5]}})

    received = submission(zipped(made, keep_folder=True))

    assert found(received) == []
    pd.testing.assert_frame_equal(
        received.tables["therapies"], submission(made).tables["therapies"]
    )


def test_members_that_lead_out_of_a_zip_are_refused_and_not_read(tmp_path: Path) -> None:
    path = zipped(package(tmp_path / "DE01"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../labs.parquet", b"")
        archive.writestr("/etc/labs.parquet", b"")

    assert found(submission(path)) == [
        ("SEC-01", "submission", "../labs.parquet"),
        ("SEC-01", "submission", "/etc/labs.parquet"),
    ]


def test_a_damaged_member_of_a_zip_costs_its_own_table_only(tmp_path: Path) -> None:
    path = zipped(package(tmp_path / "DE01"))
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("labs.parquet")
    content = bytearray(path.read_bytes())
    content[member.header_offset + 60] ^= 0xFF
    path.write_bytes(content)

    received = submission(path)

    assert found(received)[0] == ("SUB-01", "labs", None)
    assert len(received.tables["therapies"]) == 1
    assert received.id


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip"])
def test_a_file_that_is_no_zip_is_no_package(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(content)

    with pytest.raises(NotAPackage):
        submission(path)


def test_a_path_that_is_not_there_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(NotAPackage):
        submission(tmp_path / "nowhere")


def test_an_empty_folder_is_a_package_with_everything_missing(tmp_path: Path) -> None:
    received = submission(tmp_path)

    assert [rule for rule, _, _ in found(received)] == ["SUB-11", *["SUB-13"] * 5]
    assert received.tables == {}


# --- anything at all ----------------------------------------------------------------------------


def test_flipped_bytes_never_crash_and_never_pass_unseen(tmp_path: Path) -> None:
    only = {"therapies": THERAPIES}
    own = {"dose": [20.0, 12.5], "drug": ["prednisone", None]}
    made = package(tmp_path, columns={"therapies": own}, contract=only)
    whole = (made / "therapies.parquet").read_bytes()
    chance = random.Random(1)

    for _ in range(60):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        (made / "therapies.parquet").write_bytes(damaged)

        assert ("SUB-17", "therapies", None) in found(receive(made, only))


def test_a_crash_of_a_rule_is_could_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = package(tmp_path)
    monkeypatch.setattr(cells, "is_stored_as", crash_once(cells.is_stored_as))

    received = submission(made)

    crashed = [line for line in received.breaches.coverage if line["could_not_run"]]
    assert [(line["rule_id"], line["could_not_run"]) for line in crashed] == [
        ("SUB-20", "ValueError")
    ]
    assert found(received) == []
    assert len(received.tables["therapies"]) == 1


def crash_once(function: Callable[..., bool]) -> Callable[..., bool]:
    """The function, but its first call raises."""
    calls: list[None] = []

    def crashing(*arguments: object) -> bool:
        calls.append(None)
        if len(calls) == 1:
            raise ValueError("a value that nobody should see")
        return function(*arguments)

    return crashing
