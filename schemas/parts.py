"""A table in parts of some thousand rows, each column made of Arrow when a rule first asks for it.

Parts fit into a processor's cache; a column that no rule reads is never decoded.
"""

from collections.abc import Iterator, Mapping, Set
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from registry.coded import Distinct, Rows, array_of
from registry.contract import Kind, TableSpec
from registry.tables import ARROW, to_pandas

Places = npt.NDArray[np.int64]  # of rows in a table, counted from 0

ROWS = 1 << 17


def keep_what_is_freed() -> None:
    """Let the next part have the memory of the one before, instead of the kernel, which clears it.

    The C library of Linux keeps what is smaller than the largest block that was ever freed, up to
    32 MiB (mallopt(3), M_MMAP_THRESHOLD). Half of all page faults of a million rows were such.
    """
    np.empty(31 << 20, np.uint8)  # never touched, so it costs nothing


class Source(Protocol):
    """Where a table's rows come from; row numbers count from 1."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each of its columns holds."""

    @property
    def length(self) -> int:
        """How many rows there are."""

    def parts(self, names: Set[str]) -> Iterator[tuple[int, Rows]]:
        """(how many rows come before, rows) of each part, with these columns at least."""

    def frames(self) -> Iterator[tuple[int, pd.DataFrame]]:
        """The same with all columns in pandas, and the row numbers as index."""

    def columns(self, names: list[str]) -> pd.DataFrame:
        """Some columns of the whole table, with its row numbers as index."""

    def patients(self) -> npt.NDArray[np.integer]:
        """A number for the patient of each row; -1: of nobody."""

    def count(self, name: str) -> int:
        """How many cells of a column are not blank."""

    def numbers(self, places: Places) -> pd.Index:
        """The row numbers of the rows at these places, counted from 0."""


class InMemory:
    """A table that was received: a DataFrame in the contract's types."""

    def __init__(self, table: pd.DataFrame, spec: TableSpec) -> None:
        self._table, self.length = table, len(table)
        self.kinds, self._links = spec.kinds, spec.links.keys()
        self._ids = {name for name, column in spec.columns.items() if column.is_id}

    def parts(self, names: Set[str]) -> Iterator[tuple[int, Rows]]:
        for before, part in self.frames():
            rows = Rows(partial(self._array, part), self.kinds)
            yield before, rows.ready(names, self._links)

    def _array(self, part: pd.DataFrame, name: str) -> pa.Array:
        """Text in codes, but for ids, of which there are as many as rows."""
        array = array_of(part[name])
        is_repetitive = self.kinds[name] is Kind.TEXT and name not in self._ids
        return array.dictionary_encode() if is_repetitive else array

    def frames(self) -> Iterator[tuple[int, pd.DataFrame]]:
        for start in range(0, self.length, ROWS):
            part = self._table.iloc[start : start + ROWS]
            yield start, self._table if len(part) == self.length else part  # as in Stretch.only

    def columns(self, names: list[str]) -> pd.DataFrame:
        return self._table[names]

    def patients(self) -> npt.NDArray[np.integer]:
        return pd.factorize(self._table["patient_id"])[0]

    def count(self, name: str) -> int:
        return int(self._table[name].count())

    def numbers(self, places: Places) -> pd.Index:
        return self._table.index[places]


class ParquetTable:
    """A file whose columns have the contract's names and types, read batch by batch."""

    def __init__(self, path: Path, spec: TableSpec) -> None:
        self._path, self.kinds, self._links = path, spec.kinds, spec.links.keys()
        texts = [name for name, kind in self.kinds.items() if kind is Kind.TEXT]
        footer = self._footer = pq.read_metadata(path)
        self.length: int = footer.num_rows
        coded = _repetitive(footer, texts)
        self._file = pq.ParquetFile(path, metadata=footer, read_dictionary=coded, pre_buffer=False)

    def parts(self, names: Set[str]) -> Iterator[tuple[int, Rows]]:
        distinct: dict[str, Distinct] = {}
        for before, batch in self._batches(sorted(names)):
            rows = Rows(batch.column, self.kinds, distinct)
            yield before, rows.ready(names, self._links)

    def frames(self) -> Iterator[tuple[int, pd.DataFrame]]:
        for before, batch in self._batches([*self.kinds]):
            yield before, self._in_pandas(batch, [*self.kinds], before)

    def _batches(self, names: list[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
        before = 0
        for batch in self._file.iter_batches(ROWS, columns=names, use_threads=False):
            yield before, batch
            before += len(batch)

    def columns(self, names: list[str]) -> pd.DataFrame:
        in_full = pq.ParquetFile(self._path, metadata=self._footer, pre_buffer=False)  # no codes
        return self._in_pandas(in_full.read(columns=names, use_threads=False), names, before=0)

    def _in_pandas(
        self, stored: pa.Table | pa.RecordBatch, names: list[str], before: int
    ) -> pd.DataFrame:
        kinds = {name: self.kinds[name] for name in names}
        read = {name: to_pandas(stored[name].cast(ARROW[k]), k).array for name, k in kinds.items()}
        return pd.DataFrame(read, index=pd.RangeIndex(1, len(stored) + 1) + before)

    def patients(self) -> npt.NDArray[np.integer]:
        ids = self._file.read(columns=["patient_id"], use_threads=False).column(0)
        codes = ids if pa.types.is_dictionary(ids.type) else ids.dictionary_encode()
        numbers = codes.unify_dictionaries().combine_chunks().indices
        return np.asarray(numbers.fill_null(-1))

    def count(self, name: str) -> int:
        position = self._file.schema_arrow.get_field_index(name)
        groups = range(self._footer.num_row_groups)
        chunks = [self._footer.row_group(group).column(position).statistics for group in groups]
        if all(chunk is not None and chunk.has_null_count for chunk in chunks):
            return self.length - sum(int(chunk.null_count) for chunk in chunks)
        return self.length - int(self._file.read(columns=[name])[name].null_count)

    def numbers(self, places: Places) -> pd.Index:
        return pd.Index(places + 1)


def _repetitive(footer: pq.FileMetaData, texts: list[str]) -> list[str]:
    """Texts whose values repeat: above four bytes a value, codes would not be shorter."""
    if not footer.num_row_groups:
        return texts
    group = footer.row_group(0)
    chunks = {c.path_in_schema: c for c in map(group.column, range(group.num_columns))}
    small = 4 * group.num_rows
    return [t for t in texts if t in chunks and chunks[t].total_uncompressed_size <= small]
