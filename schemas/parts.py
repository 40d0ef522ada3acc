"""A table in parts of some thousand rows, each column made of Arrow when a rule first asks for it.

Parts fit into a processor's cache; a column that no rule reads is never decoded.
"""

from collections.abc import Callable, Iterator, Mapping
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


class Source(Protocol):
    """Where a table's rows come from; row numbers count from 1."""

    @property
    def length(self) -> int:
        """How many rows there are."""

    def parts(self) -> Iterator[tuple[int, Rows]]:
        """(number of the row before, rows) of each part."""

    def whole(self, column: str | None = None) -> pd.DataFrame:
        """The table, or one column of it, with its row numbers as index."""

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
        self._blanks: dict[str, int] = {}
        self._filled: dict[str, Bools | None] = {}
        self.length = len(table)

    def parts(self) -> Iterator[tuple[int, Rows]]:
        for start in range(0, self.length, ROWS):
            part = self._table.iloc[start : start + ROWS]
            yield start, Rows(partial(self._array, part), self._kinds)

    def _array(self, part: pd.DataFrame, name: str) -> pa.Array:
        array = array_of(part[name])
        self._blanks[name] = self._blanks.get(name, 0) + array.null_count
        return array

    def whole(self, column: str | None = None) -> pd.DataFrame:
        return self._table if column is None else self._table[[column]]

    def filled(self, name: str) -> Bools | None:
        if name not in self._filled:
            filled = self._table[name].notna().to_numpy()
            self._filled[name] = None if filled.all() else filled
        return self._filled[name]

    def count(self, name: str) -> int:
        if name in self._blanks:  # some question has read it
            return self.length - self._blanks[name]
        return int(self._table[name].notna().sum())

    def numbers(self, places: npt.NDArray[np.int64]) -> pd.Index:
        return self._table.index[places]


class ParquetTable:
    """A file whose columns have the contract's names and types, read row group by row group."""

    def __init__(self, path: Path, spec: TableSpec) -> None:
        self._kinds = _kinds(spec)
        self._path = path
        texts = [name for name, kind in self._kinds.items() if kind is Kind.TEXT]
        footer = pq.read_metadata(path)
        self._file = pq.ParquetFile(
            path, metadata=footer, read_dictionary=_repetitive(footer, texts)
        )
        self.length: int = footer.num_rows
        self._read: set[str] = set()  # columns that some rule has asked for

    def parts(self) -> Iterator[tuple[int, Rows]]:
        before = 0
        for number in range(self._file.num_row_groups):
            group = _RowGroup(self._file, number, self._read)
            for start in range(0, group.length, ROWS):
                yield before + start, Rows(group.slices(start), self._kinds, group.distinct)
            before += group.length

    def whole(self, column: str | None = None) -> pd.DataFrame:
        return self._whole if column is None else self._as_frame([column])

    @cached_property
    def _whole(self) -> pd.DataFrame:
        return self._as_frame(list(self._kinds))

    def _as_frame(self, names: list[str]) -> pd.DataFrame:
        table = pq.read_table(self._path, columns=names)
        kinds = {name: self._kinds[name] for name in names}
        columns = {n: to_pandas(table[n].cast(ARROW[kind]), kind) for n, kind in kinds.items()}
        return pd.DataFrame(columns).set_axis(range(1, self.length + 1))

    def filled(self, name: str) -> Bools | None:
        has_all = self.count(name) == self.length
        return None if has_all else self.whole(name)[name].notna().to_numpy()

    def count(self, name: str) -> int:
        position = self._file.schema_arrow.get_field_index(name)
        groups = range(self._file.num_row_groups)
        chunks = [self._file.metadata.row_group(g).column(position).statistics for g in groups]
        if all(chunk is not None and chunk.has_null_count for chunk in chunks):
            return self.length - sum(int(chunk.null_count) for chunk in chunks)
        return self.length - int(self._file.read(columns=[name])[name].null_count)

    def numbers(self, places: npt.NDArray[np.int64]) -> pd.Index:
        return pd.Index(places + 1)


class _RowGroup:
    """Columns of one row group; those that earlier groups were asked for are decoded together."""

    def __init__(self, file: pq.ParquetFile, number: int, read: set[str]) -> None:
        self._file, self._number, self._read = file, number, read
        self.length: int = file.metadata.row_group(number).num_rows
        self._columns: dict[str, pa.Array] = {}
        self.distinct: dict[str, Distinct] = {}
        self._decode(sorted(read))

    def _decode(self, names: list[str]) -> None:
        decoded = self._file.read_row_group(self._number, columns=names)
        for name in names:
            column = decoded[name]
            if pa.types.is_dictionary(column.type):
                column = column.unify_dictionaries()
            self._columns[name] = column.combine_chunks()

    def slices(self, start: int) -> Callable[[str], pa.Array]:
        def column(name: str) -> pa.Array:
            if name not in self._columns:
                self._read.add(name)
                self._decode([name])
            return self._columns[name].slice(start, ROWS)

        return column


def _repetitive(footer: pq.FileMetaData, texts: list[str]) -> list[str]:
    """Texts whose values repeat: above four bytes a value, codes would not be shorter."""
    if not footer.num_row_groups:
        return texts
    group = footer.row_group(0)
    chunks = {c.path_in_schema: c for c in map(group.column, range(group.num_columns))}
    small = 4 * group.num_rows
    return [t for t in texts if t in chunks and chunks[t].total_uncompressed_size <= small]


def _kinds(spec: TableSpec) -> Mapping[str, Kind]:
    return {column.name: column.kind for column in spec.columns.values()}
