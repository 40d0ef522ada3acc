"""Strange but honest: written by others, or in another way, and read like any other package."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from registry.submission import Submission, receive
from schemas.submitted import CONTRACT
from tests.hostile.makers import stored
from tests.packages import package, table_of

THERAPIES = CONTRACT["therapies"]
ROWS = 300
PLAIN = table_of(
    THERAPIES,
    {
        "therapy_id": [f"T{row:04d}" for row in range(ROWS)],
        "drug": ["prednisone", "methotrexate", None] * (ROWS // 3),
        "dose": [12.5, None, 20.0] * (ROWS // 3),
        "line": pa.array([1, 2, None] * (ROWS // 3), pa.int64()),
        "start_date": pa.array([date(2024, 3, 31), date(1969, 12, 31), None] * (ROWS // 3)),
    },
)


def received(folder: Path, content: bytes) -> Submission:
    """The package whose therapies are these bytes."""
    made = package(folder, tables={"therapies": PLAIN})
    (made / "therapies.parquet").write_bytes(content)
    return receive(made, CONTRACT)


def rules(submission: Submission) -> set[str]:
    """What is wrong, but for the hash, which the tests do not write anew."""
    return {str(rows["rule_id"].iloc[0]) for rows in submission.breaches.rows} - {"SUB-17"}


def by_polars(**written: Any) -> bytes:
    sink = io.BytesIO()
    pl.from_arrow(PLAIN).with_columns(**written).write_parquet(sink)  # type: ignore[union-attr]
    return sink.getvalue()


def by_duckdb(folder: Path, drug: str = "drug", options: str = "") -> bytes:
    """What `COPY` writes of PLAIN, its column `drug` said in another way."""
    therapies = PLAIN  # noqa: F841  (DuckDB reads it by its name)
    path = folder / "by-duckdb.parquet"
    chosen = f"SELECT * REPLACE ({drug} AS drug) FROM therapies"
    duckdb.sql(f"COPY ({chosen}) TO '{path}' (FORMAT parquet{options})")
    return path.read_bytes()


def by_pandas() -> bytes:
    sink = io.BytesIO()
    PLAIN.to_pandas(types_mapper=pd.ArrowDtype).to_parquet(sink)
    return sink.getvalue()


def with_factors() -> bytes:
    """What R's arrow writes: factors as dictionaries of int8, a serialised `r` block."""
    factor = PLAIN["drug"].combine_chunks().dictionary_encode()
    as_r = pa.DictionaryArray.from_arrays(factor.indices.cast(pa.int8()), factor.dictionary)
    table = PLAIN.set_column(PLAIN.schema.get_field_index("drug"), "drug", as_r)
    block = {b"r": b"A\n3\n263168\n197888\n5\nUTF-8\n531\n1\n254\n"}
    return stored(table.replace_schema_metadata(block))


def by_spark() -> bytes:
    """What Spark writes: its own schema in the footer, snappy, no Arrow schema, version 1 pages."""
    fields = [
        {"name": n, "type": "string", "nullable": True, "metadata": {}} for n in PLAIN.schema.names
    ]
    block = {b"org.apache.spark.sql.parquet.row.metadata": json.dumps({"fields": fields}).encode()}
    return stored(
        PLAIN.replace_schema_metadata(block),
        compression="snappy",
        store_schema=False,
        version="1.0",
    )


def with_notes_on_columns() -> bytes:
    """What Spark, Iceberg and R leave with each column: comments, field ids, labels."""
    fields = [
        field.with_metadata({b"comment": "Größe".encode(), b"PARQUET:field_id": str(n).encode()})
        for n, field in enumerate(PLAIN.schema)
    ]
    return stored(PLAIN.cast(pa.schema(fields)))


def never_blank(*names: str) -> bytes:
    """Columns that the file itself says are never blank (REQUIRED)."""
    fields = [f.with_nullable(False) if f.name in names else f for f in PLAIN.schema]
    return stored(PLAIN.cast(pa.schema(fields)))


def in_type(type_: pa.DataType, column: str = "drug", **options: Any) -> bytes:
    position = PLAIN.schema.get_field_index(column)
    return stored(PLAIN.set_column(position, column, PLAIN[column].cast(type_)), **options)


HONEST: dict[str, Callable[[Path], bytes]] = {
    "polars": lambda folder: by_polars(),
    "polars, categories": lambda folder: by_polars(drug=pl.col("drug").cast(pl.Categorical)),
    "polars, an enumeration": lambda folder: by_polars(
        drug=pl.col("drug").cast(pl.Enum(["methotrexate", "prednisone"]))
    ),
    "DuckDB": by_duckdb,
    "DuckDB, an enumeration": lambda folder: by_duckdb(
        folder, "CAST(drug AS ENUM('prednisone', 'methotrexate'))"
    ),
    "DuckDB, zstd, version 2": lambda folder: by_duckdb(
        folder, options=", COMPRESSION zstd, PARQUET_VERSION v2"
    ),
    "pandas": lambda folder: by_pandas(),
    "R": lambda folder: with_factors(),
    "Spark": lambda folder: by_spark(),
    "large text": lambda folder: in_type(pa.large_string()),
    "text view": lambda folder: in_type(pa.string_view()),
    "dictionary": lambda folder: in_type(pa.dictionary(pa.int32(), pa.string())),
    "dictionary of large text": lambda folder: in_type(
        pa.dictionary(pa.int32(), pa.large_string())
    ),
    "short whole numbers": lambda folder: in_type(pa.int8(), "line"),
    "one row group a row": lambda folder: stored(PLAIN, row_group_size=1),
    "row groups of seven": lambda folder: stored(PLAIN, row_group_size=7, use_dictionary=False),
    **{
        f"packed by {codec}": lambda folder, codec=codec: stored(PLAIN, compression=codec)
        for codec in ("snappy", "gzip", "brotli", "zstd", "lz4", "none")
    },
    "every column packed by another": lambda folder: stored(
        PLAIN, compression=dict(zip(PLAIN.schema.names, ["zstd", "gzip", "lz4"] * 9, strict=False))
    ),
    "days in milliseconds": lambda folder: in_type(pa.date64(), "start_date"),
    "notes on columns": lambda folder: with_notes_on_columns(),
    "columns that are never blank": lambda folder: never_blank("therapy_id", "patient_id"),
    "pages with an index": lambda folder: stored(PLAIN, write_page_index=True, data_page_size=64),
    "a dictionary given up": lambda folder: stored(PLAIN, dictionary_pagesize_limit=8),
    "no statistics": lambda folder: stored(PLAIN, write_statistics=False),
    "page checksums": lambda folder: stored(PLAIN, write_page_checksum=True),
    "byte stream split": lambda folder: stored(
        PLAIN, use_dictionary=False, column_encoding={"dose": "BYTE_STREAM_SPLIT"}
    ),
    "delta lengths": lambda folder: stored(
        PLAIN, use_dictionary=False, column_encoding={"drug": "DELTA_LENGTH_BYTE_ARRAY"}
    ),
    "data pages of version 2": lambda folder: stored(PLAIN, data_page_version="2.0"),
    "columns the other way round": lambda folder: stored(PLAIN.select(PLAIN.schema.names[::-1])),
}


# Read as well, with a note that the contract's own type would be better.
IN_ANOTHER_TYPE: dict[str, Callable[[], bytes]] = {
    "nanoseconds": lambda: in_type(pa.timestamp("ns"), "start_date"),
    "microseconds": lambda: in_type(pa.timestamp("us"), "start_date"),
    "INT96, as Spark, Hive and Impala": lambda: in_type(
        pa.timestamp("ns"), "start_date", use_deprecated_int96_timestamps=True, store_schema=False
    ),
    "decimals": lambda: in_type(pa.decimal128(9, 2), "dose"),
    "single precision": lambda: in_type(pa.float32(), "dose"),
    "whole numbers as double": lambda: in_type(pa.float64(), "line"),
}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    return received(tmp_path_factory.mktemp("usual"), stored(PLAIN))


@pytest.mark.parametrize("name", [*HONEST, *IN_ANOTHER_TYPE])
def test_it_is_read_like_any_other(name: str, usual: Submission, tmp_path: Path) -> None:
    content = HONEST[name](tmp_path) if name in HONEST else IN_ANOTHER_TYPE[name]()

    strange = received(tmp_path / "strange", content)

    assert rules(usual) == set()
    assert rules(strange) == (set() if name in HONEST else {"SUB-20"})
    pd.testing.assert_frame_equal(strange.tables["therapies"], usual.tables["therapies"])
    if name in HONEST:
        pd.testing.assert_frame_equal(
            strange.submitted["therapies"], usual.submitted["therapies"], check_like=True
        )


def test_signs_of_every_script_are_values(tmp_path: Path) -> None:
    kits = ["Größe µ", "Ångström", "试剂盒", "ελισα", "🧪 kit", "e\u0301", None]

    strange = receive(package(tmp_path, columns={"serology": {"kit": kits}}), CONTRACT)

    assert rules(strange) == set()
    assert strange.tables["serology"]["kit"].tolist()[:-1] == kits[:-1]


def test_an_optional_table_without_rows(tmp_path: Path) -> None:
    strange = receive(package(tmp_path, columns={"events": {"event_id": []}}), CONTRACT)

    assert rules(strange) == set()
    assert len(strange.tables["events"]) == 0


def test_a_table_whose_every_text_is_blank(tmp_path: Path) -> None:
    strange = received(tmp_path, stored(PLAIN.set_column(4, PLAIN.schema.names[4], pa.nulls(ROWS))))

    assert rules(strange) == set()
