"""More of the same: tables of a sample many times over, each time with other patients.

The invented centres of `sample_data` are realistic but slow to draw by the million. A replica has
every row of the sample again under ids of its own, so that tables keep their shape (rows per
patient, missing values, codes) at any size, and nothing of one replica links to another.
"""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

IDS = ("patient_id", "visit_id", "lab_id", "therapy_id", "serology_id", "event_id", "biopsy_id")
IDS += ("exposure_id", "malignancy_id", "finding_id")


def replicated(table: pa.Table, times: int, first: int = 0) -> pa.Table:
    """`table` `times` over, replica by replica; every id gets the replica's number in front.

    Replicas are numbered from `first`. Ids of equal length sort as they did, replica by replica.
    """
    columns = [
        _renumbered(table[name], times, first) if name in IDS else _repeated(table[name], times)
        for name in table.column_names
    ]
    return pa.table(columns, names=table.column_names)


def _repeated(column: pa.ChunkedArray, times: int) -> pa.ChunkedArray:
    return pa.chunked_array(column.chunks * times, type=column.type)


def _renumbered(column: pa.ChunkedArray, times: int, first: int) -> pa.ChunkedArray:
    nothing = pa.scalar("", column.type)
    chunks = [
        pc.binary_join_element_wise(pa.scalar(f"R{number:06d}-", column.type), chunk, nothing)
        for number in range(first, first + times)
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, type=column.type)


def all_replicated(tables: Mapping[str, pa.Table], times: int) -> dict[str, pa.Table]:
    """Every table `times` over, their links intact."""
    return {name: replicated(table, times) for name, table in tables.items()}
