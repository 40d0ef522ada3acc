"""Laboratory values in one unit per analyte: exactly, or not at all."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.coded import rows_of
from registry.codelists import table
from registry.units import (
    canonical_unit,
    in_the_other_unit,
    is_convertible,
    to_canonical,
    unit_factor,
    unit_property,
)

PAIRS = list(zip(table("unit_factors")["analyte"], table("unit_factors")["unit"], strict=True))


def column(*values: object, dtype: str = "str") -> pd.Series:
    """A column numbered from 1, as of a submitted table."""
    return pd.Series(values, index=range(1, len(values) + 1), dtype=dtype)


def numbers(*values: float | None) -> pd.Series:
    return column(*values, dtype="float64")


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "canonical"),
    [
        ("ck", 1.15, "ukat/L", 69),  # 68.99999999999999 in binary
        ("ck", 0.05, "ukat/L", 3),
        ("ck", 33333.333333333, "ukat/L", 1999999.99999998),
        ("ck", 190, "U/L", 190),
        ("troponin_t", 0.014, "ng/mL", 14),
        ("troponin_i", 14, "pg/mL", 14),
        ("crp", 0.07, "mg/dL", 0.7),
        ("creatinine", 0.95, "mg/dL", 83.999),
        ("esr", 12, "mm/h", 12),
    ],
)
def test_a_value_becomes_canonical_as_on_paper(
    analyte: str, value: float, unit: str, canonical: float
) -> None:
    converted = to_canonical(numbers(value), column(analyte), column(unit))

    assert list(converted) == [canonical]


@given(st.integers(0, 33_333_333))
def test_microkatal_times_sixty_is_exact_to_the_thousandth(thousandths: int) -> None:
    on_paper = Decimal(thousandths) / 1000

    converted = to_canonical(numbers(float(on_paper)), column("ck"), column("ukat/L"))

    assert list(converted) == [float(on_paper * 60)]


@given(st.sampled_from(PAIRS), st.floats(allow_nan=True, allow_infinity=False))
def test_what_is_canonical_stays_as_it_is(pair: tuple[str, str], value: float) -> None:
    analyte = column(pair[0])

    same = to_canonical(numbers(value), analyte, canonical_unit(analyte))

    pd.testing.assert_series_equal(same, numbers(value), check_exact=True)


@given(st.permutations(PAIRS))
def test_every_row_is_converted_by_its_own_factor(pairs: list[tuple[str, str]]) -> None:
    factors = table("unit_factors").set_index(["analyte", "unit"])
    expected = [factors.at[pair, "numerator"] / factors.at[pair, "denominator"] for pair in pairs]

    analytes, units = zip(*pairs, strict=True)

    assert list(unit_factor(column(*analytes), column(*units))) == expected


def test_what_cannot_be_converted_is_blank_and_keeps_its_row() -> None:
    analyte, unit = (
        column("ck", "ck", None, "ck", "titin"),
        column("mg/dL", None, "U/L", "U/L", "U/L"),
    )
    values = numbers(5, 5, 5, None, 5)

    assert to_canonical(values, analyte, unit).isna().all()
    assert list(to_canonical(values, analyte, unit).index) == [1, 2, 3, 4, 5]
    assert list(is_convertible(analyte, unit)) == [False, False, False, True, False]
    assert list(canonical_unit(analyte).isna()) == [False, False, True, False, True]


def test_rows_in_codes_are_converted_as_those_of_a_table() -> None:
    labs = pd.DataFrame(
        {
            "value": numbers(1.15, 69, None, 5, 14),
            "analyte": column("ck", "ck", "ck", None, "troponin_t"),
            "unit": column("ukat/L", "U/L", "ukat/L", "U/L", "ng/mL"),
        }
    )
    rows = rows_of(labs)

    in_codes = to_canonical(rows["value"], rows["analyte"], rows["unit"]).values

    in_pandas = to_canonical(labs.value, labs.analyte, labs.unit)
    np.testing.assert_array_equal(in_codes, in_pandas)
    assert list(in_pandas[:2]) == [69, 69]


def test_an_empty_table_has_nothing_to_convert() -> None:
    assert to_canonical(numbers(), column(), column()).empty
    assert unit_property(column(), column()).empty


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "otherwise"),
    [
        ("ck", 3.3, "U/L", 198),
        ("ck", 190, "ukat/L", 190),
        ("troponin_t", 0.014, "pg/mL", 14),
        ("troponin_t", 14, "ug/L", 14),
    ],
)
def test_the_other_reading_of_a_value(
    analyte: str, value: float, unit: str, otherwise: float
) -> None:
    other = in_the_other_unit(numbers(value), column(analyte), column(unit))

    assert list(other) == [otherwise]


def test_an_analyte_of_one_unit_has_no_other_reading() -> None:
    other = in_the_other_unit(numbers(12), column("esr"), column("mm/h"))

    assert other.isna().all()


def test_an_analyte_has_one_other_unit_at_most() -> None:
    """What `in_the_other_unit` relies on."""
    factors = table("unit_factors")
    times = factors["numerator"] / factors["denominator"]

    assert (times >= 1).all()
    assert times[times > 1].groupby(factors["analyte"]).nunique().max() == 1


def test_a_unit_says_what_is_measured() -> None:
    properties = unit_property(
        column("creatinine", "creatinine", "ck"), column("mg/dL", "umol/L", "x")
    )

    assert list(properties[:2]) == ["mass_concentration", "substance_concentration"]
    assert properties.isna().iloc[2]
