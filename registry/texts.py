"""Columns of text worked on as a whole: what is made of a text is made once for every distinct one.

A million findings repeat few texts, and pandas maps a function over them one Python object at a
time. Columns here are Series of dtype "str"; blank stays blank.
"""

import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.coded import array_of

HASH_LENGTH = 20  # hex characters

# The two hex characters of every byte, as one number each.
_HEX = np.frombuffer(bytes(range(256)).hex().encode(), dtype=np.uint16)


def of_numbers(numbers: NDArray[np.int64], index: pd.Index) -> pd.Series:
    """Whole numbers as text, made once for each distinct one."""
    codes, distinct = pd.factorize(numbers)
    made = pd.array([str(number) for number in distinct], dtype="str")
    return pd.Series(made.take(codes), index=index)


def by_value(values: pd.Series, function: Callable[[str], str | None]) -> pd.Series:
    """`function` of every text, called once for each distinct one."""
    codes, distinct = pd.factorize(values)
    texts = pa.array(distinct, from_pandas=True).to_pylist()  # iterating makes a scalar of each
    made = pd.array([function(text) for text in texts], dtype="str")
    return pd.Series(made.take(codes, allow_fill=True), index=values.index)


def joined(parts: list[pd.Series], separator: str) -> pd.Series:
    """The texts of each row with `separator` between them; blank where any of them is."""
    arrays = [as_arrow(part) for part in parts]
    text = pc.binary_join_element_wise(*arrays, pa.scalar(separator, pa.large_string()))
    return pd.Series(text, index=parts[0].index, dtype="str")


def hashes(texts: pd.Series) -> pd.Series:
    """SHA-256 of each text (UTF-8), its first 20 hex characters; no text may be blank."""
    contents = as_arrow(texts).cast(pa.large_binary()).to_pylist()
    sha256 = hashlib.sha256
    digests = b"".join([sha256(content).digest()[: HASH_LENGTH // 2] for content in contents])
    return pd.Series(_hex(np.frombuffer(digests, dtype=np.uint8)), index=texts.index, dtype="str")


def hashes_of_few(texts: pd.Series) -> pd.Series:
    """`hashes` of texts that repeat: each distinct one is hashed once."""
    codes, distinct = pd.factorize(texts)
    made = hashes(pd.Series(distinct, dtype="str"))
    return pd.Series(made.array.take(codes), index=texts.index)


def _hex(digests: NDArray[np.uint8]) -> pa.Array:
    """Digests that stand one behind the other as hexadecimal texts, no Python object for each."""
    characters = _HEX[digests].tobytes()
    ends = np.arange(0, len(characters) + 1, HASH_LENGTH, dtype=np.int64)
    buffers = (pa.py_buffer(ends), pa.py_buffer(characters))
    return pa.LargeStringArray.from_buffers(len(ends) - 1, *buffers)


def as_arrow(texts: pd.Series) -> pa.LargeStringArray:
    """A column of text as one Arrow array."""
    return array_of(texts).cast(pa.large_string())
