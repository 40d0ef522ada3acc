"""Published tables as Parquet: portable types, the same bytes for the same rows, page checksums.

pandas, polars, DuckDB, R and Spark all read string, bool, int32, int64 and double; each of the
other Arrow types breaks in at least one of them.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from registry.contract import Column, Kind, TableSpec
from registry.tables import ARROW, to_pandas

KIND_OF = {
    pa.string(): Kind.TEXT,
    pa.float64(): Kind.NUMBER,
    pa.int64(): Kind.WHOLE,
    pa.int32(): Kind.WHOLE,
    pa.bool_(): Kind.YES_NO,
}


def arrow_type(column: Column) -> pa.DataType:
    """The portable type of a published column; ValueError for a calendar date."""
    if column.kind is Kind.DATE:
        raise ValueError(f"{column.name} is a calendar date: a release holds days only.")
    counts_days = column.kind is Kind.WHOLE and (column.unit == "d" or column.name.endswith("_day"))
    return pa.int32() if counts_days else ARROW[column.kind]


def arrow_schema(spec: TableSpec) -> pa.Schema:
    """The schema of a published table; unit, code list and prose go with each field.

    Most readers do not show field metadata: the data dictionary is what carries them.
    """
    return pa.schema([_field(column) for column in spec.columns.values()])


def _field(column: Column) -> pa.Field:
    facts = {"description": column.description["en"], "unit": column.unit, "codes": column.codes}
    metadata = {name: fact for name, fact in facts.items() if fact}
    nullable = not (column.required or column.key)
    return pa.field(column.name, arrow_type(column), nullable=nullable, metadata=metadata)


def schema_fingerprint(schema: pa.Schema) -> str:
    """SHA-256 of names, types and nullability: whether a reader's code still fits."""
    fields = [[field.name, str(field.type), field.nullable] for field in schema]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def to_arrow(table: pd.DataFrame, spec: TableSpec) -> pa.Table:
    """A published table as Arrow.

    Raises ValueError where a column is missing or not described, or a required value is blank.
    """
    if list(table.columns) != list(spec.columns):
        odd = sorted(set(table.columns) ^ set(spec.columns))
        raise ValueError(f"{spec.name} is not as described: {', '.join(odd) or 'order of columns'}")
    schema = arrow_schema(spec)
    arrays = [pa.Array.from_pandas(table[field.name], type=field.type) for field in schema]
    blank = [
        field.name
        for field, array in zip(schema, arrays, strict=True)
        if array.null_count and not field.nullable
    ]
    if blank:
        raise ValueError(f"{spec.name} lacks required values: {', '.join(blank)}")
    return pa.Table.from_arrays(arrays, schema=schema)


def write(table: pa.Table, path: Path, about: Mapping[str, str]) -> None:
    """Write one file; `about` becomes its file-level key/values."""
    pq.write_table(
        table.replace_schema_metadata(dict(about)),
        path,
        version="2.6",
        compression="zstd",
        write_page_checksum=True,
    )


def read(path: Path) -> pa.Table:
    """Read one file, verifying every page: pyarrow does not by default. OSError where damaged."""
    content = pa.BufferReader(path.read_bytes())
    with pq.ParquetFile(content, page_checksum_verification=True) as file:
        return file.read()


def in_memory(table: pa.Table) -> pd.DataFrame:
    """A published table in the registry's pandas types, rows numbered from 1."""
    columns = {
        field.name: to_pandas(_widest(table[field.name]), KIND_OF[field.type])
        for field in table.schema
    }
    return pd.DataFrame(columns).set_axis(pd.RangeIndex(1, table.num_rows + 1))


def _widest(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(pa.int64()) if pa.types.is_int32(values.type) else values
