"""The store: immutable packages, one accepted submission per centre, one run at a time."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from registry.package import open_package
from registry.store import Store, StoreBusy
from tests.deliveries import RECEIPT

DE01 = Path("sample_data/DE01")


def test_a_package_is_kept_byte_for_byte_and_once(tmp_path: Path) -> None:
    store = Store(tmp_path)

    kept = store.keep(open_package(DE01), "DE01", "DE01-1")
    store.keep(open_package(DE01), "DE01", "DE01-1")

    assert open_package(kept).content_hash == open_package(DE01).content_hash
    assert list((tmp_path / "incoming").iterdir()) == []


def test_the_newest_accepted_submission_is_the_centres_state(tmp_path: Path) -> None:
    store = Store(tmp_path)

    store.conclude(RECEIPT)
    store.conclude(replace(RECEIPT, submission="DE01-2"))

    accepted = store.accepted("DE01")
    assert accepted is not None
    assert accepted.submission == "DE01-2"
    assert store.receipt("DE01", "DE01-1") == replace(RECEIPT, status="superseded")


def test_a_refused_submission_leaves_the_accepted_one_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.conclude(RECEIPT)

    store.conclude(replace(RECEIPT, submission="DE01-2", status="refused"))

    assert store.accepted("DE01") == RECEIPT


def test_a_centre_without_an_accepted_submission_is_not_released(tmp_path: Path) -> None:
    store = Store(tmp_path)

    store.conclude(replace(RECEIPT, status="refused"))

    assert store.centres() == []
    assert store.accepted("DE01") is None


def test_one_run_at_a_time_per_centre(tmp_path: Path) -> None:
    store = Store(tmp_path)

    with (
        store.one_at_a_time("DE01"),
        store.one_at_a_time("SE01"),
        pytest.raises(StoreBusy, match="DE01"),
        Store(tmp_path).one_at_a_time("DE01", timeout=0.1),
    ):
        pass


def test_the_key_of_the_pseudonyms_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first, again = Store(tmp_path).release_key(), Store(tmp_path).release_key()

    assert first == again
    assert len(first) == 32
    (file,) = (tmp_path / "private").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
