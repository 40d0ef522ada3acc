"""This project, asked every fourth check only: what the other three quarters add."""

from pathlib import Path

from benchmarks.rows.peers import registry

prepare = registry.prepare


def check(folder: Path, prepared: None) -> None:
    registry.check(folder, prepared, every=4)
