"""Whether something holds, row by row, and what every column has in common."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]  # numpy makes these of any others before it looks them up

# So many codes are found faster by comparing than by looking the answers up.
FEW = 3


class Column:
    """What every column can say; subclasses give `notna`."""

    __array_ufunc__ = None  # numpy's scalars shall ask us: np.float64(2) * column
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("a column is neither true nor false")

    def notna(self) -> Truth:
        raise NotImplementedError

    def at(self, places: Codes) -> Column:
        """What stands at each of these places; blank where one is -1."""
        raise TypeError("no look-up of yes and no")

    def over(self, codes: Codes) -> Column:
        """What stands in the row of each code."""
        raise NotImplementedError

    def put(self, places: Codes, column: Any) -> Column:
        """The same column with another's rows at these places."""
        raise NotImplementedError

    def changed(self, where: Truth, how: Callable[..., Column], columns: list[Column]) -> Column:
        """What `how` makes of columns where a condition holds; other rows are not worked out."""
        places = np.flatnonzero(where.told)
        return self.put(places, how(*(column.over(places) for column in columns)))

    def isna(self) -> Truth:
        return ~self.notna()


class Truth(Column):
    """Whether something holds, row by row; `known` is False where that cannot be said."""

    def __init__(self, told: Bools, known: Bools | None = None) -> None:
        self._told = told
        self.known = known

    def __len__(self) -> int:
        return len(self._told)

    @property
    def told(self) -> Bools:
        """False where it is unknown."""
        return self._told

    def to_series(self, index: pd.Index) -> pd.Series:
        """As pandas has it: bool, or boolean where something is unknown."""
        if self.known is None:
            return pd.Series(self.told, index=index)
        return pd.Series(pd.arrays.BooleanArray(self.told, ~self.known), index=index)

    def __invert__(self) -> Truth:
        return Truth(~self.told if self.known is None else self.known & ~self.told, self.known)

    @property
    def always(self) -> bool | None:
        """What holds in every row, where that is known without looking at the rows."""
        return None

    def __and__(self, other: Truth) -> Truth:
        if as_truth(other).always is not None:
            return self if other.always else other
        both, known = self.told & other.told, None
        if self.known is not None or other.known is not None:
            known = both | (self._surely & ~self.told) | (other._surely & ~other.told)
            known |= self._surely & other._surely
        return Truth(both, known)

    def __or__(self, other: Truth) -> Truth:
        if as_truth(other).always is not None:
            return other if other.always else self
        either, known = self.told | other.told, None
        if self.known is not None or other.known is not None:
            known = either | (self._surely & other._surely)
        return Truth(either, known)

    def __eq__(self, other: Truth) -> Truth:  # type: ignore[override]
        same, known = self.told == as_truth(other).told, _both(self.known, other.known)
        return Truth(same if known is None else same & known, known)

    def __ne__(self, other: Truth) -> Truth:  # type: ignore[override]
        return ~(self == other)

    eq, ne = __eq__, __ne__

    @property
    def _surely(self) -> Bools:
        return np.ones(len(self.told), bool) if self.known is None else self.known

    def notna(self) -> Truth:
        return Truth(self._surely)

    def fillna(self, value: bool) -> Truth:
        return Truth(self.told if self.known is None or not value else self.told | ~self.known)

    def astype(self, dtype: object) -> Truth:
        if dtype == "boolean" or (dtype is bool and self.known is None):
            return self
        raise TypeError(f"no {dtype} of a truth")

    def over(self, codes: Codes) -> Truth:
        return Truth(self.told.take(codes), None if self.known is None else self.known.take(codes))

    def put(self, places: Codes, column: Truth) -> Truth:
        told, known = self.told.copy(), self._surely.copy()
        told[places], known[places] = column.told, column._surely
        return Truth(told, known)

    def where(self, condition: Truth) -> Truth:
        """Unknown where a condition does not hold."""
        known = condition.told if self.known is None else self.known & condition.told
        return Truth(self.told & known, known)


class TruthOfCodes(Truth):
    """A truth about the distinct values, spread over the rows only when somebody looks."""

    def __init__(self, lut: Bools, codes: Codes) -> None:
        self.lut, self.codes, self.known = lut, codes, None

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def told(self) -> Bools:
        return _spread(self.lut, self.codes)

    @property
    def always(self) -> bool | None:
        return True if self.lut.all() else None if self.lut.any() else False

    def __invert__(self) -> Truth:
        return TruthOfCodes(~self.lut, self.codes)

    def __and__(self, other: Truth) -> Truth:
        if isinstance(other, TruthOfCodes) and other.codes is self.codes:
            return TruthOfCodes(self.lut & other.lut, self.codes)
        return super().__and__(other) if self.always is None else other if self.always else self

    def __or__(self, other: Truth) -> Truth:
        if isinstance(other, TruthOfCodes) and other.codes is self.codes:
            return TruthOfCodes(self.lut | other.lut, self.codes)
        return super().__or__(other) if self.always is None else self if self.always else other


class ToldLater(Truth):
    """What some rows alone do not tell; whoever wants to know it of them has to ask the table."""

    broken: npt.NDArray[np.int64]  # places of the rows of which these alone tell that they broke it

    def __init__(self, length: int) -> None:
        self._length, self.known = length, None

    def __len__(self) -> int:
        return self._length

    @property
    def told(self) -> Bools:
        raise TypeError("told when all parts are known")

    @staticmethod
    def broken_in(parts: Any, again: Iterable[tuple[int, Any]]) -> npt.NDArray[np.int64]:
        """Places in the table of the rows that broke it, as far as no part alone tells.

        `again` reads the column once more: (how many rows come before, values) of each part.
        """
        raise NotImplementedError


def as_truth(value: object) -> Truth:
    if not isinstance(value, Truth):
        raise TypeError("not a truth")
    return value


def taken(values: Any, places: Codes, blank: float | None = None) -> Any:
    """The values at these places; where one is -1 `blank`, or what is blank for their type."""
    return pd.api.extensions.take(values, places, allow_fill=True, fill_value=blank)


def all_of(answers: Iterable[Bools | None]) -> Bools | None:
    """Where all are True; None is True in every row."""
    return reduce(_both, answers, None)


def _both(one: Bools | None, other: Bools | None) -> Bools | None:
    return other if one is None else one if other is None else one & other


def _spread(lut: Bools, codes: Codes) -> Bools:
    """One answer per row, found without a look-up where nearly all are alike."""
    is_rare = 2 * np.count_nonzero(lut) <= len(lut)
    few = np.flatnonzero(lut if is_rare else ~lut)
    if len(few) > FEW:
        return lut.take(codes)  # a fifth faster than lut[codes]
    alike = [codes == code for code in few]
    told = reduce(operator.or_, alike) if alike else np.zeros(len(codes), bool)
    return told if is_rare else ~told


def as_bools(array: pa.BooleanArray) -> Bools:
    """Bits as bytes, none of them blank; Arrow's own way takes eight times as long."""
    _, bits = array.buffers()
    byte, bit = divmod(array.offset, 8)
    packed = np.frombuffer(bits or b"", np.uint8)[byte:]
    return np.unpackbits(packed, count=bit + len(array), bitorder="little")[bit:].view(np.bool_)
