"""Runs in a process of its own: one Parquet file after another → plain columns, within limits.

Started by its path (see `reading.py`), so that it imports pyarrow and nothing of ours, sees nothing
of the environment and holds no data of another package. It talks in frames, a length of eight bytes
and so many bytes: first its limits as JSON; then of each file the bytes, answered by a JSON
header and the buffers of its columns. Neither Arrow IPC nor pickle: both have run code before.
"""

import json
import os
import struct
import sys
from contextlib import suppress
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

LENGTH = struct.Struct(">Q")

# Types that are handed over as they are; text and what is built on it is treated apart.
PLAIN = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_decimal128,
    pa.types.is_decimal256,
)
# Bytes that a value of a Parquet type takes in a plain column, at least.
LEAST = {"INT32": 1, "INT64": 8, "INT96": 8, "FLOAT": 4, "DOUBLE": 8, "BYTE_ARRAY": 4}
BYTES_OF_A_CODE = 8  # per row; codes take less than one, keys that never repeat more than ten
TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)

Buffers = list[pa.Buffer | None]


class Refused(Exception):
    """The file has more of something than is allowed."""

    def __init__(self, why: str, found: int, allowed: int) -> None:
        super().__init__(why)
        self.told = {"refused": why, "found": found, "allowed": allowed}


def confine(limits: dict[str, int]) -> None:
    """From now on: no more memory than allowed, no file written, no dump of what was in memory."""
    try:
        import resource
    except ImportError:  # Windows has none of these; the time limit of the parent holds there too
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS refuses or ignores it
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))


def grant_seconds(seconds: int) -> None:
    """So much processor time from now on, whatever earlier files took."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def answer(content: bytes, limits: dict[str, int]) -> tuple[dict[str, Any], Buffers]:
    """Header and buffers of one file. A MemoryError is the last thing this process says."""
    try:
        return columns_of(*opened(content, limits), limits)
    except Refused as refused:
        return refused.told, []
    except MemoryError:
        return {"refused": "memory", "found": None, "allowed": limits["memory"]}, []
    except Exception as error:  # a parser of hostile input raises what it likes; the text may quote
        why = "thrift" if "size limit" in str(error).lower() else "damaged"
        return {"refused": why, "found": None, "allowed": None}, []


def opened(content: bytes, limits: dict[str, int]) -> tuple[pa.Table, list[pa.DataType]]:
    """All columns and their types as stored, once the footer promises no more than is allowed."""
    footer = int.from_bytes(content[-8:-4], "little")
    if content[-4:] == b"PAR1" and limits["footer"] < footer < len(content):
        raise Refused("footer", footer, limits["footer"])
    thrift = {
        "thrift_string_size_limit": limits["thrift_string"],
        "thrift_container_size_limit": limits["thrift_container"],
    }
    source = pa.BufferReader(content)
    file = pq.ParquetFile(source, **thrift)
    told = file.metadata
    for why, found in (
        ("rows", told.num_rows),
        ("columns", told.num_columns),
        ("row_groups", told.num_row_groups),
    ):
        if found > limits[why]:
            raise Refused(why, found, limits[why])
    if promised(told) > limits["decoded"]:
        raise Refused("decoded", promised(told), limits["decoded"])
    stored = file.schema_arrow.types
    if codes := codes_of(told):
        with suppress(OSError):  # some encodings, delta lengths for one, have no such reader
            as_codes = pq.ParquetFile(source, metadata=told, read_dictionary=codes, **thrift)
            return as_codes.read(use_pandas_metadata=False), stored
    return file.read(use_pandas_metadata=False), stored


def promised(told: pq.FileMetaData) -> int:
    """Bytes that there will be at least, as the footer has it: as stored, or as plain columns.

    There may be far more: how long the texts of a dictionary are, no footer tells.
    """
    groups = range(told.num_row_groups)
    stored: int = sum(told.row_group(group).total_byte_size for group in groups)
    kinds = (told.schema.column(position).physical_type for position in range(told.num_columns))
    plain: int = told.num_rows * sum(LEAST.get(kind, 0) for kind in kinds)
    return max(stored, plain)


def codes_of(told: pq.FileMetaData) -> list[str]:
    """Text columns to be read as a dictionary: what stands there a thousand times is read once.

    A guess from the size of the first row group; a key column would only be slower for it.
    """
    if not told.num_row_groups:
        return []
    group = told.row_group(0)
    chunks = (group.column(i) for i in range(told.num_columns))
    return [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.physical_type == "BYTE_ARRAY"
        and chunk.total_uncompressed_size < BYTES_OF_A_CODE * chunk.num_values
    ]


def columns_of(
    table: pa.Table, stored: list[pa.DataType], limits: dict[str, int]
) -> tuple[dict[str, Any], Buffers]:
    """Every column that is flat and portable, each in one piece; of the others only the type."""
    if table.num_rows > limits["rows"]:
        raise Refused("rows", table.num_rows, limits["rows"])
    told: list[dict[str, Any]] = []
    buffers: Buffers = []
    decoded = 0
    for name, column, type_ in zip(table.schema.names, table.columns, stored, strict=True):
        column.validate(full=True)
        about: dict[str, Any] = {"name": name, "stored": str(type_)[:80]}
        told.append(about)
        plain = in_one_piece(column)
        if plain is None:
            continue
        longest, bytes_ = extent(plain)
        decoded += bytes_
        if longest > limits["cell"]:
            about["longest"] = longest
        elif decoded > limits["decoded"]:
            raise Refused("decoded", decoded, limits["decoded"])
        else:
            about["array"] = describe(plain, buffers)
    return {"rows": table.num_rows, "columns": told}, buffers


def in_one_piece(column: pa.ChunkedArray) -> pa.Array | None:
    """The column as one array; text as string or as a dictionary of it; None if it is not flat."""
    if isinstance(column.type, pa.BaseExtensionType):
        storage = column.type.storage_type
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], storage)
    type_ = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if any(is_of(type_) for is_of in TEXT):
        return text_in_one_piece(column)
    if pa.types.is_null(type_):
        return pa.nulls(len(column))
    if not any(is_of(type_) for is_of in PLAIN):
        return None
    return whole(column.cast(type_))


def text_in_one_piece(column: pa.ChunkedArray) -> pa.Array:
    """Codes as a dictionary; keys, of which a dictionary saves nothing, as plain text."""
    if not pa.types.is_dictionary(column.type):
        return whole(column.cast(pa.string()))
    array = whole(column.cast(pa.dictionary(pa.int32(), pa.string())).unify_dictionaries())
    if len(array.dictionary) * 2 > len(array):
        return array.cast(pa.string())
    return array


def whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def extent(array: pa.Array) -> tuple[int, int]:
    """(bytes of the longest text, bytes of the column written out without a dictionary)."""
    if pa.types.is_dictionary(array.type):
        lengths = pc.binary_length(array.dictionary)
        each = pc.take(lengths.cast(pa.int64()), array.indices)
        return pc.max(lengths).as_py() or 0, (pc.sum(each).as_py() or 0) + 4 * len(array)
    if pa.types.is_string(array.type):
        return pc.max(pc.binary_length(array)).as_py() or 0, array.nbytes
    return 0, array.nbytes


def describe(array: pa.Array, buffers: Buffers) -> dict[str, Any]:
    """What it takes to put an array together again; its buffers go to the end of `buffers`."""
    about: dict[str, Any] = {"type": type_of(array.type), "length": len(array)}
    if pa.types.is_null(array.type) or not len(array):
        return about
    own = array.indices if pa.types.is_dictionary(array.type) else array
    parts = own.buffers()
    if not own.null_count:
        parts[0] = None
    about |= {"offset": own.offset, "buffers": [-1 if b is None else b.size for b in parts]}
    buffers.extend(parts)
    if pa.types.is_dictionary(array.type):
        about["dictionary"] = describe(array.dictionary, buffers)
    return about


def type_of(type_: pa.DataType) -> list[object]:
    if pa.types.is_dictionary(type_):
        return ["dictionary"]
    if pa.types.is_timestamp(type_):
        return ["timestamp", type_.unit, type_.tz]
    if pa.types.is_decimal(type_):
        return [f"decimal{type_.bit_width}", type_.precision, type_.scale]
    return [str(type_)]


def receive(stream: BinaryIO) -> bytes | None:
    """The next frame; None where the other side has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else None


def send(stream: BinaryIO, header: dict[str, Any], buffers: Buffers) -> None:
    head = json.dumps(header).encode()
    stream.write(LENGTH.pack(len(head)) + head)
    for buffer in buffers:
        if buffer is not None:
            stream.write(buffer)
    stream.flush()


def main() -> None:
    """Answer until the other side ends, or until memory has run out once."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nobody else writes between the frames
    first = receive(sys.stdin.buffer)
    if first is None:
        return
    limits = json.loads(first)
    confine(limits)
    while (content := receive(sys.stdin.buffer)) is not None:
        grant_seconds(limits["cpu_seconds"])
        header, buffers = answer(content, limits)
        send(out, header, buffers)
        if header.get("refused") == "memory":
            return


if __name__ == "__main__":
    main()
