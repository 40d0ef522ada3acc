"""The limit: reading every column the checks read, strings as dictionaries, and asking nothing."""

from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.rows.checks import Facts

TEXTS = ("centre_id", "patient_id", "visit_id", "analyte", "value_comparator", "value_absent")
TEXTS += ("unit", "loinc")


def prepare(facts: Facts) -> None:
    return None


def check(folder: Path, prepared: None) -> None:
    with pq.ParquetFile(folder / "labs.parquet", read_dictionary=TEXTS) as labs:
        for number in range(labs.num_row_groups):
            labs.read_row_group(number, use_threads=False)
