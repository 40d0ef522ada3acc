"""Hostile files, made by code and never committed."""

import io
import random
import struct
import zipfile
from copy import copy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from registry.intake.limits import MIB
from tests.packages import package, parquet, zipped


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


def again(content: bytes, times: int) -> bytes:
    """The same pages, pointed to again and again: each further row group costs a line of footer."""
    once = pq.read_metadata(io.BytesIO(content))
    whole = pq.read_metadata(io.BytesIO(content))
    while whole.num_row_groups * 2 <= times:
        whole.append_row_groups(pq.read_metadata(io.BytesIO(footer_of(whole))))
    while whole.num_row_groups < times:
        whole.append_row_groups(once)
    pages = content[: -8 - int.from_bytes(content[-8:-4], "little")]
    return pages + footer_of(whole)[4:]


def footer_of(told: pq.FileMetaData) -> bytes:
    """A file that is only a footer."""
    sink = io.BytesIO()
    told.write_metadata_file(sink)
    return sink.getvalue()


def many_rows() -> bytes:
    """300 million equal numbers."""
    piece = pa.table({"value": pa.array([7] * 1_000_000, pa.int64())})
    return again(stored(piece, compression="zstd"), 300)


def zeros() -> bytes:
    """A gigabyte of text, every row of a group another, that compresses to almost nothing."""
    text = pa.array([f"{row:08d}" + "A" * 3_992 for row in range(10_000)])
    piece = stored(pa.table({"drug": text}), compression="zstd", use_dictionary=False)
    return again(piece, 28)


def wide_and_long() -> bytes:
    """As many columns and rows as are allowed, all of one number: 8 GB."""
    run = pa.array([7] * 100_000, pa.int64())
    return again(stored(pa.table({f"c{n}": run for n in range(500)}), compression="zstd"), 20)


def many_row_groups(groups: int = 200_000) -> bytes:
    return again(stored(pa.table({"value": [1]})), groups)


def many_columns(columns: int = 50_000) -> bytes:
    sink = io.BytesIO()
    pq.write_metadata(pa.schema({f"c{n}": pa.int64() for n in range(columns)}), sink)
    return sink.getvalue()


def long_cell(compression: str) -> bytes:
    """One text of 60 MB, of which no codec leaves more than some megabytes."""
    return stored(pa.table({"drug": ["A" * 60_000_000]}), compression=compression)


def like_telephones() -> bytes:
    """5,000 texts of 4,000 characters, full of what is nearly a telephone number."""
    texts = [f"{row:08d} " + "+49 0 1 (2) " * 330 for row in range(5_000)]
    return stored(pa.table({"drug": texts}), compression="zstd")


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


def zip_of_zeros(folder: Path, **written: Any) -> Path:
    """A zip whose labs are 60 MB of zeros; `written` names what else it holds."""
    members = members_of(package(folder / "DE01")) | written | {"labs.parquet": b"\0" * (60 * MIB)}
    return zip_of(folder / "bomb.zip", members, compression=zipfile.ZIP_DEFLATED)


def zip_that_lies(folder: Path) -> Path:
    """The same, and it says that the labs have 5,000 bytes."""
    path = zip_of_zeros(folder)
    content = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(b"labs.parquet", content.index(signature))
        at = content.rindex(signature, 0, at)
        content[at + place : at + place + 4] = struct.pack("<I", 5000)
    path.write_bytes(content)
    return path


def zip_of_zips(folder: Path, levels: int = 6) -> Path:
    """A zip in a zip in a zip …, at the bottom 60 MB of zeros."""
    inner = zip_of_zeros(folder).read_bytes()
    for level in range(levels):
        inner = zip_of(folder / f"{level}.zip", {"inner.zip": inner}).read_bytes()
    return zipped(package(folder / "FR01", files={"inner.zip": inner}))


def zip_of_many(folder: Path) -> Path:
    """30,000 empty members."""
    members = members_of(package(folder / "DE01"))
    return zip_of(folder / "many.zip", members | {f"{n}.txt": b"" for n in range(30_000)})


def zip_of_one_member_often(folder: Path) -> Path:
    """Its table of contents points 40 times to the same 60 MB."""
    path = folder / "overlap.zip"
    members = members_of(package(folder / "DE01"))
    with zipfile.ZipFile(path, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("0.parquet", random.Random(1).randbytes(MIB) + b"\0" * (59 * MIB))
        first = archive.getinfo("0.parquet")
        for number in range(1, 40):
            other = copy(first)
            other.filename = other.orig_filename = f"{number}.parquet"
            archive.filelist.append(other)
            archive.NameToInfo[other.filename] = other
    return path


def zip_of(path: Path, members: dict[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def members_of(folder: Path) -> dict[str, bytes]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
