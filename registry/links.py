"""Whether ids are there, and where: in Arrow and numpy, no Python object for any of them.

An id becomes a 64-bit number, and numbers are sorted and searched ten times faster than texts.
Different ids can have the same number, so whatever the numbers find is compared as text.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.side_by_side import each_in_threads
from registry.texts import as_arrow, in_parts

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Fibonacci hashing
_HALF = np.uint64(32)
_WORD = 8  # bytes
_LAST = np.uint64(0xFFFF)

ROWS = 1 << 16  # whose numbers fit into a processor's cache


def among(ids: pd.Series, keys: pd.Series) -> pd.Series:
    """Whether each id is one of `keys`; a blank never is."""
    found = pc.is_in(as_arrow(ids), value_set=as_arrow(keys.dropna()))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=ids.index, dtype=bool)


def repeated(keys: pd.Series) -> Bools:
    """Whether each key stands in an earlier row already; blanks do not repeat each other."""
    again, filled, parts = np.zeros(len(keys), bool), keys.notna().to_numpy(), in_parts(keys, ROWS)
    numbers = _numbers(parts)
    numbers = numbers if filled.all() else numbers[filled]
    numbers.sort()  # in place, and made anew where two are the same: ten million are 80 MB
    twice = np.unique(numbers[1:][numbers[1:] == numbers[:-1]])
    if len(twice):
        found = each_in_threads(lambda part: _is_one_of(twice, numbers_of(part)), parts)
        maybe = np.concatenate(found) & filled
        again[maybe] = keys[maybe].duplicated().to_numpy()
    return again


def _is_one_of(few: Numbers, numbers: Numbers) -> Bools:
    """Whether each number is one of `few`; their last 16 bits spare most numbers the search."""
    ends = np.zeros(1 << 16, dtype=bool)
    ends[few & _LAST] = True
    found: Bools = ends[numbers & _LAST]
    found[found] = np.isin(numbers[found], few)
    return found


class Keys:
    """The keys of a table, to look ids up in; of a key that stands twice, the first row."""

    def __init__(self, keys: pd.Series) -> None:
        first = keys.notna().to_numpy() & ~repeated(keys)
        self._rows = np.flatnonzero(first)
        known = keys if first.all() else keys[first]
        self._ids = as_arrow(known)
        self._numbers = pd.Index(_numbers(in_parts(known, ROWS)))  # hashed when first asked

    def places(self, ids: pa.Array) -> Places:
        """Position of the row that has each id, none of which is blank; -1: none has."""
        wanted = ids.cast(pa.large_string())
        if not self._numbers.is_unique:
            return self._compared(wanted)
        at = self._numbers.get_indexer(pd.Index(numbers_of(wanted)))
        hits = at >= 0
        found = wanted if hits.all() else wanted.filter(pa.array(hits))
        if pc.all(pc.equal(found, self._ids.take(at[hits]))).as_py() is False:
            return self._compared(wanted)
        return np.asarray(np.append(self._rows, -1)[at])

    def _compared(self, wanted: pa.LargeStringArray) -> Places:
        """The same, text by text: two ids have one number."""
        at = pc.index_in(wanted, value_set=self._ids).fill_null(len(self._rows))
        return np.asarray(np.append(self._rows, -1)[np.asarray(at)])


def _numbers(parts: list[pa.LargeStringArray]) -> Numbers:
    """`numbers_of` all parts, one behind the other."""
    starts = np.cumsum([0, *map(len, parts)])
    numbers = np.empty(starts[-1], np.uint64)

    def put(part: int) -> None:
        numbers[starts[part] : starts[part + 1]] = numbers_of(parts[part])

    each_in_threads(put, range(len(parts)))
    return numbers


def numbers_of(ids: pa.LargeStringArray) -> Numbers:
    """A 64-bit number for each id, eight bytes at a time, mixed; a blank has that of no letters."""
    if not len(ids):
        return np.array([], np.uint64)
    ends = np.frombuffer(ids.buffers()[1], np.int64)[ids.offset : ids.offset + len(ids) + 1]
    letters = np.frombuffer(ids.buffers()[2] or b"", np.uint8)
    lengths = np.diff(ends)
    numbers = np.empty(len(ids), np.uint64)
    for length in np.flatnonzero(np.bincount(lengths)):  # a centre's ids have few lengths
        rows = slice(None) if (lengths == length).all() else lengths == length
        numbers[rows] = _mixed(_letters(letters, ends[:-1][rows], int(length)))
    return numbers


def _letters(letters: npt.NDArray[np.uint8], starts: Places, length: int) -> npt.NDArray[np.uint8]:
    """The letters of texts of one length, one text per row."""
    if length and starts[-1] - starts[0] == length * (len(starts) - 1):  # side by side
        return letters[starts[0] : starts[0] + length * len(starts)].reshape(-1, length)
    return np.asarray(letters[starts[:, None] + np.arange(length)])


def _mixed(rows: npt.NDArray[np.uint8]) -> Numbers:
    count, length = rows.shape
    if length < _WORD:
        rows = np.pad(rows, ((0, 0), (0, _WORD - length)))
    number = np.full(count, length + 1, np.uint64) * _MIX
    last = rows.shape[1] - _WORD
    for start in [*range(0, last, _WORD), last]:  # the last word may overlap the one before
        word = np.ndarray(count, np.uint64, rows, start, (rows.shape[1],))
        number ^= word
        number *= _MIX
        number ^= number >> _HALF
    return number
