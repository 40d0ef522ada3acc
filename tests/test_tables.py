"""Answers that the rules of a table share."""

import operator
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import links
from registry.coded import rows_of
from registry.links import FEW, Keys, repeated
from registry.tables import is_first_of_key, once


def test_threads_that_ask_the_same_at_once_share_one_answer() -> None:
    begun, go_on, made = threading.Event(), threading.Event(), []

    @once
    def answer(table: pd.DataFrame) -> int:
        made.append(len(table))
        begun.set()
        assert go_on.wait(10)
        return len(table)

    table = pd.DataFrame({"value": [1, 2]})
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer, table)
        assert begun.wait(10)
        second = pool.submit(answer, table)
        go_on.set()
        answers = [first.result(10), second.result(10)]

    assert (answers, made) == ([2, 2], [2])


def test_an_error_is_not_remembered() -> None:
    asked = []

    @once
    def answer(table: pd.DataFrame) -> int:
        asked.append(len(table))
        if len(asked) == 1:
            raise TypeError("not yet")
        return len(table)

    table = pd.DataFrame({"value": [1, 2]})
    with pytest.raises(TypeError):
        answer(table)

    assert [answer(table), answer(table)] == [2, 2]
    assert len(asked) == 2


def test_what_parts_alone_do_not_tell_can_be_told_by_none_of_them() -> None:
    """A key's first row: of a part it is neither true nor false, so a rule that asks is put whole."""
    rows = rows_of(pd.DataFrame({"key": pd.array(["a", "a", None], dtype="str")}))

    first = is_first_of_key(rows["key"])

    with pytest.raises(TypeError, match="all parts"):
        operator.invert(first)
    with pytest.raises(TypeError, match="all parts"):
        operator.and_(rows["key"].isna(), first)
    assert first.broken.tolist() == [1], "these rows alone tell it of the second"
    again = [(0, rows["key"]), (3, rows["key"])]
    assert first.broken_in([first, first], again).tolist() == [1, 3, 4]


def all_alike(ids: pa.Array) -> links.Numbers:
    """Numbers that tell no id from another, as an attacker would choose them."""
    return np.zeros(len(ids), np.uint64)


@pytest.mark.parametrize("numbers_of", [links.numbers_of, all_alike])
@pytest.mark.parametrize("length", [0, 3, FEW, FEW + 1, 3 * FEW])
@pytest.mark.parametrize("blank", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("repeat", [True, False])
def test_an_id_is_looked_up_in_the_first_row_that_has_it(
    numbers_of: Callable[[pa.Array], links.Numbers],
    length: int,
    blank: float,
    repeat: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Few keys are compared as text, many by number, also where numbers say nothing."""
    chance = np.random.default_rng(length)
    numbers = chance.choice(2 * length + 1, length, replace=repeat)
    keys = pd.Series(numbers.astype(str), dtype="str")
    keys[chance.random(length) < blank] = None
    asked = [str(number) for number in range(2 * length + 1)]
    monkeypatch.setattr(links, "numbers_of", numbers_of)
    monkeypatch.setattr(links, "_IN_A_SHARE", FEW)

    places = Keys(keys).places(pa.array(asked, pa.string()))

    first = keys.dropna().drop_duplicates()
    row_of = dict(zip(first, first.index, strict=True))
    assert places.tolist() == [row_of.get(key, -1) for key in asked]
    assert repeated(keys).tolist() == (keys.duplicated() & keys.notna()).tolist()


@given(st.lists(st.none() | st.text(max_size=20), min_size=1))
def test_the_number_of_an_id_follows_from_its_letters_alone(ids: list[str | None]) -> None:
    """Not from its neighbours, their lengths, or how Arrow keeps them."""
    alone = [int(links.numbers_of(pa.array([text], pa.string()))[0]) for text in ids]
    column = pa.array([None, "before it", *ids])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "_IN_CACHE", 3)
        assert links.numbers_of(column[2:]).tolist() == alone
        assert links.numbers_of(column.cast(pa.large_string())[2:]).tolist() == alone


@given(st.lists(st.text("P019-V", max_size=20), unique=True))
def test_ids_have_numbers_of_their_own(ids: list[str]) -> None:
    """Two of these might share one, as they may; that is once in some 2**32 pairs."""
    numbers = links.numbers_of(pa.array(ids, pa.string()))

    assert len({*numbers.tolist()}) == len(ids)
