"""The store: immutable packages, one accepted submission per centre, one run at a time.

`anywhere` is a folder with SQLite and a place that is no folder (fsspec's memory) with PostgreSQL.
"""

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows import path
from registry.files import here, place
from registry.ledger.database import LedgerUnnamed
from registry.package import open_package
from registry.release import ReleaseDamaged, ReleaseWithdrawn, open_release
from registry.store import Store, StoreBusy
from tests.deliveries import RECEIPT, delivery
from tests.test_release import cut
from tests.traces import files_that_tell, word

DE01 = Path("sample_data/DE01")


def test_a_package_is_kept_byte_for_byte_and_once(anywhere: Store) -> None:
    sent = open_package(DE01)

    kept = anywhere.keep(sent, "DE01", "DE01-1")
    anywhere.keep(sent, "DE01", "DE01-1")

    with here(kept) as copy:
        assert open_package(copy).content_hash == sent.content_hash
    assert list((anywhere.root / "incoming").glob("*")) == []


@pytest.mark.parametrize("damage", ["file missing", "file cut off"])
def test_a_package_sent_in_part_is_sent_again(elsewhere: Store, damage: str) -> None:
    sent = open_package(DE01)
    labs = elsewhere.keep(sent, "DE01", "DE01-1") / "labs.parquet"
    labs.unlink() if damage == "file missing" else labs.write_bytes(labs.read_bytes()[:1000])

    kept = elsewhere.keep(sent, "DE01", "DE01-1")

    with here(kept) as copy:
        assert open_package(copy).content_hash == sent.content_hash


def test_the_newest_accepted_submission_is_the_centres_state(anywhere: Store) -> None:
    anywhere.conclude(RECEIPT)
    anywhere.conclude(replace(RECEIPT, submission="DE01-2"))

    accepted = anywhere.accepted("DE01")
    assert accepted is not None
    assert accepted.submission == "DE01-2"
    assert anywhere.receipt("DE01", "DE01-1") == replace(RECEIPT, status="superseded")


def test_a_refused_submission_leaves_the_accepted_one_as_it_was(anywhere: Store) -> None:
    anywhere.conclude(RECEIPT)

    anywhere.conclude(replace(RECEIPT, submission="DE01-2", status="refused"))

    assert anywhere.accepted("DE01") == RECEIPT


def test_a_centre_without_an_accepted_submission_is_not_released(anywhere: Store) -> None:
    anywhere.conclude(replace(RECEIPT, status="refused"))

    assert anywhere.centres() == []
    assert anywhere.accepted("DE01") is None


def test_one_run_at_a_time_per_centre(anywhere: Store) -> None:
    again = Store(anywhere.root)

    with (
        anywhere.one_at_a_time("DE01"),
        anywhere.one_at_a_time("SE01"),
        pytest.raises(StoreBusy, match="DE01"),
        again.one_at_a_time("DE01", timeout=0.1),
    ):
        pass

    with again.one_at_a_time("DE01", timeout=0.1):
        pass  # it was given back


def test_the_key_of_the_pseudonyms_is_made_once(anywhere: Store) -> None:
    first, again = anywhere.release_key(), Store(anywhere.root).release_key()

    assert first == again
    assert len(first) == 32


def test_a_key_is_for_the_owner_only(tmp_path: Path) -> None:
    Store(tmp_path).release_key()

    (file,) = (tmp_path / "private").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_store_elsewhere_names_its_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGISTRY_LEDGER_URL", raising=False)

    with pytest.raises(LedgerUnnamed, match="REGISTRY_LEDGER_URL"):
        Store(place("memory://without-ledger")).centres()


def test_a_folder_is_a_path_however_it_is_named(tmp_path: Path) -> None:
    assert place(str(tmp_path)) == place(tmp_path.as_uri()) == place(tmp_path) == tmp_path


@pytest.mark.usefixtures("no_suites")
def test_a_store_elsewhere_walks_the_whole_path_and_forgets_who_withdrew(
    elsewhere: Store, tmp_path: Path
) -> None:
    """The whole path without a folder of its own; a release there opens by its URL."""
    for centre in ("DE01", "AT01"):
        path.ingest(delivery(tmp_path / centre, ["KARL7", "P2"], centre=centre), elsewhere)
    first = path.cut_release(elsewhere)
    url = str(elsewhere.published)

    assert path.cut_release(elsewhere).version == first.version
    assert path.ingest(tmp_path / "DE01", elsewhere) == elsewhere.accepted("DE01")
    assert len(open_release(url).pandas("patients")) == 4

    path.withdraw(elsewhere, "DE01", "KARL7", "asked for it", "team")

    assert elsewhere.ledger.audit_faults() == []
    assert len(open_release(url).pandas("patients")) == 3
    with pytest.raises(ReleaseWithdrawn):
        open_release(url, first.version)
    for centre, named in (("DE01", False), ("AT01", True)):  # another of that name
        with here(elsewhere.root / "submissions" / centre) as copy:
            assert bool(files_that_tell(copy, {"id": word("KARL7")})["id"]) is named


def _down_after(files: int, send: Callable[..., None]) -> Callable[..., None]:
    left = iter(range(files))

    def put_file(*args: Any, **kwargs: Any) -> None:
        if next(left, None) is None:
            raise OSError("the line is down")
        send(*args, **kwargs)

    return put_file


@pytest.mark.usefixtures("no_suites")
def test_a_release_sent_in_part_is_nobodys_and_a_withdrawal_removes_it(
    elsewhere: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.ingest(delivery(tmp_path / "1"), elsewhere)
    released = path.cut_release(elsewhere).version
    path.ingest(delivery(tmp_path / "2", ["P1", "P2"], version="2"), elsewhere)
    with monkeypatch.context() as line:
        line.setattr(elsewhere.root.fs, "put_file", _down_after(5, elsewhere.root.fs.put_file))
        with pytest.raises(OSError, match="the line is down"):
            path.cut_release(elsewhere)

    half = elsewhere.published / "releases" / "2026.2.0"
    assert half.is_dir()
    assert open_release(elsewhere.published).version == released
    with pytest.raises(ReleaseDamaged):
        open_release(elsewhere.published, "2026.2.0")

    path.withdraw(elsewhere, "DE01", "P1", "asked for it", "team")

    assert not half.exists()
    assert open_release(elsewhere.published).version == "2026.1.1"


def test_a_changed_file_of_a_release_elsewhere_is_found(elsewhere: Store) -> None:
    labs = cut(elsewhere.published) / "data/labs.parquet"
    labs.write_bytes(labs.read_bytes()[:-1] + b"x")

    with pytest.raises(ReleaseDamaged, match=r"data/labs\.parquet was changed"):
        open_release(str(elsewhere.published))
