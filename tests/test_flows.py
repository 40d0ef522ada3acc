"""The same path as Prefect flows, on one real embedded server."""

import json
import os
from pathlib import Path

import httpx
import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL

from flows import path
from flows.ingest import ingest
from flows.many import take_in
from flows.release import release
from flows.steps import step
from registry.errors import StepFailed, UserError
from registry.store import Receipt, Store

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]

SAMPLES = Path("sample_data")


@pytest.fixture(scope="module")
def flowed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """DE01 taken in by the flow."""
    store = Store(tmp_path_factory.mktemp("flow"))
    ingest(SAMPLES / "DE01", store.root)
    return store


def test_a_run_gives_what_the_plain_path_gives(flowed: Store, tmp_path: Path) -> None:
    by_hand = Store(tmp_path)

    plain = path.ingest(SAMPLES / "DE01", by_hand)

    receipt = flowed.accepted("DE01")
    assert receipt is not None
    assert receipt.counts == plain.counts
    assert receipt.submission == plain.submission
    folders = [store.folder("DE01", plain.submission) for store in (flowed, by_hand)]
    assert len({(folder / "findings.json").read_bytes() for folder in folders}) == 1


def test_the_same_package_twice_is_one_submission(flowed: Store) -> None:
    first = flowed.accepted("DE01")

    again = ingest(SAMPLES / "DE01", flowed.root)

    assert first == again
    assert flowed.ledger.receipts("DE01") == [first]


def test_a_release_is_cut_and_the_artifact_tells_counts(flowed: Store) -> None:
    receipt = flowed.accepted("DE01")
    assert receipt is not None

    cut = release(flowed.root)

    assert cut.published
    assert json.loads((flowed.published / "latest.json").read_text())["version"] == cut.version
    # Asked of the server itself: Prefect 3.8.8's own client sends nulls this server refuses.
    told = httpx.post(f"{PREFECT_API_URL.value()}/artifacts/filter", json={}).json()
    assert {artifact["key"] for artifact in told} >= {"centre-de01", "release"}
    text = "\n".join(str(artifact["data"]) for artifact in told)
    assert receipt.submission in text
    assert "| labs |" in text
    patients = path.receive(SAMPLES / "DE01").tables["patients"]["patient_id"]
    assert not any(patient in text for patient in patients), "counts, never values"


def test_packages_side_by_side_tell_one_server_and_an_error_keeps_no_other_out(
    tmp_path: Path,
) -> None:
    wrong, right = take_in([tmp_path / "nowhere", SAMPLES / "SE01"], tmp_path / "store", at_once=2)

    assert isinstance(wrong, UserError)
    assert "neither a folder nor a zip" in str(wrong)
    assert isinstance(right, Receipt)
    assert Store(tmp_path / "store").ledger.current() == [right]
    told = httpx.post(f"{PREFECT_API_URL.value()}/flow_runs/filter", json={}).json()
    assert len([run for run in told if str(tmp_path) in str(run["parameters"])]) == 2


def test_a_crash_tells_prefect_where_and_never_what() -> None:
    def crash() -> None:
        raise ValueError("patient DE01-0007 has CK 6431")

    place = r"crash failed: ValueError at test_flows\.py:\d+ in crash"
    with pytest.raises(StepFailed, match=place) as failed:
        flow(step(crash))()

    assert "6431" not in str(failed.value)


def test_trouble_with_files_is_tried_again() -> None:
    tries: list[int] = []

    def read() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("share is away")
        return 42

    assert step(read, retries=2)() == 42
    assert len(tries) == 2


def test_telemetry_is_off() -> None:
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["DO_NOT_TRACK"] == "1"
