"""This project, asked every fourth check only: what the other three quarters add."""

from pathlib import Path

import pandas as pd

from benchmarks.rows.peers import registry

prepare = registry.prepare


def check(folder: Path, biopsies: pd.DataFrame) -> None:
    registry.check(folder, biopsies, every=4)
