"""Whether ids are there, and where: in Arrow and numpy, no Python object for any of them.

An id becomes a 64-bit number, and numbers are sorted and searched ten times faster than texts.
Different ids can have the same number, so whatever the numbers find is compared as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.lib.stride_tricks import sliding_window_view

from registry.coded import Bools, ToldLater, as_bools, text_of
from registry.texts import as_arrow

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Letters = npt.NDArray[np.uint8]

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Fibonacci hashing
_HALF = np.uint64(32)
_WORD = 8  # bytes
_TEXT = pa.large_string()
_IN_CACHE = 1 << 14  # ids, with what is worked out of them
_IN_A_SHARE = 1 << 18  # numbers: the table to find them in stays in the cache

FEW = 1 << 12  # keys: to compare so many as text costs less than to number them


def among(ids: pd.Series, keys: pd.Series) -> pd.Series:
    """Whether each id is one of `keys`; a blank never is."""
    found = pc.is_in(as_arrow(ids), value_set=as_arrow(keys.dropna()))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=ids.index, dtype=bool)


class KeysOfPart(ToldLater):
    """Which rows are the first with their key: of neighbours told at once, of all of them later.

    Until then the number of each key is kept, and nothing else.
    """

    def __init__(self, ids: pa.Array) -> None:
        super().__init__(len(ids))
        numbers, first = numbers_of(ids), as_bools(ids.is_valid()).copy()
        again = np.flatnonzero(numbers[1:] == numbers[:-1]) + 1
        alike = pc.equal(ids.take(again), ids.take(again - 1)).fill_null(False)
        self.broken = again[as_bools(alike)]
        first[self.broken] = False
        self.numbers = numbers[first]

    @staticmethod
    def broken_in(parts: Sequence[KeysOfPart], again: Iterable[tuple[int, Any]]) -> Places:
        """Places of the keys that stand earlier; if no number does, none is read again."""
        twice = _twice_in([part.numbers for part in parts])
        if not len(twice):
            return np.array([], np.int64)
        found, texts = [], []
        for before, column in again:
            ids = column.array
            maybe = _places_of(twice, numbers_of(ids))
            found.append(maybe + before)
            texts.append(ids.take(maybe).cast(_TEXT))
        codes = pa.concat_arrays(texts).dictionary_encode().indices
        earlier = as_bools(codes.is_valid()).copy()
        earlier[np.unique(codes.fill_null(-1), return_index=True)[1]] = False
        return np.concatenate(found)[earlier]


def repeated(keys: pd.Series) -> Bools:
    """Whether each key stands in an earlier row already; blanks do not repeat each other."""
    column: Any = text_of(as_arrow(keys))
    part = KeysOfPart(column.array)
    again = np.zeros(len(keys), bool)
    again[part.broken] = again[KeysOfPart.broken_in([part], [(0, column)])] = True
    return again


def _twice_in(parts: list[Numbers]) -> Numbers:
    """Those that stand twice in all parts together, sorted; looked for in shares of all numbers."""
    shares = 1 << (sum(map(len, parts)) // _IN_A_SHARE).bit_length()
    of_parts = [_in_shares(part, shares) for part in parts]
    of_shares = [_twice(np.concatenate(share)) for share in zip(*of_parts, strict=True)]
    return np.sort(np.concatenate(of_shares))


def _in_shares(numbers: Numbers, shares: int) -> list[Numbers]:
    """Numbers by their last bits: those that are alike come into one share."""
    share = (numbers & np.uint64(shares - 1)).astype(np.uint16)  # these numpy sorts by their digits
    ends = np.cumsum(np.bincount(share, minlength=shares))
    return np.split(numbers.take(np.argsort(share, kind="stable")), ends[:-1])


def _twice(numbers: Numbers) -> Numbers:
    """Those that stand twice, sorted: of the few of which half a number stands twice."""
    halves = (numbers >> _HALF).astype(np.uint32)
    again = halves[pd.Series(halves).duplicated()]
    if not len(again):
        return numbers[:0]
    few, times = np.unique(numbers[_places_of(np.unique(again), halves)], return_counts=True)
    return few[times > 1]


def _places_of(few: npt.NDArray[Any], numbers: npt.NDArray[Any]) -> Places:
    """Where a number is one of `few`, sorted; their last 16 bits spare most the search."""
    ends = np.zeros(1 << 16, dtype=bool)
    ends[few.astype(np.uint16)] = True
    maybe = np.flatnonzero(ends.take(numbers.astype(np.uint16)))
    wanted = numbers[maybe]
    found: Places = maybe[few.take(few.searchsorted(wanted), mode="clip") == wanted]
    return found


class Keys:
    """The keys of a table, to look ids up in; of a key that stands twice, the first row."""

    def __init__(self, keys: pd.Series) -> None:
        self._ids = as_arrow(keys)
        self._are_few = len(self._ids) <= FEW
        if not self._are_few:
            filled = np.flatnonzero(as_bools(self._ids.is_valid()))
            numbers = pd.Index(numbers_of(self._ids)[filled])
            self._rows = np.append(filled[~numbers.duplicated()], -1)
            self._numbers = numbers.drop_duplicates()

    def places(self, ids: pa.Array) -> Places:
        """Position of the row that has each id, none of which is blank; -1: none has."""
        wanted = ids.cast(_TEXT)
        if self._are_few:
            return self._compared(wanted)
        places = self._rows[self._numbers.get_indexer(pd.Index(numbers_of(wanted)))]
        hits = places >= 0
        found = wanted if hits.all() else wanted.filter(pa.array(hits))
        if pc.all(pc.equal(found, self._ids.take(places[hits]))).as_py() is False:
            return self._compared(wanted)
        return np.asarray(places)

    def _compared(self, wanted: pa.LargeStringArray) -> Places:
        """The same, text by text: these are few, or two ids have one number."""
        first = pc.index_in(wanted, value_set=self._ids)
        return np.asarray(first.fill_null(-1)).astype(np.int64)


def numbers_of(ids: pa.Array) -> Numbers:
    """A 64-bit number for each id, eight bytes at a time, mixed; a blank has that of no letters."""
    if not len(ids):
        return np.array([], np.uint64)
    _, offsets, data = ids.buffers()
    width = np.int32 if ids.type == pa.string() else np.int64
    ends = np.frombuffer(offsets, width)[ids.offset : ids.offset + len(ids) + 1]
    letters = np.frombuffer(data or b"", np.uint8)
    lengths = np.diff(ends)
    numbers, left = np.empty(len(ids), np.uint64), np.ones(len(ids), bool)
    while left.any():  # a centre's ids have few lengths
        length = int(lengths[left.argmax()])
        rows = lengths == length
        numbers[rows] = _mixed(_letters(letters, ends[:-1][rows], length))
        left ^= rows
    return numbers


def _letters(letters: Letters, starts: npt.NDArray[Any], length: int) -> Letters:
    """The letters of texts of one length, one text per row."""
    if length and starts[-1] - starts[0] == length * (len(starts) - 1):  # side by side
        return letters[starts[0] : starts[0] + length * len(starts)].reshape(-1, length)
    if not length:
        return np.empty((len(starts), 0), np.uint8)
    return np.asarray(sliding_window_view(letters, length)[starts])


def _mixed(rows: Letters) -> Numbers:
    """A number for the letters of each row, some rows at a time, which stay in the cache."""
    count, length = rows.shape
    if length < _WORD:
        rows = np.pad(rows, ((0, 0), (0, _WORD - length)))
    numbers = np.empty(count, np.uint64)
    for start in range(0, count, _IN_CACHE):
        these = slice(start, start + _IN_CACHE)
        some, number = rows[these], numbers[these]
        number[:] = length
        last = rows.shape[1] - _WORD
        for place in [*range(0, last, _WORD), last]:  # the last word may overlap the one before
            number ^= np.ndarray(len(some), np.uint64, some, place, some.strides[:1])
            number *= _MIX
            number ^= number >> _HALF
    return numbers
