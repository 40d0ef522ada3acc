"""Some rows of a table, whose columns are made when somebody first asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from registry.coded.measured import Days, Numbers
from registry.coded.text import Distinct, Text, text_of
from registry.coded.truth import Bools, Column, Truth, all_of, as_bools
from registry.contract import Kind


class Rows:
    """Some rows of a table: its columns by name, each made when somebody first asks for it.

    `arrays` gives a column's Arrow array (as `registry.tables.ARROW`, text in dictionary codes or
    plain); `kinds` says what is in it. `before` holds the distinct values of the part before: where
    they are the same ones, what was asked of them is not asked again.
    """

    def __init__(
        self,
        arrays: Callable[[str], pa.Array],
        kinds: Mapping[str, Kind],
        before: dict[str, Distinct] | None = None,
    ) -> None:
        self.array, self._kinds = cache(arrays), kinds
        self._before = {} if before is None else before
        self._made: dict[str, Column] = {}
        self._filled: dict[str, Bools | None] = {}
        self._all_filled: dict[tuple[str, ...], Bools | None] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._kinds

    def __getattr__(self, name: str) -> Column:
        if name.startswith("_") or name not in self._kinds:
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Column:
        if not isinstance(name, str):
            raise TypeError("one column at a time")
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Column:
        array = self.array(name)
        if self._kinds[name] is not Kind.TEXT:
            return column_of(array, self._kinds[name])
        return text_of(array, partial(_known_or_new, self._before, name))

    def ready(self, names: Set[str], ids: Set[str]) -> Rows:
        """Itself, with these columns' arrays and ids' runs made: Arrow's part of the work."""
        for name in names:
            with suppress(Exception):  # told to who asks for the column
                self.array(name)
                if name in ids:
                    self.ids(name)
        return self

    def ids(self, name: str) -> Text:
        """A column of text, to be looked up."""
        text: Any = self[name]
        ids: Text = text.ids
        return ids

    def notna(self, name: str) -> Truth:
        filled = self.filled(name)
        return Truth(np.ones(len(self.array(name)), bool) if filled is None else filled)

    @property
    def made(self) -> set[str]:
        """The columns that somebody has asked for."""
        return {*self._made, *self._filled}

    def filled(self, name: str) -> Bools | None:
        """Where a column is not blank; None where it is blank nowhere."""
        if name not in self._filled:
            if self._kinds[name] is Kind.TEXT:  # without asking which texts there are
                array = self.array(name)
                told = as_bools(array.is_valid()) if array.null_count else None
            else:
                told = self[name].notna().told
            self._filled[name] = None if told is None or told.all() else told
        return self._filled[name]

    def all_filled(self, names: tuple[str, ...]) -> Bools | None:
        """Where none of these columns is blank; None where none is anywhere."""
        if names not in self._all_filled:
            self._all_filled[names] = all_of(map(self.filled, names))
        return self._all_filled[names]


def _known_or_new(before: dict[str, Distinct], name: str, values: pa.Array) -> Distinct:
    """The distinct values of a column: those of the part before if they are the same."""
    known = before.get(name)
    if known is None or not values.equals(known.values):
        known = before[name] = Distinct(values)
    return known


def rows_of(table: pd.DataFrame) -> Rows:
    """A DataFrame in the types of `registry.tables.PANDAS` as rows."""
    kinds = {str(name): _KINDS[str(dtype)] for name, dtype in table.dtypes.items()}
    return Rows(lambda name: array_of(table[name]), kinds)


_KINDS = {
    "str": Kind.TEXT,
    "float64": Kind.NUMBER,
    "Int64": Kind.WHOLE,
    "boolean": Kind.YES_NO,
    "datetime64[s]": Kind.DATE,
}


def array_of(values: pd.Series) -> pa.Array:
    """A column of a DataFrame as `Rows` wants it."""
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):  # one chunk need not be copied
        array = array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
    return array.cast(pa.date32()) if values.dtype.kind == "M" else array


def column_of(array: pa.Array, kind: Kind) -> Column:
    """An Arrow array of numbers, days, or yes and no as a column."""
    if kind is Kind.YES_NO:
        return Truth(as_bools(array.fill_null(False)), as_bools(array.is_valid()))
    if kind is Kind.DATE:
        return Days(_filled(array.cast(pa.int32())))
    return Numbers(_filled(array), nullable=kind is Kind.WHOLE)


def _filled(array: pa.Array) -> npt.NDArray[np.float64]:
    """Numbers, NaN where one is blank."""
    numbers = array.cast(pa.float64(), safe=False)
    return np.asarray(numbers.fill_null(np.nan) if numbers.null_count else numbers)
