"""Texts as a column: the same as one by one, whatever stands in them."""

import hashlib

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from registry.texts import by_value, hashes, hashes_of_few, joined

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=20)


def column(texts: list[str | None]) -> pd.Series:
    return pd.Series(texts, index=range(5, 5 + len(texts)), dtype="str")


@given(TEXTS)
def test_a_hash_is_the_beginning_of_sha256(texts: list[str]) -> None:
    one_by_one = column([hashlib.sha256(text.encode()).hexdigest()[:20] for text in texts])
    pd.testing.assert_series_equal(hashes(column(texts)), one_by_one)
    pd.testing.assert_series_equal(hashes_of_few(column(texts)), one_by_one)


@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=3))
def test_joined_is_join_of_every_row(texts: list[str], separator: str) -> None:
    one_by_one = column([separator.join([text, text]) for text in texts])
    pd.testing.assert_series_equal(joined([column(texts)] * 2, separator), one_by_one)


def test_a_function_is_asked_once_of_each_text_and_never_of_a_blank() -> None:
    asked: list[str] = []

    def upper(text: str) -> str | None:
        asked.append(text)
        return text.upper() if text != "c" else None

    made = by_value(column(["b", None, "a", "b", "c"]), upper)
    pd.testing.assert_series_equal(made, column(["B", None, "A", "B", None]))
    assert asked == ["b", "a", "c"]
