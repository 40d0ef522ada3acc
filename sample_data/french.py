"""FR01: every rule broken exactly once, and the delivery before it, which was clean."""

import importlib
import pkgutil
from pathlib import Path

import pandas as pd

import sample_data.defects as defects
from sample_data.centres import FRENCH
from sample_data.cohort import cohort
from sample_data.columns import CONTRACT, Tables
from sample_data.defects.package import break_package
from sample_data.defects.whole import delivery_before
from sample_data.package import write_package
from schemas.rows import check_rows
from schemas.standing import Asked
from schemas.submitted import MODELS

PATIENTS, SEED = 330, 7  # enough that every planter finds a patient of its own

for planters in pkgutil.iter_modules(defects.__path__, f"{defects.__name__}."):
    importlib.import_module(planters.name)


def french_before() -> Tables:
    """Clean: only patients of whom no rule has anything to say, not even a note."""
    tables = cohort(FRENCH, PATIENTS, SEED)
    breaches = check_rows(
        MODELS, Asked(tables, CONTRACT, pd.Timestamp(FRENCH.data_cut), FRENCH.code)
    )
    noted = pd.concat(
        [tables[str(b["table"].iloc[0])].loc[b["row"], "patient_id"] for b in breaches.rows]
    )
    return {
        name: _numbered(table[~table["patient_id"].isin(noted)]) for name, table in tables.items()
    }


def french_now() -> Tables:
    """The same patients, every defect planted."""
    return defects.plant_all(french_before())


def write_french(folder: Path, created: str) -> None:
    """Write `FR01.previous` and `FR01` into `folder`."""
    before = delivery_before(french_before())
    for name, tables in (("FR01.previous", before), ("FR01", french_now())):
        write_package(
            tables,
            folder / name,
            centre=FRENCH.code,
            data_cut=FRENCH.data_cut,
            language=FRENCH.language,
            created=created,
        )
    break_package(folder / "FR01")


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_axis(pd.RangeIndex(1, len(table) + 1))
