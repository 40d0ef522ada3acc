"""Text in codes: what is asked of it is asked of its distinct values, and only once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.coded.measured import Numbers
from registry.coded.truth import Codes, Column, Truth, TruthOfCodes, as_bools, taken

# From here on asking every combination of distinct values costs more than asking the rows.
MOST_COMBINATIONS = 1 << 16


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

    def at(self, places: Codes) -> Text:
        return Text(self.distinct, taken(self.codes, places, len(self.distinct.values)))

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


def text_of(array: pa.Array, distinct_of: Callable[[pa.Array], Distinct] = Distinct) -> Text:
    """Text in dictionary codes, or plain; `distinct_of` these values may be known already."""
    if not pa.types.is_dictionary(array.type):
        return PlainText(array, distinct_of)
    values, codes = array.dictionary, array.indices
    if has_blanks := codes.null_count > 0:
        codes = codes.fill_null(len(values))
    text = Text(distinct_of(values), np.asarray(codes).astype(np.intp, copy=False))
    text.has_blanks = has_blanks  # known without a look at the codes
    return text


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


def _column_of(told: list[Any], is_text: bool) -> Text | Numbers:
    """A column of these, all of them texts or all of them numbers; blank where one is None."""
    if is_text:
        return Text.of([value if isinstance(value, str) else None for value in told])
    if {str, bool, np.bool_} & set(map(type, told)):
        raise TypeError("neither texts nor numbers")
    numbers = [None if value is pd.NA else value for value in told]
    return Numbers(np.array(numbers, dtype="float64"))
