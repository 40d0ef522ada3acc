"""A table in parts of some thousand rows, each column made of Arrow when a rule first asks for it.

Parts fit into a processor's cache; a column that no rule reads is never decoded.
"""

from collections.abc import Iterator, Mapping, Set
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from registry.coded import Bools, Distinct, Rows, array_of
from registry.contract import Kind, TableSpec
from registry.tables import ARROW, to_pandas

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
    def length(self) -> int:
        """How many rows there are."""

    def no_rows(self) -> Rows:
        """A part without rows."""

    def parts(self, names: Set[str]) -> Iterator[tuple[int, Rows]]:
        """(how many rows come before, rows) of each part: of these columns, at least."""

    def whole(self) -> pd.DataFrame:
        """The table with its row numbers as index."""

    def column(self, name: str) -> pd.Series:
        """One column of it."""

    def filled(self, name: str) -> Bools | None:
        """Where a column is not blank; None where it is blank nowhere."""

    def count(self, name: str) -> int:
        """How many cells of a column are not blank."""

    def numbers(self, places: npt.NDArray[np.int64]) -> pd.Index:
        """The row numbers of the rows at these places, counted from 0."""


class InMemory:
    """A table that was received: a DataFrame in the contract's types."""

    def __init__(self, table: pd.DataFrame, spec: TableSpec) -> None:
        self._table = table
        self._kinds = _kinds(spec)
        self._filled: dict[str, Bools | None] = {}
        self.length = len(table)

    def no_rows(self) -> Rows:
        return Rows(partial(_array, self._table.iloc[:0]), self._kinds)

    def parts(self, names: Set[str]) -> Iterator[tuple[int, Rows]]:
        for start in range(0, self.length, ROWS):
            part = self._table.iloc[start : start + ROWS]
            yield start, Rows(partial(_array, part), self._kinds)

    def whole(self) -> pd.DataFrame:
        return self._table

    def column(self, name: str) -> pd.Series:
        return self._table[name]

    def filled(self, name: str) -> Bools | None:
        if name not in self._filled:
            filled = self._table[name].notna().to_numpy()
            self._filled[name] = None if filled.all() else filled
        return self._filled[name]

    def count(self, name: str) -> int:
        filled = self.filled(name)
        return self.length if filled is None else int(np.count_nonzero(filled))

    def numbers(self, places: npt.NDArray[np.int64]) -> pd.Index:
        return self._table.index[places]


class ParquetTable:
    """A file whose columns have the contract's names and types, read batch by batch."""

    def __init__(self, path: Path, spec: TableSpec) -> None:
        self._kinds = _kinds(spec)
        texts = [name for name, kind in self._kinds.items() if kind is Kind.TEXT]
        self._footer = pq.read_metadata(path)
        repetitive = _repetitive(self._footer, texts)
        self._file = pq.ParquetFile(
            path, metadata=self._footer, read_dictionary=repetitive, pre_buffer=False
        )
        self.length: int = self._footer.num_rows

    def no_rows(self) -> Rows:
        nothing = {name: pa.array([], ARROW[kind]) for name, kind in self._kinds.items()}
        return Rows(nothing.__getitem__, self._kinds)

    def parts(self, names: Set[str]) -> Iterator[tuple[int, Rows]]:
        before, distinct = 0, dict[str, Distinct]()
        for batch in self._file.iter_batches(ROWS, columns=sorted(names), use_threads=False):
            yield before, Rows(batch.column, self._kinds, distinct)
            before += batch.num_rows

    def whole(self) -> pd.DataFrame:
        return self._whole

    @cached_property
    def _whole(self) -> pd.DataFrame:
        return self.columns(list(self._kinds))

    def column(self, name: str) -> pd.Series:
        return self.columns([name])[name]

    def columns(self, names: list[str]) -> pd.DataFrame:
        """Some columns of the table, with its row numbers as index."""
        stored = self._file.read(columns=names, use_threads=False)
        kinds = {name: self._kinds[name] for name in names}
        read = {name: to_pandas(stored[name].cast(ARROW[k]), k).array for name, k in kinds.items()}
        return pd.DataFrame(read, index=pd.RangeIndex(1, self.length + 1))

    def filled(self, name: str) -> Bools | None:
        has_all = self.count(name) == self.length
        return None if has_all else self.column(name).notna().to_numpy()

    def count(self, name: str) -> int:
        position = self._file.schema_arrow.get_field_index(name)
        groups = range(self._footer.num_row_groups)
        chunks = [self._footer.row_group(group).column(position).statistics for group in groups]
        if all(chunk is not None and chunk.has_null_count for chunk in chunks):
            return self.length - sum(int(chunk.null_count) for chunk in chunks)
        return self.length - int(self._file.read(columns=[name])[name].null_count)

    def numbers(self, places: npt.NDArray[np.int64]) -> pd.Index:
        return pd.Index(places + 1)


def _repetitive(footer: pq.FileMetaData, texts: list[str]) -> list[str]:
    """Texts whose values repeat: above four bytes a value, codes would not be shorter."""
    if not footer.num_row_groups:
        return texts
    group = footer.row_group(0)
    chunks = {c.path_in_schema: c for c in map(group.column, range(group.num_columns))}
    small = 4 * group.num_rows
    return [t for t in texts if t in chunks and chunks[t].total_uncompressed_size <= small]


def _array(part: pd.DataFrame, name: str) -> pa.Array:
    return array_of(part[name])


def _kinds(spec: TableSpec) -> Mapping[str, Kind]:
    return {column.name: column.kind for column in spec.columns.values()}
