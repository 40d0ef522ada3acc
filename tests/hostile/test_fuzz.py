"""A bounded sample of `make fuzz`: mutated files never crash the parent and never pass unseen."""

from pathlib import Path

from tests.hostile.fuzz import fuzz


def test_mutated_files_are_refused_or_read_with_a_mismatch_reported(tmp_path: Path) -> None:
    outcomes = fuzz(100, seed=2, folder=tmp_path)

    assert not outcomes.keys() & {"crash", "hang", "unseen"}
    assert outcomes["refused"] > 50
    assert outcomes["read, hash mismatch reported"] > 0
