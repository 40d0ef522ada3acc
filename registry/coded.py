"""Columns of some thousand rows, text in dictionary codes: pandas' words, at the speed of numpy.

A rule's function is written for a DataFrame. Asked of `Rows`, the same words (`eq`, `isin`,
`notna`, `<=`, `&`, `.dt.days` …) are answered with numpy, and questions about text are put to the
*distinct* values only, whose answers are then spread over the rows. Words that need other rows
(`groupby`, `sort_values`, `duplicated` …) are not here: they raise, and whoever asked asks pandas.

Blank is what pandas makes of it: False in a comparison, except that a yes/no or a whole number that
is blank makes the answer unknown (`Truth.known`), as pandas' nullable types do.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property, partial, reduce
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.contract import Kind

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]  # numpy looks shorter ones up ten times slower

# From here on asking every combination of distinct values costs more than asking the rows.
MOST_COMBINATIONS = 1 << 16

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

    def with_a_blank(self) -> Column:
        """The same rows and one blank row after them, to look up what is nowhere."""
        raise TypeError("no look-up of yes and no")

    def over(self, codes: Codes) -> Column:
        """What stands in the row of each code."""
        raise NotImplementedError

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
        if _truth(other).always is not None:
            return self if other.always else other
        both, known = self.told & other.told, None
        if self.known is not None or other.known is not None:
            known = both | (self._surely & ~self.told) | (other._surely & ~other.told)
            known |= self._surely & other._surely
        return Truth(both, known)

    def __or__(self, other: Truth) -> Truth:
        if _truth(other).always is not None:
            return other if other.always else self
        either, known = self.told | other.told, None
        if self.known is not None or other.known is not None:
            known = either | (self._surely & other._surely)
        return Truth(either, known)

    def __eq__(self, other: Truth) -> Truth:  # type: ignore[override]
        same, known = self.told == _truth(other).told, _both(self.known, other.known)
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

    def changed(self, where: Truth, how: Callable[..., Truth], columns: list[Column]) -> Truth:
        """What `how` says of columns where a condition holds; of other rows nobody asks."""
        places = np.flatnonzero(where.told)
        answer = how(*(column.over(places) for column in columns))
        told, known = self.told.copy(), self._surely.copy()
        told[places], known[places] = answer.told, answer._surely
        return Truth(told, known)

    def mask(self, condition: Truth) -> Truth:
        """Unknown where a condition holds."""
        known = self._surely & ~condition.told
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
    """What some rows alone do not tell: nothing is broken here, until all parts are known."""

    def __init__(self, length: int) -> None:
        self._length, self.known = length, None

    def __len__(self) -> int:
        return self._length

    @property
    def told(self) -> Bools:
        return np.ones(self._length, bool)

    @property
    def always(self) -> bool | None:
        return True

    @staticmethod
    def broken_in(parts: Any) -> npt.NDArray[np.int64]:
        """Places, counted over all parts of a table, of the rows that broke it."""
        raise NotImplementedError


def _truth(value: object) -> Truth:
    if not isinstance(value, Truth):
        raise TypeError("not a truth")
    return value


def all_of(answers: Iterable[Bools | None]) -> Bools | None:
    """Where all are True; None is True in every row."""
    return reduce(_both, answers, None)


def _both(one: Bools | None, other: Bools | None) -> Bools | None:
    return other if one is None else one if other is None else one & other


def _spread(lut: npt.NDArray[Any], codes: Codes) -> npt.NDArray[Any]:
    """One answer per row, found without a look-up where nearly all are alike."""
    if lut.dtype == bool:
        is_rare = 2 * np.count_nonzero(lut) <= len(lut)
        few = np.flatnonzero(lut if is_rare else ~lut)
        if len(few) <= FEW:
            told = reduce(operator.or_, [codes == code for code in few], np.zeros(len(codes), bool))
            return told if is_rare else ~told
    spread_out: npt.NDArray[Any] = lut.take(codes)  # a fifth faster than lut[codes]
    return spread_out


class Distinct:
    """The distinct values of a text column, and what has been asked of them already."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values
        self.answers: dict[object, Any] = {}

    @cached_property
    def texts(self) -> list[str]:
        texts: list[str] = self.values.to_pylist()
        return texts

    def once(self, question: object, answer: Callable[[], Any]) -> Any:
        """The answer to a question (any hashable), worked out when it is first asked."""
        if question not in self.answers:
            self.answers[question] = answer()
        return self.answers[question]


class Text(Column):
    """Text: distinct values and one code per row; the code of a blank is their number."""

    def __init__(self, distinct: Distinct, codes: Codes) -> None:
        self._distinct, self._codes = distinct, codes

    @property
    def distinct(self) -> Distinct:
        return self._distinct

    @property
    def codes(self) -> Codes:
        return self._codes

    @property
    def ids(self) -> Text:
        """The same texts to be looked up: among these distinct ones a text may stand twice."""
        return self

    @property
    def array(self) -> pa.Array:
        """A text per row."""
        return self.distinct.values.take(pa.array(self.codes, mask=~self.notna().told))

    def with_a_blank(self) -> Text:
        return Text(self.distinct, np.append(self.codes, len(self.distinct.values)))

    def over(self, codes: Codes) -> Text:
        if len(self.codes) < len(codes):
            return TextOfCodes(self, codes)
        return Text(self.distinct, self.codes.take(codes))

    @cached_property
    def _together(self) -> dict[tuple[int, ...], tuple[object, Codes]]:
        return {}

    def together_with(self, *others: Text) -> Codes:
        """One code for the texts of a row: the same array whenever it is asked for."""
        if not others:
            return self.codes
        question = tuple(map(id, others))
        if question not in self._together:
            codes = self.codes
            for other in others:
                codes = codes * np.intp(len(other.distinct.values) + 1) + other.codes
            self._together[question] = others, codes
        return self._together[question][1]

    @cached_property
    def has_blanks(self) -> bool:
        return bool((self.codes == len(self.distinct.values)).any())

    @classmethod
    def of(cls, texts: list[str | None]) -> Text:
        """One row per text, blanks and repetitions among them."""
        known = list(dict.fromkeys(text for text in texts if text is not None))
        place = {text: position for position, text in enumerate(known)}
        codes = [place.get(t, len(known)) if t is not None else len(known) for t in texts]
        return cls(Distinct(pa.array(known, pa.string())), np.array(codes, np.intp))

    def _asked(self, question: object, answer: Callable[[], Any]) -> Truth:
        """An answer per distinct value, False for a blank, where there is one."""
        lut = self.distinct.once(question, lambda: np.append(np.asarray(answer(), bool), False))
        return TruthOfCodes(lut if self.has_blanks else lut[:-1], self.codes)

    def notna(self) -> Truth:
        n = len(self.distinct.values)
        return self._asked("notna", lambda: np.ones(n, bool))

    def isin(self, values: Iterable[str]) -> Truth:
        if isinstance(values, pd.Series):
            known = pa.array(values.dropna(), pa.string(), from_pandas=True)
            lut = np.append(np.asarray(pc.is_in(self.distinct.values, value_set=known)), False)
            return TruthOfCodes(lut, self.codes)
        wanted = frozenset(values)
        return self._asked(wanted, lambda: [text in wanted for text in self.distinct.texts])

    def _compare(self, other: object, same: bool) -> Truth:
        if isinstance(other, str):
            told = self.isin((other,))
        elif isinstance(other, Text):
            told = Truth(self._as_codes_of(other) == other.codes)
        else:
            raise TypeError("text is compared with text")
        return told if same else ~told

    def _as_codes_of(self, other: Text) -> Codes:
        def meant() -> tuple[Distinct, Codes]:
            place = pc.index_in(self.distinct.values, value_set=other.distinct.values)
            lut = place.fill_null(-1).to_numpy(zero_copy_only=False)
            return other.distinct, np.append(lut, -1).astype(np.intp)  # no row has that code

        _, lut = self.distinct.once(("as codes of", id(other.distinct)), meant)
        return np.asarray(lut.take(self.codes))

    def __eq__(self, other: object) -> Truth:  # type: ignore[override]
        return self._compare(other, same=True)

    def __ne__(self, other: object) -> Truth:  # type: ignore[override]
        return self._compare(other, same=False)

    eq, ne = __eq__, __ne__

    def map(self, meaning: Mapping[str, Any]) -> Column:
        """What each text means; a text without a meaning is blank."""
        told = [meaning.get(text) for text in self.distinct.texts]
        is_text = any(isinstance(value, str) for value in dict(meaning).values())
        return _column_of([*told, None], is_text).over(self.codes)

    def fillna(self, other: Text | str) -> Text:
        """The other's text, or that one text, where this one is blank."""
        if isinstance(other, str):
            return Text.of([*self.distinct.texts, other]).over(self.codes)
        texts = [*self.distinct.texts, *other.distinct.texts, None]
        n = len(self.distinct.texts)
        codes = np.where(self.codes == n, other.codes + n, self.codes)
        return Text.of(texts).over(codes.astype(np.intp))


class TextOfCodes(Text):
    """Texts that a few codes stand for, spread over the rows only when somebody looks."""

    def __init__(self, texts: Text, codes: Codes) -> None:
        super().__init__(texts.distinct, codes)
        self._texts = texts

    @cached_property
    def _spread_out(self) -> Codes:
        return self._texts.codes.take(self._codes)

    @property
    def codes(self) -> Codes:
        return self._spread_out

    def _asked(self, question: object, answer: Callable[[], Any]) -> Truth:
        return TruthOfCodes(self._texts._asked(question, answer).told, self._codes)

    def _as_codes_of(self, other: Text) -> Codes:
        return self._texts._as_codes_of(other).take(self._codes)


class PlainText(Text):
    """Text that came without codes: they are made for who asks for them.

    Of texts in runs, as links are (a visit's results come one after the other), one per run is all
    that is needed to look them up.
    """

    def __init__(self, array: pa.Array, distinct_of: Callable[[pa.Array], Distinct]) -> None:
        self._array, self._distinct_of = array, distinct_of

    @property
    def array(self) -> pa.Array:
        return self._array

    @cached_property
    def _runs(self) -> tuple[pa.Array, npt.NDArray[np.int32]] | None:
        """The text of each run and how many rows it has; None where hardly any is longer than 1."""
        runs = pc.run_end_encode(self._array)
        if 2 * len(runs.values) >= len(self._array):
            return None
        return runs.values, np.diff(np.asarray(runs.run_ends), prepend=0)

    @cached_property
    def _by_text(self) -> Text:
        texts, lengths = self._runs or (self._array, None)
        coded = text_of(texts.dictionary_encode(), self._distinct_of)
        return coded if lengths is None else Text(coded.distinct, np.repeat(coded.codes, lengths))

    @property
    def distinct(self) -> Distinct:
        return self._by_text.distinct

    @property
    def codes(self) -> Codes:
        return self._by_text.codes

    @cached_property
    def ids(self) -> Text:
        if self._runs is None:
            return self._by_text
        texts, lengths = self._runs
        filled = as_bools(texts.is_valid())
        codes = np.where(filled, np.cumsum(filled) - 1, np.count_nonzero(filled))
        return Text(Distinct(texts.drop_null()), np.repeat(codes, lengths))

    def notna(self) -> Truth:
        return self.ids.notna()


def _column_of(told: list[Any], is_text: bool) -> Text | Numbers:
    """A column of these, all of them texts or all of them numbers; blank where one is None."""
    known = [value for value in told if value is not None and value == value]
    if is_text:
        return Text.of([value if isinstance(value, str) else None for value in told])
    if any(isinstance(value, (str, bool, np.bool_)) for value in known):
        raise TypeError("neither texts nor numbers")
    numbers = [np.nan if value is None or value is pd.NA else value for value in told]
    return Numbers(np.array(numbers, dtype="float64"))


class Measured(Column):
    """What can be compared, numbers and days; subclasses give `_compared` and `where`."""

    def _compared(self, how: Callable[[Any, Any], Any], other: object) -> Truth:
        raise NotImplementedError

    def where(self, condition: Truth, other: Any = None) -> Any:
        raise NotImplementedError

    def __lt__(self, other: object) -> Truth:
        return self._compared(operator.lt, other)

    def __le__(self, other: object) -> Truth:
        return self._compared(operator.le, other)

    def __gt__(self, other: object) -> Truth:
        return self._compared(operator.gt, other)

    def __ge__(self, other: object) -> Truth:
        return self._compared(operator.ge, other)

    def __eq__(self, other: object) -> Truth:  # type: ignore[override]
        return self._compared(operator.eq, other)

    def __ne__(self, other: object) -> Truth:  # type: ignore[override]
        return self._compared(operator.ne, other)

    lt, le, gt, ge, eq, ne = __lt__, __le__, __gt__, __ge__, __eq__, __ne__

    def between(self, low: object, high: object) -> Truth:
        return (self >= low) & (self <= high)

    def isin(self, values: Iterable[object]) -> Truth:
        return Truth(reduce(operator.or_, [(self == value).told for value in values]))

    def mask(self, condition: Truth, *other: Any) -> Any:
        return self.where(~condition, *other)

    def fillna(self, other: Any) -> Any:
        return self.where(self.notna(), other)


class Numbers(Measured):
    """Numbers, blank where NaN; a comparison with a blank is unknown if they are `nullable`."""

    def __init__(self, values: npt.NDArray[np.float64], nullable: bool = False) -> None:
        self._values, self.nullable = values, nullable

    @property
    def values(self) -> npt.NDArray[np.float64]:
        return self._values

    def with_a_blank(self) -> Numbers:
        return Numbers(np.append(self.values, np.nan), self.nullable)

    def over(self, codes: Codes) -> Numbers:
        if self.nullable or len(self.values) > len(codes):
            return Numbers(self.values.take(codes), self.nullable)
        return NumbersOfCodes(self.values, codes)

    def notna(self) -> Truth:
        return Truth(~np.isnan(self.values))

    def _compared(self, how: Callable[[Any, Any], Any], other: object) -> Truth:
        if isinstance(other, NumbersOfCodes) and not self.nullable and np.isnan(other.lut).all():
            told = np.full(len(other.lut), how(np.nan, np.nan))  # of these rows there is no limit
            return TruthOfCodes(told, other.codes)
        told = how(self.values, _number(other))
        if not (self.nullable or (isinstance(other, Numbers) and other.nullable)):
            return Truth(told)
        known = self.notna().told
        if isinstance(other, Numbers):
            known = known & other.notna().told
        return Truth(told & known, known)

    def _worked(self, how: Callable[[Any, Any], Any], other: object) -> Numbers:
        with np.errstate(all="ignore"):  # x / 0 is infinite, as in pandas
            nullable = self.nullable or (isinstance(other, Numbers) and other.nullable)
            return Numbers(how(self.values, _number(other)), nullable)

    def __sub__(self, other: object) -> Numbers:
        return self._worked(operator.sub, other)

    def __mul__(self, other: object) -> Numbers:
        return self._worked(operator.mul, other)

    def __truediv__(self, other: object) -> Numbers:
        return self._worked(operator.truediv, other)

    def __mod__(self, other: object) -> Numbers:
        return self._worked(operator.mod, other)

    def abs(self) -> Numbers:
        return Numbers(np.abs(self.values), self.nullable)

    def round(self, decimals: int = 0) -> Numbers:
        with np.errstate(all="ignore"):
            return Numbers(np.round(self.values, decimals), self.nullable)

    def astype(self, dtype: object) -> Numbers:
        if dtype != "float64" or self.nullable:
            raise TypeError(f"no {dtype} of these numbers")
        return self

    def changed(self, where: Truth, how: Callable[..., Numbers], columns: list[Column]) -> Numbers:
        """What `how` makes of columns where a condition holds; the rest is not worked out."""
        places = np.flatnonzero(where.told)
        values = self.values.copy()
        values[places] = how(*(column.over(places) for column in columns)).values
        return Numbers(values, self.nullable)

    def where(self, condition: Truth, other: object = np.nan) -> Numbers:
        return Numbers(np.where(_truth(condition).told, self.values, _number(other)), self.nullable)


class NumbersOfCodes(Numbers):
    """Numbers that the distinct values of a text stand for, spread only when somebody looks."""

    def __init__(self, lut: npt.NDArray[np.float64], codes: Codes) -> None:
        self.lut, self.codes, self.nullable = lut, codes, False

    @cached_property
    def _spread_out(self) -> npt.NDArray[np.float64]:
        return _spread(self.lut, self.codes)

    @property
    def values(self) -> npt.NDArray[np.float64]:
        return self._spread_out

    def over(self, codes: Codes) -> Numbers:
        return NumbersOfCodes(self.lut, self.codes.take(codes))

    def notna(self) -> Truth:
        return TruthOfCodes(~np.isnan(self.lut), self.codes)

    def _compared(self, how: Callable[[Any, Any], Any], other: object) -> Truth:
        if isinstance(other, (int, float)):
            return TruthOfCodes(how(self.lut, other), self.codes)
        if isinstance(other, NumbersOfCodes) and other.codes is self.codes:
            return TruthOfCodes(how(self.lut, other.lut), self.codes)
        return super()._compared(how, other)


def _number(value: object) -> Any:
    if isinstance(value, Numbers):
        return value.values
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return value
    raise TypeError("numbers are compared with numbers")


class Days(Measured):
    """Days as numpy's datetime64[D]; NaT is blank."""

    def __init__(self, values: npt.NDArray[np.datetime64]) -> None:
        self.values = values

    def with_a_blank(self) -> Days:
        return Days(np.append(self.values, np.datetime64("NaT", "D")))

    def over(self, codes: Codes) -> Days:
        return Days(self.values.take(codes))

    def notna(self) -> Truth:
        return Truth(~np.isnat(self.values))

    def _compared(self, how: Callable[[Any, Any], Any], other: object) -> Truth:
        return Truth(how(self.values, _day(other)))

    def __sub__(self, other: object) -> Span | Days:
        if isinstance(other, Days):
            return Span(self.values - other.values)
        return Days(self.values - _span(other))

    def __add__(self, other: object) -> Days:
        if isinstance(other, pd.DateOffset) and set(other.kwds) == {"months"}:
            return Days(_months_later(self.values, other.kwds["months"]))
        return Days(self.values + _span(other))

    def where(self, condition: Truth, other: object = pd.NaT) -> Days:
        return Days(np.where(_truth(condition).told, self.values, _day(other)))

    @property
    def dt(self) -> Days:
        return self

    @property
    def year(self) -> Numbers:
        years = self.values.astype("datetime64[Y]").astype("float64") + 1970
        return Numbers(np.where(np.isnat(self.values), np.nan, years))


class Span(Column):
    """Differences of days."""

    def __init__(self, values: npt.NDArray[np.timedelta64]) -> None:
        self.values = values

    def notna(self) -> Truth:
        return Truth(~np.isnat(self.values))

    @property
    def dt(self) -> Span:
        return self

    @property
    def days(self) -> Numbers:
        days = self.values.astype("float64")
        days[np.isnat(self.values)] = np.nan
        return Numbers(days)


def _day(value: object) -> Any:
    if isinstance(value, Days):
        return value.values
    if value is pd.NaT:
        return np.datetime64("NaT", "D")
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return np.datetime64(value.date(), "D")
    raise TypeError("days are compared with days")


def _span(value: object) -> np.timedelta64:
    if isinstance(value, pd.Timedelta) and value == value.floor("D"):
        return np.timedelta64(value.days, "D")
    raise TypeError("only whole days are added to days")


def _months_later(days: npt.NDArray[np.datetime64], months: int) -> Any:
    """The same day so many months later; the month's last one where it has no such day."""
    first = days.astype("datetime64[M]")
    last = (first + (months + 1)).astype("datetime64[D]") - np.timedelta64(1, "D")
    day = (first + months).astype("datetime64[D]") + (days - first.astype("datetime64[D]"))
    return np.minimum(day, last)


# --- rows -----------------------------------------------------------------------------------


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
        self._arrays, self._kinds = cache(arrays), kinds
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
        array = self._arrays(name)
        if self._kinds[name] is not Kind.TEXT:
            return column_of(array, self._kinds[name])
        return text_of(array, partial(_known_or_new, self._before, name))

    def notna(self, name: str) -> Truth:
        filled = self.filled(name)
        return Truth(np.ones(len(self._arrays(name)), bool) if filled is None else filled)

    @property
    def made(self) -> set[str]:
        """The columns that somebody has asked for."""
        return {*self._made, *self._filled}

    def filled(self, name: str) -> Bools | None:
        """Where a column is not blank; None where it is blank nowhere."""
        if name not in self._filled:
            if self._kinds[name] is Kind.TEXT:  # without asking which texts there are
                array = self._arrays(name)
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
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array.cast(pa.date32()) if values.dtype.kind == "M" else array


def as_bools(array: pa.BooleanArray) -> Bools:
    """Bits as bytes; Arrow's own way takes twice as long."""
    told: Bools = np.asarray(array.cast(pa.uint8())).view(np.bool_)
    return told


def column_of(array: pa.Array, kind: Kind) -> Column:
    """An Arrow array of numbers, days, or yes and no as a column."""
    known = None if array.null_count == 0 else as_bools(array.is_valid())
    if kind is Kind.YES_NO:
        told = as_bools(array.fill_null(False))
        return Truth(told, known if known is not None else np.ones(len(array), bool))
    if kind is Kind.DATE:
        days = array.cast(pa.int32())
        days = np.asarray(days.fill_null(0) if known is not None else days).astype("int64")
        if known is not None:
            days[~known] = np.iinfo("int64").min  # NaT
        return Days(days.view("datetime64[D]"))
    if kind is Kind.WHOLE:
        array = array.cast(pa.float64(), safe=False)
    return Numbers(array.to_numpy(zero_copy_only=False), nullable=kind is Kind.WHOLE)


def text_of(array: pa.Array, distinct_of: Callable[[pa.Array], Distinct] = Distinct) -> Text:
    """Text in dictionary codes, or plain; `distinct_of` these values may be known already."""
    if not pa.types.is_dictionary(array.type):
        return PlainText(array, distinct_of)
    values, codes = array.dictionary, array.indices
    codes = codes.fill_null(len(values)) if codes.null_count else codes
    return Text(distinct_of(values), np.asarray(codes).astype(np.intp))


# --- tables of facts ------------------------------------------------------------------------


def per_code(
    facts: pd.Series, codes: tuple[Text, ...], as_dict: Callable[[pd.Series], Mapping[Any, Any]]
) -> Column:
    """What `facts` says of the code of each row, or of its codes together; blank where nothing."""
    first, *others = codes
    distinct = [text.distinct for text in codes]

    def told() -> tuple[object, Text | Numbers]:
        if math.prod(len(values.values) + 1 for values in distinct) > MOST_COMBINATIONS:
            raise TypeError("too many different combinations")
        texts = [[*values.texts, None] for values in distinct]
        asked = product(*texts) if others else texts[0]
        said, is_text = as_dict(facts), facts.dtype == "str"
        # What the question names by identity is kept beside the answer: it lives as long.
        return (facts, distinct), _column_of([said.get(code) for code in asked], is_text)

    question = ("per code", id(facts), *map(id, distinct))
    _, per_combination = first.distinct.once(question, told)
    column: Column = per_combination.over(first.together_with(*others))
    return column
