"""Tables in memory: one Arrow and one pandas type for each kind of value, and look-ups by key.

The index of a submitted table is the row number in the centre's file, counted from 1.
"""

import functools
import operator
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from registry import coded
from registry.coded import Rows, Text, Truth
from registry.contract import Kind, TableSpec

P = ParamSpec("P")
R = TypeVar("R")

ARROW = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.WHOLE: pa.int64(),
    Kind.YES_NO: pa.bool_(),
    Kind.DATE: pa.date32(),
}

# Dates as days in numpy, not as Python objects: a million of them compare in a millisecond.
PANDAS: dict[Kind, str] = {
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.WHOLE: "Int64",
    Kind.YES_NO: "boolean",
    Kind.DATE: "datetime64[s]",
}


_EXTENSION = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=np.nan),  # stays in Arrow: no Python object per cell
}


def to_pandas(values: pa.Array | pa.ChunkedArray, kind: Kind) -> pd.Series:
    """An Arrow column of `ARROW[kind]` as a Series of `PANDAS[kind]`."""
    if kind is Kind.DATE:
        values = values.cast(pa.timestamp("s"))
    made: pd.Series = values.to_pandas(types_mapper=_EXTENSION.get)
    return made.astype("str") if kind is Kind.TEXT and made.dtype != "str" else made


def to_arrow(values: pd.Series, kind: Kind) -> pa.Array:
    """The way back: a Series of `PANDAS[kind]` as an Arrow array of `ARROW[kind]`."""
    return pa.Array.from_pandas(values, type=ARROW[kind])


def empty(spec: TableSpec) -> pd.DataFrame:
    """A table without rows in the types of its description."""
    columns = {c.name: pd.Series([], dtype=PANDAS[c.kind]) for c in spec.columns.values()}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, 1))


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Remember what `function` made of the same tables, so that the rules of a table share it.

    Tables are told apart by identity and held weakly; other arguments by equality. Only the last
    few answers are kept: a submission is asked once, rule by rule, and then gone.
    """
    answers: deque[tuple[tuple[object, ...], R]] = deque(maxlen=64)

    @functools.wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        given = (*args, *kwargs.items())
        for known, answer in answers:
            if len(known) == len(given) and all(map(_same, known, given)):
                return answer
        answer = function(*args, **kwargs)
        held = (weakref.ref(a) if isinstance(a, (pd.DataFrame, Rows)) else a for a in given)
        answers.append((tuple(held), answer))
        return answer

    return remembered


def _same(known: object, given: object) -> bool:
    if isinstance(given, (pd.DataFrame, Rows)):
        return isinstance(known, weakref.ref) and known() is given
    return not isinstance(known, weakref.ref) and known == given


def in_codes(function: Callable[..., pd.Series]) -> Callable[..., pd.Series]:
    """Let a function of `Rows` that answers yes or no be asked of a DataFrame as well."""

    @functools.wraps(function)
    def asked(table: pd.DataFrame, *args: object) -> pd.Series:
        if isinstance(table, Rows):
            return function(table, *args)
        answer: Any = function(_rows_of(table), *args)
        in_pandas: pd.Series = answer.to_series(table.index)
        return in_pandas

    return asked


@once
def _rows_of(table: pd.DataFrame) -> Rows:
    return coded.rows_of(table)


# --- words that rules share: of columns of a DataFrame, or of `registry.coded.Rows` ----------


def look_up(
    keys: pd.Series, table: pd.DataFrame, column: str, key: str = "patient_id"
) -> pd.Series:
    """`column` of the row of `table` that has each key; blank where there is none.

    A key that stands twice gives its first row: that it stands twice is SUB-03's business.
    """
    if isinstance(keys, Text):
        # The table is kept beside the answer: as long as it lives, nothing else has its id.
        distinct = keys.distinct
        answer = ("look_up", id(table), key), lambda: (table, _places(distinct.values, table, key))
        return coded.spread(_taken(table[column], distinct.once(*answer)[1]), keys)
    codes = coded.array_of(keys)
    places = np.append(_places(codes.dictionary, table, key), -1)
    rows = places[np.asarray(codes.indices.fill_null(len(codes.dictionary)))]
    return _taken(table[column], rows).set_axis(keys.index)


def _places(keys: pa.Array, table: pd.DataFrame, key: str) -> npt.NDArray[np.int64]:
    """Position of the first row of `table` that has each of these distinct keys; -1: none."""
    index, rows = _first_of_each(table, key)
    places: npt.NDArray[np.int64] = np.append(rows, -1)[
        index.get_indexer(keys.to_numpy(zero_copy_only=False))
    ]
    return places


def _taken(values: pd.Series, places: npt.NDArray[np.int64]) -> pd.Series:
    """Values at these places, blank where the place is -1."""
    return pd.Series(pd.api.extensions.take(values.array, places, allow_fill=True))


@once
def _first_of_each(table: pd.DataFrame, key: str) -> tuple[pd.Index, npt.NDArray[np.int64]]:
    """Every key of a table, and the position of the first row that has it."""
    first = np.flatnonzero(table[key].notna() & ~table[key].duplicated())
    return pd.Index(table[key].iloc[first].to_numpy(object)), first


def all_filled(table: pd.DataFrame, *names: str) -> pd.Series:
    """Whether none of these columns is blank."""
    return functools.reduce(operator.and_, (table[name].notna() for name in names))


def per_code(facts: pd.Series, *codes: pd.Series) -> pd.Series:
    """What `facts`, indexed by code or by several codes, says of each row; else blank."""
    if isinstance(codes[0], Text):
        return coded.per_code(facts.to_dict(), codes)
    index = codes[0].index
    wanted = codes[0] if len(codes) == 1 else pd.MultiIndex.from_arrays(list(codes))
    return facts.reindex(wanted).set_axis(index)


def when(condition: pd.Series, statement: pd.Series) -> pd.Series:
    """`statement` where `condition` is true, elsewhere blank: the row is not asked."""
    if isinstance(statement, Truth):
        return statement.mask(~condition.fillna(False))
    asked = condition.to_numpy(dtype=bool, na_value=False) & statement.notna().to_numpy()
    told = statement.to_numpy(dtype=bool, na_value=False)
    return pd.Series(pd.arrays.BooleanArray(told, ~asked), index=statement.index)
