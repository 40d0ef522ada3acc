"""What is measured: numbers, days and the time between them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from registry.coded.truth import Codes, Column, Truth, TruthOfCodes, as_truth, taken


class Measured(Column):
    """What can be compared, numbers and days, as float64: NaN is blank, and numpy is fastest so.

    Subclasses give `_compared` and `where`.
    """

    def __init__(self, values: npt.NDArray[np.float64]) -> None:
        self._values = values

    @property
    def values(self) -> npt.NDArray[np.float64]:
        return self._values

    def notna(self) -> Truth:
        return self._filled

    @cached_property
    def _filled(self) -> Truth:
        return Truth(~np.isnan(self.values))

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
    """Numbers; a comparison with a blank is unknown if they are `nullable`."""

    def __init__(self, values: npt.NDArray[np.float64], nullable: bool = False) -> None:
        super().__init__(values)
        self.nullable = nullable

    def at(self, places: Codes) -> Numbers:
        return Numbers(taken(self.values, places, np.nan), self.nullable)

    def over(self, codes: Codes) -> Numbers:
        if self.nullable or len(self.values) > len(codes):
            return Numbers(self.values.take(codes), self.nullable)
        return NumbersOfCodes(self.values, codes)

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

    def put(self, places: Codes, column: Numbers) -> Numbers:
        values = self.values.copy()
        values[places] = column.values
        return Numbers(values, self.nullable)

    def where(self, condition: Truth, other: object = np.nan) -> Numbers:
        return Numbers(
            np.where(as_truth(condition).told, self.values, _number(other)), self.nullable
        )


class NumbersOfCodes(Numbers):
    """Numbers that the distinct values of a text stand for, spread only when somebody looks."""

    def __init__(self, lut: npt.NDArray[np.float64], codes: Codes) -> None:
        self.lut, self.codes, self.nullable = lut, codes, False

    @cached_property
    def _spread_out(self) -> npt.NDArray[np.float64]:
        return self.lut.take(self.codes)

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
    """Days, counted from 1970-01-01."""

    def at(self, places: Codes) -> Days:
        return Days(taken(self.values, places, np.nan))

    def over(self, codes: Codes) -> Days:
        return Days(self.values.take(codes))

    def _compared(self, how: Callable[[Any, Any], Any], other: object) -> Truth:
        return Truth(how(self.values, _day(other)))

    def __sub__(self, other: object) -> Span | Days:
        if isinstance(other, Days):
            return Span(self.values - other.values)
        return Days(self.values - _span(other))

    def __add__(self, other: object) -> Days:
        if isinstance(other, pd.DateOffset) and set(other.kwds) == {"months"}:
            return Days(_in_days(_months_later(_in_dates(self.values), other.kwds["months"])))
        return Days(self.values + _span(other))

    def where(self, condition: Truth, other: object = pd.NaT) -> Days:
        return Days(np.where(as_truth(condition).told, self.values, _day(other)))

    @property
    def dt(self) -> Days:
        return self

    @property
    def year(self) -> Numbers:
        years = _in_dates(self.values).astype("datetime64[Y]").astype("float64") + 1970
        return Numbers(np.where(np.isnan(self.values), np.nan, years))


class Span(Column):
    """Differences of days."""

    def __init__(self, values: npt.NDArray[np.float64]) -> None:
        self.days = Numbers(values)

    def notna(self) -> Truth:
        return self.days.notna()

    @property
    def dt(self) -> Span:
        return self


def _day(value: object) -> Any:
    if isinstance(value, Days):
        return value.values
    if value is pd.NaT:
        return np.nan
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return np.datetime64(value.date(), "D").astype("float64")
    raise TypeError("days are compared with days")


def _span(value: object) -> int:
    if isinstance(value, pd.Timedelta) and value == value.floor("D"):
        return value.days
    raise TypeError("only whole days are added to days")


def _in_dates(days: npt.NDArray[np.float64]) -> npt.NDArray[np.datetime64]:
    """As numpy's dates, which know months and years."""
    not_a_day = np.iinfo("int64").min
    return np.where(np.isnan(days), not_a_day, days).astype("int64").view("datetime64[D]")


def _in_days(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    return np.where(np.isnat(dates), np.nan, dates.view("int64"))


def _months_later(dates: npt.NDArray[np.datetime64], months: int) -> Any:
    """The same day so many months later; the month's last one where it has no such day."""
    first = dates.astype("datetime64[M]")
    last = (first + (months + 1)).astype("datetime64[D]") - np.timedelta64(1, "D")
    day = (first + months).astype("datetime64[D]") + (dates - first.astype("datetime64[D]"))
    return np.minimum(day, last)
