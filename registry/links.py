"""Whether ids are there, and where: in Arrow and numpy, no Python object for any of them.

An id becomes a 64-bit number, and numbers are sorted and searched ten times faster than texts.
Different ids can have the same number, so whatever the numbers find is compared as text.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.texts import as_arrow

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Fibonacci hashing
_HALF = np.uint64(32)
_WORD = 8  # bytes
_LAST = np.uint64(0xFFFF)


def among(ids: pd.Series, keys: pd.Series) -> pd.Series:
    """Whether each id is one of `keys`; a blank never is."""
    found = pc.is_in(as_arrow(ids), value_set=as_arrow(keys.dropna()))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=ids.index, dtype=bool)


def repeated(keys: pd.Series) -> pd.Series:
    """Whether each key stands in an earlier row already; blanks do not repeat each other."""
    ids = as_arrow(keys)
    again = np.zeros(len(keys), dtype=bool)
    in_order = not ids.null_count and pc.all(pc.less(ids[:-1], ids[1:])).as_py() is not False
    if in_order:  # as programs number
        return pd.Series(again, index=keys.index)
    filled = np.asarray(ids.is_valid())
    numbers = numbers_of(ids)
    ordered = np.sort(numbers[filled] if ids.null_count else numbers)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    few = np.zeros(1 << 16, dtype=bool)  # by the last 16 bits, which spares most rows the search
    few[twice & _LAST] = True
    rows = np.flatnonzero(few[numbers & _LAST] & filled)
    maybe = rows[np.isin(numbers[rows], twice)]
    again[maybe] = keys.iloc[maybe].duplicated().to_numpy()
    return pd.Series(again, index=keys.index)


class Keys:
    """The keys of a table, to look ids up in; of a key that stands twice, the first row."""

    def __init__(self, keys: pd.Series) -> None:
        self._rows = np.flatnonzero(keys.notna() & ~repeated(keys))
        self._ids = as_arrow(keys.iloc[self._rows])
        self._numbers = pd.Index(numbers_of(self._ids))  # hashes them when it is first asked

    def places(self, ids: pa.Array) -> Places:
        """Position of the row that has each id, none of which is blank; -1: none has."""
        wanted = ids.cast(pa.large_string())
        if not self._numbers.is_unique:
            return self._compared(wanted)
        at = self._numbers.get_indexer(pd.Index(numbers_of(wanted)))
        hits = np.flatnonzero(at >= 0)
        if pc.all(pc.equal(wanted.take(hits), self._ids.take(at[hits]))).as_py() is False:
            return self._compared(wanted)
        return np.asarray(np.append(self._rows, -1)[at])

    def _compared(self, wanted: pa.LargeStringArray) -> Places:
        """The same, text by text: two ids have one number."""
        at = pc.index_in(wanted, value_set=self._ids).fill_null(len(self._rows))
        return np.asarray(np.append(self._rows, -1)[np.asarray(at)])


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
