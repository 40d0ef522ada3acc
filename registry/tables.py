"""Tables in memory: one Arrow and one pandas type for each kind of value, and look-ups by key.

The index of a submitted table is the row number in the centre's file, counted from 1.
"""

import functools
import operator
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from registry import coded
from registry.coded import Rows, Text, Truth
from registry.contract import Kind, TableSpec
from registry.links import Keys, KeysOfPart, repeated

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
    columns = {name: pd.Series([], dtype=PANDAS[kind]) for name, kind in spec.kinds.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, 1))


def no_rows(kinds: Mapping[str, Kind]) -> Rows:
    """A part without rows, to try words on."""
    nothing = {name: pa.array([], ARROW[kind]) for name, kind in kinds.items()}
    return Rows(nothing.__getitem__, kinds)


BY_IDENTITY = (pd.DataFrame, pd.Series, Rows)
MOST_ANSWERS = 64


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Remember what `function` made of the same tables, so that the rules of a table share it.

    Tables and columns are told apart by identity, other arguments by equality. An answer goes with
    its tables, or when it is no longer among the last few.
    """
    answers: dict[tuple[object, ...], _Answer[R]] = {}
    one_looks = threading.Lock()

    @functools.wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        given = (*args, *kwargs.items())
        tables = [a for a in given if isinstance(a, BY_IDENTITY)]
        question = tuple([id(a) if isinstance(a, BY_IDENTITY) else a for a in given])
        with one_looks:
            answer = answers.get(question)
            if answer is None or not answer.is_about(tables):
                answer = _Answer(tables, functools.partial(_forget, answers, question))
                answers[question] = answer
                if len(answers) > MOST_ANSWERS:
                    _forget(answers, next(iter([*answers])))
        return answer.given_by(lambda: function(*args, **kwargs))

    return remembered


class _Answer(Generic[R]):
    """What was made of some tables: by the first thread that asks, while others wait for it."""

    def __init__(self, tables: list[Any], forget: Callable[[object], None]) -> None:
        self._tables = [weakref.ref(table, forget) for table in tables]
        self._made: list[R] = []
        self._one_makes = threading.Lock()

    def is_about(self, tables: list[Any]) -> bool:
        return all(ref() is table for ref, table in zip(self._tables, tables, strict=True))

    def given_by(self, make: Callable[[], R]) -> R:
        if not self._made:
            with self._one_makes:
                if not self._made:
                    self._made.append(make())
        return self._made[0]


def _forget(answers: dict[R, Any], question: R, _: object = None) -> None:
    answers.pop(question, None)


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
    ids = _ids(keys)
    places = np.append(_places(ids, table, key), -1)
    if isinstance(keys, Text):
        found: Any = _rows_of(table)[column].at(places).over(ids.codes)
        return found
    return pd.Series(coded.taken(table[column].array, places[ids.codes]), index=keys.index)


def is_known(keys: pd.Series, table: pd.DataFrame, key: str = "patient_id") -> pd.Series:
    """Whether a row of `table` has each key; a blank is not known."""
    ids = _ids(keys)
    known: Any = coded.TruthOfCodes(np.append(_places(ids, table, key) >= 0, False), ids.codes)
    answer: pd.Series = known if isinstance(keys, Text) else known.to_series(keys.index)
    return answer


def is_first_of_key(keys: pd.Series) -> pd.Series:
    """Whether no earlier row has the same key; blanks do not repeat each other."""
    if isinstance(keys, Text):
        in_codes: Any = KeysOfPart(keys.array)
        return in_codes
    return pd.Series(~repeated(keys), index=keys.index)


def _ids(keys: pd.Series) -> Text:
    texts: Any = keys if isinstance(keys, Text) else coded.text_of(coded.array_of(keys))
    ids: Text = texts.ids
    return ids


def _places(ids: Text, table: pd.DataFrame, key: str) -> npt.NDArray[np.int64]:
    """Position of the row of `table` that has each of the distinct ids; -1: none has."""
    # The table is kept beside the answer: as long as it lives, nothing else has its id.
    question = ("places", id(table), key)
    answer = ids.distinct.once(
        question, lambda: (table, _keys(table, key).places(ids.distinct.values))
    )
    places: npt.NDArray[np.int64] = answer[1]
    return places


@once
def _keys(table: pd.DataFrame, key: str) -> Keys:
    return Keys(table[key])


def all_filled(table: pd.DataFrame, *names: str) -> pd.Series:
    """Whether none of these columns is blank."""
    return functools.reduce(operator.and_, (table[name].notna() for name in names))


def per_code(facts: pd.Series, *codes: pd.Series) -> pd.Series:
    """What `facts`, indexed by code or by several codes, says of each row; else blank."""
    if isinstance(codes[0], Text):
        return coded.per_code(facts, codes, _as_dict)
    index = codes[0].index
    wanted = codes[0] if len(codes) == 1 else pd.MultiIndex.from_arrays(list(codes))
    return facts.reindex(wanted).set_axis(index)


@once
def _as_dict(facts: pd.Series) -> dict[Any, Any]:
    return facts.to_dict()


def changed(
    values: pd.Series, where: pd.Series, how: Callable[..., pd.Series], *columns: pd.Series
) -> pd.Series:
    """`how` of these columns where a condition holds, else the values as they are."""
    if isinstance(values, coded.Column):
        in_codes: Any = values.changed(where, how, [*columns])
        return in_codes
    return how(*columns).where(where, values)


def when(condition: pd.Series, statement: pd.Series) -> pd.Series:
    """`statement` where `condition` is true, elsewhere blank: the row is not asked."""
    if isinstance(statement, Truth):
        return statement.where(condition)
    asked = condition.to_numpy(dtype=bool, na_value=False) & statement.notna().to_numpy()
    told = statement.to_numpy(dtype=bool, na_value=False)
    return pd.Series(pd.arrays.BooleanArray(told, ~asked), index=statement.index)
