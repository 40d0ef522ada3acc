"""Cells are read one by one: nothing is guessed, nothing that is readable is lost."""

import math
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cells import Cells, as_written, is_stored_as, read, recoded, usable
from registry.contract import Kind
from registry.harmonise.mapping import TextFormat
from registry.tables import ARROW, PANDAS

PLAIN = TextFormat()
GERMAN = TextFormat(decimal=",", date="%d.%m.%Y")


def read_one(
    cell: Any, kind: Kind, type_: pa.DataType | None = None, text: TextFormat = PLAIN
) -> Any:
    """The value, "unreadable" or "not a number"; None where the cell is blank."""
    cells = read(pa.chunked_array([pa.array([cell], type_)]), kind, text)
    if cells.unreadable[0]:
        return "unreadable"
    if cells.not_a_number[0]:
        return "not a number"
    return None if pd.isna(cells.values[0]) else cells.values[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12.5", 12.5),
        (" 12.5 ", 12.5),
        ("-1", -1.0),
        ("1.2e3", 1200.0),
        ("", None),
        (None, None),
        ("12,5", "unreadable"),
        ("1.234.5", "unreadable"),
        ("12 mg", "unreadable"),
        ("> 200", "unreadable"),
        ("4000s", "unreadable"),
        ("nan", "unreadable"),
        ("inf", "unreadable"),
        ("0x10", "unreadable"),
        ("1_000", "unreadable"),
        ("٣", "unreadable"),
    ],
)
def test_a_number_written_as_text(written: str | None, value: object) -> None:
    assert read_one(written, Kind.NUMBER, pa.string()) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12,5", 12.5),
        ("12", 12.0),
        ("1234,5", 1234.5),
        ("1.234", "unreadable"),  # a thousand and more, or one and a bit? Nobody here knows.
        ("1.234,5", "unreadable"),
        ("1,234,5", "unreadable"),
    ],
)
def test_a_number_with_a_decimal_comma(written: str, value: object) -> None:
    assert read_one(written, Kind.NUMBER, text=GERMAN) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("7", 7),
        ("7.0", 7),
        ("7.5", "unreadable"),
        ("1e30", "unreadable"),
        ("9007199254740993", "unreadable"),
    ],
)
def test_a_whole_number_written_as_text(written: str, value: object) -> None:
    assert read_one(written, Kind.WHOLE) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2023-02-29", "unreadable"),
        ("29.02.2024", "unreadable"),
        ("2024-02", "unreadable"),
        ("20240229", "unreadable"),
        ("2024-02-29T00:00:00", "unreadable"),
        ("45000", "unreadable"),
        ("9999-12-31", date(9999, 12, 31)),
        ("", None),
    ],
)
def test_a_day_written_as_text(written: str, value: object) -> None:
    assert _as_day(read_one(written, Kind.DATE)) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("29.02.2024", date(2024, 2, 29)),
        ("1.2.2024", date(2024, 2, 1)),
        ("31.02.2024", "unreadable"),
        ("01.02.24", "unreadable"),
        ("2024-02-29", "unreadable"),
    ],
)
def test_a_day_in_the_centres_own_order(written: str, value: object) -> None:
    assert _as_day(read_one(written, Kind.DATE, text=GERMAN)) == value


@pytest.mark.parametrize(
    ("moment", "zone", "value"),
    [
        ("2024-03-31 00:00", None, date(2024, 3, 31)),
        ("2024-03-31 00:00", "Europe/Berlin", date(2024, 3, 31)),
        ("2024-03-31 10:00", None, "unreadable"),
        ("2024-03-31 00:00:00.000001", None, "unreadable"),
    ],
)
def test_a_moment_is_a_day_only_at_midnight_where_it_was_taken(
    moment: str, zone: str | None, value: object
) -> None:
    # From a Series: pa.array of a list of Timestamps loses the hour of a time zone (pyarrow 26.0.1).
    stored = pa.array(pd.Series([pd.Timestamp(moment, tz=zone)]))

    cells = read(pa.chunked_array([stored]), Kind.DATE, PLAIN)

    assert ("unreadable" if cells.unreadable[0] else _as_day(cells.values[0])) == value


def test_a_moment_in_a_time_zone_that_does_not_exist_is_not_read() -> None:
    assert read_one(0, Kind.DATE, pa.timestamp("ms", "Mars/Phobos")) == "unreadable"


@pytest.mark.parametrize("day", [2**31 - 1, -(2**31)])
def test_a_day_beyond_the_calendar_is_not_read(day: int) -> None:
    stored = pa.chunked_array([pa.array([day, 0], pa.int32()).cast(pa.date32())])

    cells = read(stored, Kind.DATE, PLAIN)

    assert list(cells.unreadable) == [True, False]
    assert str(day) in as_written(stored, Kind.DATE)[0]


@pytest.mark.parametrize(
    ("cell", "type_", "kind", "value"),
    [
        (3, pa.int32(), Kind.NUMBER, 3.0),
        (2**60, pa.int64(), Kind.NUMBER, 2.0**60),
        (3.0, pa.float64(), Kind.WHOLE, 3),
        (3.5, pa.float64(), Kind.WHOLE, "unreadable"),
        (1e300, pa.float64(), Kind.WHOLE, "unreadable"),
        (2**64 - 1, pa.uint64(), Kind.WHOLE, "unreadable"),
        (0.1, pa.float32(), Kind.NUMBER, 0.1),
        (True, pa.bool_(), Kind.NUMBER, "unreadable"),
        (math.nan, pa.float64(), Kind.NUMBER, "not a number"),
        (-math.inf, pa.float64(), Kind.NUMBER, "not a number"),
        (math.nan, pa.float64(), Kind.WHOLE, "not a number"),
        (math.nan, pa.float32(), Kind.NUMBER, "not a number"),
        (1001, pa.int64(), Kind.TEXT, "1001"),
        (2**63 - 1, pa.int64(), Kind.TEXT, "9223372036854775807"),
        (1001.0, pa.float64(), Kind.TEXT, "1001"),
        (10.5, pa.float64(), Kind.TEXT, "unreadable"),
        ("true", pa.string(), Kind.YES_NO, True),
        ("ja", pa.string(), Kind.YES_NO, "unreadable"),
        (1, pa.int64(), Kind.YES_NO, "unreadable"),
        (0, pa.int64(), Kind.DATE, "unreadable"),
        ("", pa.string(), Kind.TEXT, None),
        (" \t", pa.string(), Kind.TEXT, None),
        (" ck", pa.string(), Kind.TEXT, " ck"),
    ],
)
def test_a_value_in_another_dress(
    cell: object, type_: pa.DataType, kind: Kind, value: object
) -> None:
    assert read_one(cell, kind, type_) == value


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", None, "b", "a"]).dictionary_encode(),
        pa.array(["a", None, "b", "a"], pa.large_string()),
        pa.array(["a", None, "b", "a"], pa.string_view()),
    ],
    ids=lambda column: str(column.type),
)
def test_dictionaries_and_large_text_are_text(column: pa.Array) -> None:
    cells = read(pa.chunked_array([column]), Kind.TEXT, PLAIN)

    assert cells.as_stored
    assert cells.values.fillna("-").tolist() == ["a", "-", "b", "a"]
    assert cells.values.dtype == "str"


def test_one_unreadable_cell_costs_its_own_row_only() -> None:
    cells = read(pa.chunked_array([["1.5", "many", None, "2"]]), Kind.NUMBER, PLAIN)

    assert cells.values.fillna(-1).tolist() == [1.5, -1, -1, 2]
    assert list(cells.unreadable) == [False, True, False, False]


FLAT = [
    pa.string(), pa.large_string(), pa.int8(), pa.uint64(), pa.float16(), pa.float64(), pa.bool_(),
    pa.date32(), pa.date64(), pa.timestamp("ns", "UTC"), pa.decimal128(9, 2), pa.null(),
    pa.dictionary(pa.int8(), pa.string()),
]  # fmt: skip


@pytest.mark.parametrize("type_", FLAT, ids=str)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("rows", [0, 2])
def test_any_flat_type_is_read_as_any_kind_without_a_crash(
    type_: pa.DataType, kind: Kind, rows: int
) -> None:
    column = pa.chunked_array([pa.nulls(rows, type_)] if rows else [], type_)

    cells = read(column, kind, GERMAN)

    assert usable(type_)
    assert str(cells.values.dtype) == PANDAS[kind]
    assert len(cells.values) == len(cells.unreadable) == len(cells.not_a_number) == rows
    assert not cells.unreadable.any()


@pytest.mark.parametrize(
    "type_",
    [
        pa.list_(pa.string()),
        pa.struct({"x": pa.int8()}),
        pa.binary(),
        pa.time32("s"),
        pa.duration("s"),
    ],
    ids=str,
)
def test_nested_binary_and_time_types_are_not_usable(type_: pa.DataType) -> None:
    assert not usable(type_)


@pytest.mark.parametrize("kind", Kind)
def test_the_contracts_own_types_are_its_own(kind: Kind) -> None:
    assert is_stored_as(ARROW[kind], kind)
    assert is_stored_as(pa.null(), kind)
    assert not is_stored_as(pa.time32("s"), kind)


def test_codes_are_replaced_and_unknown_ones_stay() -> None:
    column = pa.chunked_array([["ja", "nein", "vielleicht", None]])

    assert recoded(column, {"ja": "true", "nein": "false"}).to_pylist() == [
        "true",
        "false",
        "vielleicht",
        None,
    ]
    assert recoded(pa.chunked_array([[80.0, 1.5]]), {"80": "mmt8"}).to_pylist() == ["mmt8", "1.5"]
    assert recoded(pa.chunked_array([], pa.string()), {"ja": "true"}).to_pylist() == []


@given(
    st.lists(st.none() | st.text(), max_size=6),
    st.sampled_from(Kind),
    st.sampled_from([PLAIN, GERMAN]),
)
def test_any_text_is_a_value_blank_or_unreadable(
    texts: list[str | None], kind: Kind, style: TextFormat
) -> None:
    column = pa.chunked_array([pa.array(_utf8(texts), pa.string())])

    cells = read(column, kind, style)

    _each_cell_has_one_fate(cells, column)


@given(st.lists(st.none() | st.floats(), max_size=6), st.sampled_from(Kind))
def test_any_double_is_a_value_blank_unreadable_or_no_number(
    numbers: list[float | None], kind: Kind
) -> None:
    column = pa.chunked_array([pa.array(numbers, pa.float64())])

    cells = read(column, kind, PLAIN)

    _each_cell_has_one_fate(cells, column)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_written_as_text_comes_back_the_same(number: float) -> None:
    text = pa.array([number]).cast(pa.string())[0].as_py()

    assert read_one(text, Kind.NUMBER) == number
    assert read_one(text.replace(".", ","), Kind.NUMBER, text=GERMAN) == number


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_written_as_text_comes_back_the_same(day: date) -> None:
    assert _as_day(read_one(day.strftime(GERMAN.date), Kind.DATE, text=GERMAN)) == day


def _each_cell_has_one_fate(cells: Cells, column: pa.ChunkedArray) -> None:
    """Every filled cell is read, unreadable or no number; only blanks and blank text are neither."""
    fates = cells.values.notna().astype(int) + cells.unreadable + cells.not_a_number
    texts = column.cast(pa.string()).to_pylist()
    blank = [text is None or not text.strip() for text in texts]
    assert [
        fate == 1 or (fate == 0 and empty) for fate, empty in zip(fates, blank, strict=True)
    ] == [True] * len(blank)


def _utf8(texts: list[str | None]) -> list[str | None]:
    return [text if text is None else text.encode(errors="replace").decode() for text in texts]


def _as_day(read: Any) -> Any:
    return read.date() if isinstance(read, pd.Timestamp) else read
