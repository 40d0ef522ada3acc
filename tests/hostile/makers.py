"""Hostile files, made by code and never committed."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from registry.intake.limits import MIB
from tests.packages import parquet


def stored(table: pa.Table, **options: Any) -> bytes:
    """The bytes of a Parquet file written with options."""
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def repeated(text: str, times: int) -> pa.Table:
    """One text in every row, in the file once."""
    indices = pa.array([0] * times, pa.int32())
    return pa.table({"drug": pa.DictionaryArray.from_arrays(indices, pa.array([text]))})


def dictionary_bomb() -> bytes:
    """Some 300 bytes that are 20 GB of text."""
    return stored(repeated("A" * MIB, 20_000), compression="zstd", store_schema=False)


def dictionary_bomb_with_schema() -> bytes:
    """The same, to be read as a dictionary: one megabyte, until somebody casts it."""
    return stored(repeated("A" * MIB, 20_000), compression="zstd")


def long_cells_below_the_limit() -> bytes:
    """Two gigabytes of texts none of which is too long."""
    return stored(repeated("A" * 4_000, 500_000), compression="zstd")


def many_rows() -> bytes:
    """300 million equal numbers in about a megabyte, written in pieces."""
    piece = pa.table({"value": pa.array([7] * 1_000_000, pa.int64())})
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, piece.schema, compression="zstd") as writer:
        for _ in range(300):
            writer.write_table(piece)
    return sink.getvalue()


def honest_zeros() -> bytes:
    """A gigabyte of text, every row another, that compresses to almost nothing."""
    text = pa.array([f"{row:08d}" + "A" * 3_992 for row in range(280_000)])
    return stored(pa.table({"drug": text}), compression="zstd", use_dictionary=False)


def many_row_groups(groups: int = 20_000) -> bytes:
    """A row each."""
    return stored(pa.table({"value": list(range(groups))}), row_group_size=1)


def many_columns(columns: int = 20_000) -> bytes:
    return stored(pa.table({f"c{n}": [n] for n in range(columns)}))


def nested(levels: int) -> bytes:
    """A list in a list in a list …"""
    values = pa.array([1])
    for _ in range(levels):
        values = pa.ListArray.from_arrays(pa.array([0, 1], pa.int32()), values)
    return parquet(pa.table({"dose": values}))


def noise() -> bytes:
    return b"PAR1" + bytes(range(256)) * 8 + struct.pack("<I", 100) + b"PAR1"


def footer_that_lies() -> bytes:
    """A footer that claims to be four gigabytes long."""
    return b"PAR1" + b"\0" * 64 + struct.pack("<I", 0xFFFF_FFF0) + b"PAR1"


def encrypted_footer() -> bytes:
    return b"PARE" + b"\0" * 64 + struct.pack("<I", 64) + b"PARE"


def feather() -> bytes:
    sink = io.BytesIO()
    pyarrow.feather.write_feather(pa.table({"dose": [1.0]}), sink)
    return sink.getvalue()


def arrow_stream() -> bytes:
    sink = io.BytesIO()
    table = pa.table({"dose": [1.0]})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def zip_of(path: Path, members: dict[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def members_of(folder: Path) -> dict[str, bytes]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
