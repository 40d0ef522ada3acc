"""This project: `visit_outcomes` as it is, all its columns, with the lines found from therapies."""

from pathlib import Path

import pandas as pd

from benchmarks.outcomes import data
from benchmarks.outcomes.contenders.registry_core import as_arrow
from registry.outcomes import visit_outcomes

__all__ = ["as_arrow", "load", "outcomes"]


def load(folder: Path) -> dict[str, pd.DataFrame]:
    return data.load(folder)


def outcomes(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return visit_outcomes(tables, data.CUT)
