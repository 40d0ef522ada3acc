"""Cells of an untrusted Parquet column → values of the contract's kind, one cell at a time.

A cell that cannot be read becomes blank and is reported; the others go on. Nothing is guessed:
"1.234,5", "12 mg" and "31.02.2024" are not read, nor is "1.234" where a comma is the decimal sign.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.contract import Kind
from registry.harmonise.mapping import TextFormat
from registry.harmonise.sources import as_text
from registry.tables import ARROW, PANDAS, to_pandas

NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
BLANK = r"^\s*$"

# From here on a double is not a whole number but the rounding of one.
LARGEST_WHOLE = 2**53

# Days of the years 1 to 9999: the rest of date32 has no ISO form, and most readers stop there.
FIRST_DAY, LAST_DAY = -719162, 2932896

_USABLE = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_decimal,
    pa.types.is_null,
)


@dataclass(frozen=True)
class Cells:
    """A column as read: its values, which cells were not readable, which were NaN or infinite.

    `as_stored` is True when the file's type is the contract's; masks are boolean, one per row.
    """

    values: pd.Series
    as_stored: bool
    unreadable: pd.Series
    not_a_number: pd.Series

    @property
    def is_as_written(self) -> bool:
        """Whether the values are what the centre wrote, cell by cell (blank text is blank)."""
        return self.as_stored and not (self.unreadable.any() or self.not_a_number.any())


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dictionary-encoded and large types as the plain ones; values unchanged."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    return column


def usable(type_: pa.DataType) -> bool:
    """Whether a Parquet type can hold a value of the contract at all: flat, and not binary."""
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    return any(is_of(type_) for is_of in _USABLE)


def is_stored_as(stored: pa.DataType, kind: Kind) -> bool:
    """Whether a Parquet type is the contract's for this kind; integers may hold numbers."""
    if pa.types.is_dictionary(stored):
        stored = stored.value_type
    if kind is Kind.TEXT and (pa.types.is_large_string(stored) or pa.types.is_string_view(stored)):
        return True
    if kind in (Kind.WHOLE, Kind.NUMBER) and pa.types.is_signed_integer(stored):
        return True
    return bool(stored == ARROW[kind] or pa.types.is_null(stored))


def recoded(column: pa.ChunkedArray, codes: dict[str, str]) -> pa.ChunkedArray:
    """Text with `codes` replaced; everything else as it is. Other types are read as text first."""
    text = plain(column)
    if not pa.types.is_string(text.type):
        text = text.cast(pa.string())
    position = pc.index_in(text, value_set=pa.array(list(codes), pa.string()))
    return pc.coalesce(pc.take(pa.array(list(codes.values()), pa.string()), position), text)


def as_written(column: pa.ChunkedArray, kind: Kind) -> pd.Series:
    """The column as the centre stored it, for findings and provenance."""
    column = plain(column)
    if is_stored_as(column.type, kind):
        cast = column.cast(ARROW[kind], safe=False)
        if kind is not Kind.DATE or pc.all(_on_the_calendar(cast)).as_py() is not False:
            return to_pandas(cast, kind)
    return to_pandas(column.cast(pa.string()), Kind.TEXT)


def read(column: pa.ChunkedArray, kind: Kind, text: TextFormat) -> Cells:
    """Read one column as `kind`. `text` says how the centre writes numbers and days as text."""
    column = plain(column)
    stored = column.type
    if is_stored_as(stored, kind):
        return _as_stored(column.cast(ARROW[kind], safe=False), kind)
    if pa.types.is_string(stored):
        return _from_text(column, kind, text)
    return _from_other(column, kind)


def _as_stored(column: pa.ChunkedArray, kind: Kind) -> Cells:
    if kind is Kind.TEXT:
        column = _blanked(column, pc.match_substring_regex(column, BLANK))
    known = _on_the_calendar(column) if kind is Kind.DATE else None
    unreadable = _mask(pc.invert(known)) if known is not None else _mask(None, len(column))
    values = to_pandas(column if known is None else _blanked(column, pc.invert(known)), kind)
    not_a_number = _not_a_number(column)
    if not_a_number.any():
        values = values.mask(not_a_number)
    return Cells(values, True, unreadable, not_a_number)


def _blanked(column: pa.ChunkedArray, where: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with null where a condition holds; the column itself where it never does."""
    if not pc.any(where).as_py():
        return column
    return pc.if_else(where, pa.scalar(None, column.type), column)


def _on_the_calendar(days: pa.ChunkedArray) -> pa.ChunkedArray:
    count = days.cast(pa.int32())
    return pc.and_(pc.greater_equal(count, FIRST_DAY), pc.less_equal(count, LAST_DAY))


def _not_a_number(column: pa.ChunkedArray) -> pd.Series:
    """Cells that hold NaN or an infinity, which is neither a number nor blank."""
    if not pa.types.is_floating(column.type):
        return _mask(None, len(column))
    return _mask(pc.invert(pc.is_finite(column)))


def _mask(condition: pa.ChunkedArray | None, rows: int = 0) -> pd.Series:
    """A condition as a boolean Series, False where it is null; without one, False everywhere."""
    if condition is None:
        return pd.Series(np.zeros(rows, dtype=bool))
    return pd.Series(condition.fill_null(False).to_numpy(), dtype=bool)


def _from_text(column: pa.ChunkedArray, kind: Kind, text: TextFormat) -> Cells:
    """Numbers, days and yes/no that a centre stores as text."""
    written = to_pandas(column, Kind.TEXT).str.strip()
    written = written.mask(written == "")
    if kind is Kind.DATE:
        values = _typed(pd.to_datetime(written, format=text.date, errors="coerce"), kind)
    elif kind is Kind.YES_NO:
        values = _typed(written.map({"true": True, "false": False}), kind)
    else:
        values = _numbers(written, text)
        values = _whole(values) if kind is Kind.WHOLE else values
    return _changed(values, written.notna())


def _numbers(written: pd.Series, text: TextFormat) -> pd.Series:
    """Only what is a number and nothing else: no unit, no thousands, no second separator."""
    if text.decimal == ",":
        written = written.mask(written.str.contains(".", regex=False, na=False))
        written = written.str.replace(",", ".", regex=False)
    is_number = written.str.fullmatch(NUMBER, na=False)
    return pd.to_numeric(written.where(is_number)).astype("float64")


def _whole(numbers: pd.Series) -> pd.Series:
    whole = (numbers == numbers.round()) & (numbers.abs() < LARGEST_WHOLE)
    return _typed(numbers.where(whole), Kind.WHOLE)


def _typed(values: pd.Series, kind: Kind) -> pd.Series:
    dtype: Any = PANDAS[kind]
    return pd.Series(values.astype(dtype))


def _from_other(column: pa.ChunkedArray, kind: Kind) -> Cells:
    """Types that hold the value in another dress: float for whole, timestamp for day …"""
    stored = column.type
    is_numeric = any(
        is_of(stored) for is_of in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    )
    not_a_number = _not_a_number(column)
    if kind is Kind.DATE and (pa.types.is_timestamp(stored) or pa.types.is_date(stored)):
        values = _days(column)
    elif kind in (Kind.NUMBER, Kind.WHOLE) and is_numeric:
        values = _doubles(column).mask(not_a_number)
        values = _whole(values) if kind is Kind.WHOLE else values
    elif kind is Kind.TEXT and is_numeric:  # a key or a code that was stored as a number
        is_exact = pa.types.is_integer(stored)
        whole = None if is_exact else as_text(_whole(_doubles(column).mask(not_a_number)))
        values = to_pandas(column.cast(pa.string()), kind) if whole is None else whole
    else:
        values = pd.Series(None, index=range(len(column)), dtype=PANDAS[kind])
    return _changed(values, _mask(column.is_valid()), not_a_number)


def _doubles(column: pa.ChunkedArray) -> pd.Series:
    """Numbers as doubles; a shorter float is the decimal it stands for: 0.1, not 0.1000000015."""
    if pa.types.is_float16(column.type) or pa.types.is_float32(column.type):
        column = column.cast(pa.string())
    return to_pandas(column.cast(pa.float64(), safe=False), Kind.NUMBER)


def _days(column: pa.ChunkedArray) -> pd.Series:
    """Moments that are midnight where the file says they were taken; others are blank."""
    nothing = pd.Series(None, index=range(len(column)), dtype=PANDAS[Kind.DATE])
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        try:
            column = pc.local_timestamp(column)
        except pa.ArrowException:  # no such time zone
            return nothing
    days = column.cast(pa.date32(), safe=False)
    is_day = pc.and_(pc.equal(days.cast(column.type, safe=False), column), _on_the_calendar(days))
    return to_pandas(_blanked(days, pc.invert(is_day)), Kind.DATE)


def _changed(values: pd.Series, filled: pd.Series, not_a_number: pd.Series | None = None) -> Cells:
    odd = _mask(None, len(values)) if not_a_number is None else not_a_number
    return Cells(values, False, filled & values.isna() & ~odd, odd)
