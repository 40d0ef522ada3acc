"""Zips, folders and names that lead elsewhere, hide something or grow: refused, the rest is read."""

import os
import random
import stat
import unicodedata
import zipfile
from pathlib import Path

import pytest

from registry.intake.limits import Limits
from registry.package import NotAPackage, open_package
from registry.store import Store
from registry.submission import Submission, receive
from schemas.submitted import CONTRACT
from tests.hostile.makers import (
    members_of,
    zip_of,
    zip_of_many,
    zip_of_zeros,
    zip_of_zips,
    zip_that_lies,
)
from tests.packages import package, zipped

Found = list[tuple[str, str, str | None]]


def found(received: Submission) -> Found:
    """(rule, what it names, what was found) of everything wrong with the package's files."""
    facts = []
    for rows in received.breaches.rows:
        first = rows.iloc[0]
        facts.append((str(first["rule_id"]), str(first["column"]), str(first["value"])))
    return [fact for fact in facts if fact[0].startswith("SEC")]


HOSTILE_NAMES = {
    "up": "../labs.parquet",
    "far up": "a/../../../etc/passwd",
    "absolute": "/etc/labs.parquet",
    "backslash": "..\\labs.parquet",
    "drive": "C:\\x.parquet",
    "stream": "labs.parquet:hidden",
    "empty part": "a//b.txt",
    "right to left": "\u202egnp.parquet",
    "control": "a\x1b[2Jb.txt",
    "newline": "a\nb.txt",
    "300 characters": "x" * 300,
    "deep": "a/b/c/d/e.txt",
    "markup": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_member_with_a_hostile_name_is_refused_and_shown_plainly(
    name: str, tmp_path: Path
) -> None:
    path = zipped(package(tmp_path / "DE01"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(HOSTILE_NAMES[name], b"")

    received = receive(path, CONTRACT)

    ((rule, shown, _),) = found(received)
    assert rule == "SEC-01"
    assert all(unicodedata.category(character)[0] != "C" for character in shown)
    assert len(shown) <= 81
    assert set(received.tables) >= {"labs", "patients"}


@pytest.mark.parametrize("name", ["right to left", "control", "newline", "stream", "deep"])
def test_a_file_with_a_hostile_name_is_refused_in_a_folder_too(name: str, tmp_path: Path) -> None:
    received = receive(package(tmp_path, files={HOSTILE_NAMES[name]: b""}), CONTRACT)

    assert [rule for rule, _, _ in found(received)] == ["SEC-01"]


def test_a_name_that_is_no_text_at_all(tmp_path: Path) -> None:
    made = package(tmp_path)
    Path(os.fsdecode(os.fsencode(made) + b"/\xff\xfe.txt")).write_bytes(b"")

    received = receive(made, CONTRACT)

    assert found(received) == [("SEC-01", "\\udcff\\udcfe.txt", "invisible characters")]
    assert received.id


def test_links_and_devices_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    made = package(tmp_path / "DE01")
    secret = tmp_path / "secret.parquet"
    (made / "labs.parquet").rename(secret)
    (made / "labs.parquet").symlink_to(secret)
    (made / "loop").symlink_to(made)
    os.mkfifo(made / "pipe")

    received = receive(made, CONTRACT)

    assert found(received) == [
        ("SEC-01", "labs.parquet", "symbolic link"),
        ("SEC-01", "loop", "symbolic link"),
        ("SEC-01", "pipe", "device, pipe or socket"),
    ]
    assert received.absent["labs"] == "table_unreadable"


def member(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(package(tmp_path / "DE01"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member("notes.txt", stat.S_IFLNK | 0o777), "/etc/passwd")

    assert found(receive(path, CONTRACT)) == [("SEC-01", "notes.txt", "symbolic link")]


def test_of_two_members_of_one_name_the_second_is_refused(tmp_path: Path) -> None:
    path = zipped(package(tmp_path / "DE01"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("LABS.parquet", b"")

    assert found(receive(path, CONTRACT)) == [("SEC-01", "LABS.parquet", "stands twice")]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_packing_is_refused(method: int, tmp_path: Path) -> None:
    made = package(tmp_path / "DE01", files={"notes.txt": b"x" * 100})
    path = zip_of(tmp_path / "DE01.zip", members_of(made), compression=method)

    received = receive(path, CONTRACT)

    assert {rule for rule, _, _ in found(received)} == {"SEC-01"}
    assert received.tables == {}


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = zipped(package(tmp_path / "DE01"))
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    path.write_bytes(content)

    assert [rule for rule, _, _ in found(receive(path, CONTRACT))] == ["SEC-01"]


def test_a_bomb_is_refused_by_its_ratio_without_being_unpacked(tmp_path: Path) -> None:
    received = receive(zip_of_zeros(tmp_path), CONTRACT)

    ((rule, shown, ratio),) = found(received)
    assert (rule, shown) == ("SEC-02", "labs.parquet")
    assert ratio.endswith(": 1")
    assert received.absent["labs"] == "table_unreadable"
    assert "patients" in received.tables


def test_a_member_that_lies_about_its_size_is_cut_off(tmp_path: Path) -> None:
    received = receive(zip_that_lies(tmp_path), CONTRACT)

    assert received.absent["labs"] == "table_unreadable"
    assert "patients" in received.tables


def test_a_zip_in_a_zip_is_a_file_that_nobody_opens(tmp_path: Path) -> None:
    received = receive(zip_of_zips(tmp_path), CONTRACT)

    assert {str(rows["rule_id"].iloc[0]) for rows in received.breaches.rows} == {"SUB-19"}


def test_too_many_members_are_not_even_listed(tmp_path: Path) -> None:
    received = receive(zip_of_many(tmp_path), CONTRACT)

    assert found(received) == [("SEC-02", "count", "> 64")]


def test_a_folder_that_is_somebodys_disk_is_not_walked_to_its_end(tmp_path: Path) -> None:
    made = package(tmp_path, files={f"z/{n}.txt": b"" for n in range(100)})

    received = receive(made, CONTRACT)

    assert found(received) == [("SEC-02", "count", "> 64")]
    assert received.centre == "DE01", "the manifest says whose it is"


def test_a_file_and_a_package_that_are_too_large(tmp_path: Path) -> None:
    made = package(tmp_path)
    largest = max(file.stat().st_size for file in made.glob("*.parquet"))

    file = open_package(made, Limits(file=largest - 1))
    whole = open_package(made, Limits(package=1000))

    assert {refusal.why for refusal in file.refused.values()} == {"size"}
    assert whole.whole is not None
    assert whole.whole.why == "size"
    assert set(whole.files) == {"datapackage.json"}


def test_what_was_refused_makes_another_submission(tmp_path: Path) -> None:
    """Or a mended package would be taken for the refused one it follows."""
    refused = package(tmp_path / "a", files={"a/b/c/d/e.txt": b""})
    mended = package(tmp_path / "b")

    assert open_package(refused).content_hash != open_package(mended).content_hash


def test_files_that_nobody_may_look_at_are_not_kept(tmp_path: Path) -> None:
    made = package(tmp_path / "DE01", files={"a/b/c/d/e.txt": b"", "\u202ex.txt": b""})
    received = receive(made, CONTRACT)

    kept = Store(tmp_path / "store").keep(received.package, received.centre, received.id)

    names = {file.relative_to(kept).as_posix() for file in kept.rglob("*") if file.is_file()}
    assert names == {"datapackage.json", *(f"{name}.parquet" for name in received.tables)}


def test_flipped_bytes_of_a_zip_never_crash(tmp_path: Path) -> None:
    path = zipped(package(tmp_path / "DE01"))
    whole, chance = path.read_bytes(), random.Random(6)

    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(3):  # the table of contents stands at the end
            damaged[-chance.randrange(1, 700)] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            received = receive(path, CONTRACT)
        except NotAPackage:
            continue
        assert received.breaches.rows or received.package.content_hash
