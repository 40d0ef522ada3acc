"""Tables in memory: one Arrow and one pandas type for each kind of value, and look-ups by key.

The index of a submitted table is the row number in the centre's file, counted from 1.
"""

import functools
import weakref
from collections import deque
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pandas as pd
import pyarrow as pa

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


_EXTENSION = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


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


def look_up(
    keys: pd.Series, table: pd.DataFrame, column: str, key: str = "patient_id"
) -> pd.Series:
    """`column` of the row of `table` that has each key; blank where there is none.

    A key that stands twice gives its first row: that it stands twice is SUB-03's business.
    """
    rows = table.loc[table[key].notna()].drop_duplicates(key).set_index(key)[column]
    found = rows.reindex(keys)
    return found.set_axis(keys.index)


def when(condition: pd.Series, statement: pd.Series) -> pd.Series:
    """`statement` where `condition` is true, elsewhere blank: the row is not asked."""
    asked = condition.to_numpy(dtype=bool, na_value=False) & statement.notna().to_numpy()
    told = statement.to_numpy(dtype=bool, na_value=False)
    return pd.Series(pd.arrays.BooleanArray(told, ~asked), index=statement.index)


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
        held = (weakref.ref(a) if isinstance(a, pd.DataFrame) else a for a in given)
        answers.append((tuple(held), answer))
        return answer

    return remembered


def _same(known: object, given: object) -> bool:
    if isinstance(given, pd.DataFrame):
        return isinstance(known, weakref.ref) and known() is given
    return not isinstance(known, weakref.ref) and known == given
