"""Arrays as table columns in the registry's types."""

import numpy as np
import pandas as pd
import pyarrow as pa

from registry.outcomes.keys import Flags, Ints


def text(codes: Ints, labels: tuple[str, ...]) -> pd.Series:
    """`labels[code]`, blank where the code is -1."""
    indices = pa.array(codes, mask=codes < 0)
    return _text(pa.DictionaryArray.from_arrays(indices, pa.array(labels, pa.large_string())))


def constant(value: str, rows: int) -> pd.Series:
    return text(np.zeros(rows, dtype=np.int64), (value,))


def identifiers(names: pa.Array, at: Ints) -> pd.Series:
    """`names[at]` of an Arrow array of texts, blank where `at` is -1."""
    return _text(names.take(pa.array(at, mask=at < 0)))


def _text(values: pa.Array) -> pd.Series:
    decoded = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    texts: pd.Series = decoded.to_pandas()
    return texts.astype("str")


def yes_no(certain: Flags, possible: Flags | None = None) -> pd.Series:
    """True where certain, blank where only possible, else False."""
    unknown = np.zeros(len(certain), dtype=bool) if possible is None else possible & ~certain
    return pd.Series(pd.arrays.BooleanArray(certain.copy(), unknown))


def yes_no_where(known: Flags, answer: Flags) -> pd.Series:
    """The answer where it is known, else blank."""
    return yes_no(known & answer, ~known | answer)


def whole(values: Ints, known: Flags | None = None) -> pd.Series:
    """Whole numbers, blank where not known."""
    unknown = np.zeros(len(values), dtype=bool) if known is None else ~known
    return pd.Series(pd.arrays.IntegerArray(np.where(unknown, 0, values), unknown))
