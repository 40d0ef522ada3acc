"""What a folder says, to whoever looks inside its files: the search for a patient who withdrew.

Raw bytes are not enough: Parquet pages, members of a zip or a workbook and an HTML report's entities
hide a word from them.
"""

import html
import io
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Wanted = Mapping[str, re.Pattern[str]]


def word(text: str, *, longer: str = "") -> re.Pattern[str]:
    """The text wherever it stands: in a database's file the next cell follows without a gap.

    `longer` is another's word that begins like it.
    """
    rest = longer.removeprefix(text)
    return re.compile(re.escape(text) + (f"(?!{re.escape(rest)})" if rest else ""))


def figure(value: float) -> re.Pattern[str]:
    """Its whole part in any spelling (987654, 987,654, 987.654, 987 654), or its eight bytes."""
    spelt = r"[^0-9A-Za-z]{0,6}".join(re.findall(r"\d{3}", str(int(value))))
    stored = re.escape(struct.pack("<d", value).decode("latin-1"))
    return re.compile(rf"(?<!\d){spelt}(?!\d)|{stored}")


def files_that_tell(root: Path, wanted: Wanted) -> dict[str, set[str]]:
    """Which of what is wanted → the files (`package.zip/labs.parquet`) whose name or content has it."""
    found: dict[str, set[str]] = {what: set() for what in wanted}
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        name = file.relative_to(root).as_posix()
        for inner, text in _texts(name, file.read_bytes()):
            for what, pattern in wanted.items():
                if pattern.search(inner) or pattern.search(text):
                    found[what].add(inner)
    return found


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """(file or member, one way to read it), members of archives included."""
    yield name, content.decode("latin-1")
    if name.endswith((".html", ".xml", ".rels")):
        yield name, html.unescape(content.decode("utf-8", errors="replace"))
    if content.endswith(b"PAR1"):
        yield from ((name, text) for text in _columns(content))
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _texts(f"{name}/{member}", archive.read(member))


def _columns(content: bytes) -> Iterator[str]:
    """Cells, metadata, and the dictionaries of columns: these keep values that no row has."""
    try:
        plain = pq.read_table(pa.BufferReader(content))
    except (OSError, pa.ArrowInvalid):  # a damaged file: its bytes were looked at
        return
    yield f"{plain.schema} {plain.schema.metadata}"
    yield plain.to_pandas().to_csv()
    named = [f.name for f in plain.schema if pa.types.is_string(f.type)]
    for column in pq.read_table(pa.BufferReader(content), read_dictionary=named).columns:
        if pa.types.is_dictionary(column.type):
            yield from (str(chunk.dictionary.to_pylist()) for chunk in column.chunks)
